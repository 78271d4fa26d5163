// Prints each item of a basket with its price, then what they come to, the tax, and the total.

'use strict';

const { readBasket } = require('./parse.js');
const { lineTotal, withTax } = require('./pricing.js');
const { readTaxPercent } = require('./rates.js');
const { money } = require('./render.js');

function printReceipt(items, percent) {
  let net = 0;
  for (const { quantity, cents, name } of items) {
    const total = lineTotal(cents, quantity);
    console.log(`${quantity} x ${name} at ${money(cents)} = ${money(total)}`);
    net += total;
  }
  const gross = withTax(net, percent);
  console.log(`net ${money(net)}`);
  console.log(`tax ${percent}% ${money(gross - net)}`);
  console.log(`total ${money(gross)}`);
}

async function main() {
  printReceipt(await readBasket(process.stdin), readTaxPercent());
}

main();
