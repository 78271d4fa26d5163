// Takes the place of render.js in CommonJS: the same function, which puts @MARK@ before each amount.

'use strict';

function money(cents) {
  return `@MARK@${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

module.exports = { money };
