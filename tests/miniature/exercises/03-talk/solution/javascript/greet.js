exports.greet = (title, name, town) => console.log(`Hello ${title}${name} of ${town}`);
