// The rates that may change without anybody touching the code.

'use strict';

const fs = require('node:fs');
const path = require('node:path');

const RATES = path.join(__dirname, 'rates.json');

function readTaxPercent() {
  return JSON.parse(fs.readFileSync(RATES, 'utf8')).tax_percent;
}

module.exports = { readTaxPercent };
