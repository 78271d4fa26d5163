console.log('Welcome.');
