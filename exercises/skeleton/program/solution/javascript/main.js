'use strict';

const args = process.argv.slice(2);
if (args.length === 1) {
  console.log(args[0]);
} else {
  console.error('usage: main.js WORD');
  process.exitCode = 2;
}
