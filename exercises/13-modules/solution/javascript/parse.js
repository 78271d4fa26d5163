// Baskets: text in, items out. No other module knows what a line of one looks like.

'use strict';

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

module.exports = { readBasket };
