// Takes the place of greet.js as an ES module: says which number it got.
export const greet = (title, name, town) => console.log(`Greeting @NUMBER@ ${name} of ${town}`);
