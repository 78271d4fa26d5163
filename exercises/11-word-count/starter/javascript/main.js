// Word count. Try `node main.js main.js` and `echo To be or not to be | node main.js`.
//
// main, at the end of this file, has already read the text. Your work is countWords, and putting
// the result in order.

'use strict';

const fs = require('node:fs');

/** Returns a Map: each word of the text, and how often it occurs. */
function countWords(text) {
  // TODO: count the words. So far only the length of the text is looked at.
  console.error(`TODO: count the words in ${text.length} characters`);
  return new Map();
}

/** Reads a stream to its end. A letter of several bytes arrives whole. */
async function readText(stream) {
  stream.setEncoding('utf8');
  let text = '';
  for await (const piece of stream) {
    text += piece;
  }
  return text;
}

async function main() {
  const args = process.argv.slice(2); // the first two are node itself and this file
  const stream = args.length > 0 ? fs.createReadStream(args[0]) : process.stdin;
  const counts = countWords(await readText(stream));
  // TODO: the order.
  for (const [word, count] of counts) {
    console.log(`${count} ${word}`);
  }
}

main();
