// Asks who pays, how much, and for how many, and prints how the bill is split to the cent.
//
// The answers may come from a person, who waits for each question, or from a pipe, which may have
// written them all before the first question is out. The iterator over the lines serves both: it
// waits for a line that is not there yet, and keeps those that nobody has asked for.

'use strict';

const { createInterface } = require('node:readline');

const TRIES = 3;
const MAX_PEOPLE = 1000;

class GaveUp extends Error {}

// Each question has a parse function, which gives null for an answer of no use.

const NAME = {
  prompt: 'Your name? ',
  expected: 'a name',
  parse: (answer) => answer || null,
};

const AMOUNT = {
  prompt: 'Amount of the bill? ',
  expected: 'an amount such as 20 or 12.50',
  // Number() alone would also take '', 'Infinity', '1e3' and '0x10'.
  parse(answer) {
    const match = /^([0-9]{1,9})(?:\.([0-9]{1,2}))?$/.exec(answer);
    if (!match) {
      return null;
    }
    const [, whole, decimals = ''] = match;
    return Number(whole) * 100 + Number(decimals.padEnd(2, '0'));
  },
};

const PEOPLE = {
  prompt: 'How many people share it? ',
  expected: `a whole number from 1 to ${MAX_PEOPLE}`,
  parse(answer) {
    const people = /^[0-9]+$/.test(answer) ? Number(answer) : 0;
    return people >= 1 && people <= MAX_PEOPLE ? people : null;
  },
};

async function ask(lines, { prompt, expected, parse }) {
  for (let i = 0; i < TRIES; i++) {
    process.stdout.write(prompt);
    const { value: line, done } = await lines.next();
    if (done) {
      throw new GaveUp('the input ended before the last answer');
    }
    const answer = parse(line.trim());
    if (answer !== null) {
      return answer;
    }
    console.error(`Please give ${expected}.`);
  }
  throw new GaveUp('too many answers of no use');
}

function money(cents) {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

function split(cents, people) {
  const share = Math.floor(cents / people);
  const larger = cents % people; // so many pay one cent more
  return [
    { count: larger, amount: share + 1 },
    { count: people - larger, amount: share },
  ]
    .filter(({ count }) => count > 0)
    .map(({ count, amount }) => `${count} x ${money(amount)}`)
    .join(' + ');
}

async function main() {
  const input = createInterface({ input: process.stdin, crlfDelay: Infinity });
  const lines = input[Symbol.asyncIterator]();
  try {
    const name = await ask(lines, NAME);
    const cents = await ask(lines, AMOUNT);
    const people = await ask(lines, PEOPLE);
    console.log(`RESULT ${name}: ${split(cents, people)}`);
  } catch (error) {
    if (!(error instanceof GaveUp)) {
      throw error;
    }
    console.error(`main.js: ${error.message}`);
    process.exitCode = 2;
  } finally {
    input.close(); // else node goes on listening, and does not end
  }
}

main();
