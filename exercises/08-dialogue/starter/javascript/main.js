// A conversation about a bill. Try `node main.js`.
//
// ask, below, puts one question and brings back the answer. What to ask, what to make of an answer,
// and what to do when it is no use, is up to you.

'use strict';

const { createInterface } = require('node:readline/promises');

const terminal = createInterface({ input: process.stdin, output: process.stdout });

// Shows the prompt and waits for one line. An answer takes time, so call it with `await`, in a
// function that is marked `async`.
//
// This is all you need to talk to somebody who waits for your questions. Not everybody does: see
// "Go deeper" in the task.
async function ask(prompt) {
  return terminal.question(prompt);
}

async function main() {
  const name = await ask('What is your name? ');

  // TODO: see that the name is usable, ask for the amount and the people, and print the result
  // instead of this line.
  console.log(`TODO: '${name}' wants to split a bill`);

  terminal.close(); // else node goes on listening, and does not end
}

main();
