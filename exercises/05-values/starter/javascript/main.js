// A shopping list and what it costs. Try `node main.js 2 1 < list.txt`.
//
// The file list.txt comes in as standard input. Reading it, and cutting each line into three strings,
// is done below. Turning the strings into numbers and working with them is up to you.

'use strict';

const { readFileSync } = require('node:fs');

function main() {
  const args = process.argv.slice(2); // the first two are node itself and this file
  if (args.length !== 2) {
    console.error('usage: node main.js DISCOUNT TAX < list.txt');
    process.exitCode = 2;
    return;
  }
  const [discountText, taxText] = args;

  // TODO: here belongs what has to be remembered from one line to the next.

  const text = readFileSync(0, 'utf8'); // 0 is standard input
  for (const line of text.split('\n')) {
    if (line === '') {
      continue; // what stands behind the last newline
    }
    // The name is the rest of the line; the bill does not need it.
    const [quantity, price, ...words] = line.split(' ');
    const name = words.join(' ');

    // TODO: make numbers of quantity and price, and add them up, instead of this.
    console.log(`TODO: '${quantity}' of '${name}' at '${price}'`);
  }

  // TODO: work out discount, tax and total, and print the five lines instead of this one.
  console.log(`TODO: '${discountText}' percent off, then '${taxText}' percent tax`);
}

main();
