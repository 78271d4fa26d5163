// Counts the words of a text.
//
//   main.js [--top N] [FILE]    all words, or the N most frequent, of FILE or of standard input

'use strict';

const fs = require('node:fs');

const USAGE = 'usage: main.js [--top N] [FILE], where N is a whole number';
const WORD = /[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*/gu;

class Refusal extends Error {}

// A Map, not an object: an object has a member called "constructor" before anything is counted.
function countWords(text) {
  const counts = new Map();
  for (const word of text.replaceAll('’', "'").toLowerCase().match(WORD) ?? []) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

// `<` compares UTF-16 units, which beyond U+FFFF is another order than that of the code points.
function compareCodePoints(a, b) {
  let i = 0;
  while (i < a.length && a[i] === b[i]) {
    i++;
  }
  return (a.codePointAt(i) ?? -1) - (b.codePointAt(i) ?? -1);
}

function byFrequency(counts) {
  return [...counts].sort(([a, m], [b, n]) => n - m || compareCodePoints(a, b));
}

// With an encoding set, a stream keeps the bytes of a letter together, and hands out U+FFFD, which
// is no letter, for bytes that are no UTF-8.
async function readText(stream) {
  stream.setEncoding('utf8');
  let text = '';
  for await (const piece of stream) {
    text += piece;
  }
  return text;
}

function parseArguments(args) {
  let rest = args;
  let limit = Infinity;
  if (args[0] === '--top') {
    if (!/^[0-9]+$/.test(args[1] ?? '')) {
      throw new Refusal(USAGE);
    }
    limit = Number(args[1]);
    rest = args.slice(2);
  }
  if (rest.length > 1) {
    throw new Refusal(USAGE);
  }
  return { limit, file: rest[0] };
}

async function main(args) {
  try {
    const { limit, file } = parseArguments(args);
    const stream = file === undefined ? process.stdin : fs.createReadStream(file);
    const rows = byFrequency(countWords(await readText(stream))).slice(0, limit);
    process.stdout.write(rows.map(([word, count]) => `${count} ${word}\n`).join(''));
  } catch (error) {
    // A system call that failed names itself: open, when there is no such file.
    if (!(error instanceof Refusal) && !error.syscall) {
      throw error;
    }
    console.error(`main.js: ${error.message}`);
    process.exitCode = 2;
  }
}

main(process.argv.slice(2));
