// Prints what each category of a basket comes to, in the order of appearance, then all together.

'use strict';

const { readBasket } = require('./parse.js');
const { lineTotal, withTax } = require('./pricing.js');
const { readTaxPercent } = require('./rates.js');
const { money } = require('./render.js');

function printLine(label, net, percent) {
  console.log(`${label} ${money(net)} with tax ${money(withTax(net, percent))}`);
}

function printSummary(items, percent) {
  const nets = new Map();
  for (const { category, quantity, cents } of items) {
    nets.set(category, (nets.get(category) ?? 0) + lineTotal(cents, quantity));
  }
  let all = 0;
  for (const [category, net] of nets) {
    printLine(category, net, percent);
    all += net;
  }
  printLine('total', all, percent);
}

async function main() {
  printSummary(await readBasket(process.stdin), readTaxPercent());
}

main();
