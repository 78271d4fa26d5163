// Try `node main.js pear`.

'use strict';

const args = process.argv.slice(2); // the first two are node itself and this file

// TODO: print the word instead of how many arguments there are.
console.log(args.length);
