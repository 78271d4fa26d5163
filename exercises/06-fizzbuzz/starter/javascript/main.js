// FizzBuzz. Try `node main.js` and `node main.js 1 20`.
//
// main, at the end of this file, has already read the arguments. Your work is fizzbuzz.

'use strict';

/**
 * Prints the lines for the numbers `from` to `to`, both included.
 *
 * `rules` is an array of the arguments after FROM and TO as they were typed, such as '7=Bang'.
 * Only "Go deeper" needs it, so leave it alone until then.
 */
function fizzbuzz(from, to, rules) {
  // TODO: print one line for each number instead of this one.
  console.log(`TODO: the numbers from ${from} to ${to}, with ${rules.length} rules given`);
}

function main() {
  let from = 1;
  let to = 100;
  let rules = [];
  const args = process.argv.slice(2); // the first two are node itself and this file
  if (args.length >= 2) {
    from = Number(args[0]);
    to = Number(args[1]);
    rules = args.slice(2);
  }
  fizzbuzz(from, to, rules);
}

main();
