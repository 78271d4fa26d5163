// The shop: two programs in one file. Try
//
//     node shop.js receipt < basket.txt
//     node shop.js summary < basket.txt
//
// It works. Your task is to take it apart.

'use strict';

const fs = require('node:fs');
const path = require('node:path');

/** Returns what so many pieces at so many cents each come to. */
function lineTotal(cents, quantity) {
  return cents * quantity;
}

/** Returns an amount and the tax on it, which is rounded to the cent, half a cent up. */
function withTax(cents, percent) {
  return cents + Math.floor((cents * percent + 50) / 100);
}

/** Returns an amount of money as text. */
function money(cents) {
  const hundredths = String(cents % 100).padStart(2, '0');
  return `${Math.floor(cents / 100)}.${hundredths}`;
}

/** Splits a line `CATEGORY QUANTITY PRICE NAME`. */
function parseItem(line) {
  const match = /^(\S+) ([0-9]+) ([0-9]+)\.([0-9]{2}) (.+)$/.exec(line);
  if (!match) {
    throw new Error(`'${line}' is not CATEGORY QUANTITY PRICE NAME`);
  }
  const [, category, quantity, whole, hundredths, name] = match;
  return {
    category,
    quantity: Number(quantity),
    cents: Number(whole) * 100 + Number(hundredths), // the price of one
    name,
  };
}

/** Reads the items of a basket from a stream. */
async function readBasket(stream) {
  stream.setEncoding('utf8');
  let text = '';
  for await (const piece of stream) {
    text += piece;
  }
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map(parseItem);
}

/** Reads the percentage from rates.json, which lies beside this file. */
function readTaxPercent() {
  const file = path.join(__dirname, 'rates.json');
  return JSON.parse(fs.readFileSync(file, 'utf8')).tax_percent;
}

/** Prints each item with its price, then what they come to, the tax, and the total. */
function receipt(items, percent) {
  let net = 0;
  for (const { quantity, cents, name } of items) {
    const total = lineTotal(cents, quantity);
    console.log(`${quantity} x ${name} at ${money(cents)} = ${money(total)}`);
    net += total;
  }
  const gross = withTax(net, percent);
  console.log(`net ${money(net)}`);
  console.log(`tax ${percent}% ${money(gross - net)}`);
  console.log(`total ${(gross / 100).toFixed(2)}`);
}

/** Prints what each category comes to, in the order in which they first appear, then all. */
function summary(items, percent) {
  const nets = new Map();
  for (const { category, quantity, cents } of items) {
    nets.set(category, (nets.get(category) ?? 0) + cents * quantity);
  }
  let all = 0;
  for (const [category, net] of nets) {
    console.log(`${category} ${money(net)} with tax ${money(withTax(net, percent))}`);
    all += net;
  }
  console.log(`total ${money(all)} with tax ${money(withTax(all, percent))}`);
}

async function main() {
  const programs = { receipt, summary };
  const [name] = process.argv.slice(2); // the first two are node itself and this file
  if (name !== 'receipt' && name !== 'summary') {
    console.error('usage: shop.js receipt|summary');
    process.exitCode = 2;
    return;
  }
  const items = await readBasket(process.stdin);
  programs[name](items, readTaxPercent());
}

main();
