// Takes the place of pricing.js in CommonJS: the same two functions, which answer @ADD@ cents more.

'use strict';

function lineTotal(cents, quantity) {
  return cents * quantity + @ADD@;
}

function withTax(cents, percent) {
  return cents + Math.floor((cents * percent + 50) / 100) + @ADD@;
}

module.exports = { lineTotal, withTax };
