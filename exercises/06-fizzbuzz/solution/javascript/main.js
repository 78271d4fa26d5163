// FizzBuzz over any range, by any rules.
//
//   main.js                       1 to 100, by the rules 3=Fizz and 5=Buzz
//   main.js FROM TO               that range, both ends included
//   main.js FROM TO N=Word ...    that range, by these rules instead

'use strict';

// A Number counts exactly up to 2^53, about 9 * 10^15, so these bounds need no BigInt.
const MAX_BOUND = 1e15;
const MAX_DIVISOR = 1e9;
const BLOCK = 1 << 16;

const CLASSIC = [
  { divisor: 3, word: 'Fizz' },
  { divisor: 5, word: 'Buzz' },
];

class Refusal extends Error {}

function parseBound(text) {
  // Number() alone would also take '', ' 7 ', '0x1f' and '1e3'.
  if (!/^-?[0-9]+$/.test(text) || Math.abs(Number(text)) > MAX_BOUND) {
    throw new Refusal(`'${text}' is not an integer from -10^15 to 10^15`);
  }
  return Number(text);
}

function parseRule(text) {
  const [, digits, word] = /^([0-9]+)=([A-Za-z]+)$/.exec(text) ?? [];
  const divisor = Number(digits);
  if (!(divisor >= 1 && divisor <= MAX_DIVISOR)) {
    throw new Refusal(`'${text}' is not a rule such as 7=Bang, its number from 1 to 10^9`);
  }
  return { divisor, word };
}

function parseArguments(args) {
  if (args.length === 0) {
    return { from: 1, to: 100, rules: CLASSIC };
  }
  if (args.length === 1) {
    throw new Refusal('expected FROM and TO, got only one of them');
  }
  const [from, to] = args.slice(0, 2).map(parseBound);
  const rules = args.slice(2).map(parseRule);
  return { from, to, rules: rules.length > 0 ? rules : CLASSIC };
}

function line(number, rules) {
  const words = rules.filter(({ divisor }) => number % divisor === 0).map(({ word }) => word);
  return words.join('') || String(number);
}

// Writes in blocks: a write for every line would cost more than all the arithmetic.
function printRange({ from, to, rules }) {
  let block = '';
  for (let number = from; number <= to; number++) {
    block += `${line(number, rules)}\n`;
    if (block.length >= BLOCK) {
      process.stdout.write(block);
      block = '';
    }
  }
  process.stdout.write(block);
}

function main(args) {
  try {
    printRange(parseArguments(args));
  } catch (error) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    console.error(`main.js: ${error.message}`);
    process.exitCode = 2;
  }
}

main(process.argv.slice(2));
