// What things cost. All amounts are whole cents.

'use strict';

/** Returns what so many pieces at so many cents each come to. */
function lineTotal(cents, quantity) {
  return cents * quantity;
}

/** Returns an amount and the tax on it, which is rounded to the cent, half a cent up. */
function withTax(cents, percent) {
  return cents + Math.floor((cents * percent + 50) / 100);
}

module.exports = { lineTotal, withTax };
