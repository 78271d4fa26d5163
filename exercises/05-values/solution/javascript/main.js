// The price of a shopping list, in exact money.
//
//   main.js DISCOUNT TAX < LIST
//
// DISCOUNT and TAX are whole percents. Each line of the list is QUANTITY PRICE NAME. An amount is a
// whole number of cents from the moment it is read until the moment it is printed, so nothing is
// rounded but the two percentages.
//
// A Number holds every whole number up to 2^53, about 9 * 10^15. The largest in here is an amount
// times a percent, which stays below 10^15.

'use strict';

const { readFileSync } = require('node:fs');

class Refusal extends Error {}

function parsePercent(text) {
  if (!/^[0-9]+$/.test(text) || Number(text) > 100) {
    throw new Refusal(`'${text}' is not a whole percent from 0 to 100`);
  }
  return Number(text);
}

// The quantity and the price in cents; the bill does not show the name.
function parseLine(line) {
  const match = /^([0-9]+) ([0-9]+)\.([0-9]{2}) /.exec(line);
  if (!match) {
    throw new Refusal(`not QUANTITY PRICE NAME: ${line}`);
  }
  const [quantity, whole, cents] = match.slice(1).map(Number);
  return { quantity, price: whole * 100 + cents };
}

// Rounded to the cent, half up: adding half of the divisor first makes cutting into rounding.
function percentOf(amount, percent) {
  return Math.floor((amount * percent + 50) / 100);
}

function money(amount) {
  const cents = String(amount % 100).padStart(2, '0');
  return `${Math.floor(amount / 100)}.${cents}`;
}

function main(args) {
  if (args.length !== 2) {
    throw new Refusal('usage: main.js DISCOUNT TAX < LIST');
  }
  const [discountPercent, taxPercent] = args.map(parsePercent);

  let items = 0;
  let subtotal = 0;
  for (const line of readFileSync(0, 'utf8').split('\n')) {
    if (line === '') {
      continue; // what stands behind the last newline
    }
    const { quantity, price } = parseLine(line);
    items += quantity;
    subtotal += quantity * price;
  }

  const discount = percentOf(subtotal, discountPercent);
  const tax = percentOf(subtotal - discount, taxPercent);

  console.log(`items ${items}`);
  console.log(`subtotal ${money(subtotal)}`);
  console.log(`discount ${money(discount)}`);
  console.log(`tax ${money(tax)}`);
  console.log(`total ${money(subtotal - discount + tax)}`);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Refusal)) {
    throw error;
  }
  console.error(`main.js: ${error.message}`);
  process.exitCode = 2;
}
