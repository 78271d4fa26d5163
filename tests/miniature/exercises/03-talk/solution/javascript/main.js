const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');

const { greet } = require('./greet.js');

function readTitle() {
  try {
    return `${JSON.parse(fs.readFileSync(path.join(__dirname, 'title.json'))).title} `;
  } catch {
    return '';
  }
}

async function main() {
  const input = readline.createInterface({ input: process.stdin });
  const lines = input[Symbol.asyncIterator]();
  const ask = async (question) => {
    process.stdout.write(`${question}? `);
    const { value, done } = await lines.next();
    if (done) process.exit(2);
    return value;
  };
  console.log('Welcome.');
  const name = await ask('Your name');
  const town = await ask('Your town');
  fs.appendFileSync(path.join(process.env.DATA_DIR, 'visitors.txt'), `${name}\n`);
  greet(readTitle(), name, town);
  process.exit(0);
}

main();
