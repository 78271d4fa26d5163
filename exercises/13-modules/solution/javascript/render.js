// How amounts of money look.

'use strict';

/** Returns an amount of money as text. */
function money(cents) {
  const hundredths = String(cents % 100).padStart(2, '0');
  return `${Math.floor(cents / 100)}.${hundredths}`;
}

module.exports = { money };
