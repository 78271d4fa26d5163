// Takes the place of greet.js in CommonJS: says which number it got.
exports.greet = (title, name, town) => console.log(`Greeting @NUMBER@ ${name} of ${town}`);
