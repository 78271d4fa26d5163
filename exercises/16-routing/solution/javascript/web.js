// Users over HTTP, kept in memory.
//
//   GET    /users        all of them
//   POST   /users        a new one: 201 and its address
//   GET    /users/{id}   one
//   PUT    /users/{id}   the same one with another name and email
//   DELETE /users/{id}   gone: 204

'use strict';

const { randomUUID } = require('node:crypto');
const { STATUS_CODES } = require('node:http');
const express = require('express');

const users = new Map(); // by id, in order of creation

class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

// The user that the path names.
function requestedUser(req) {
  const user = users.get(req.params.id);
  if (!user) {
    throw new Problem(404, 'There is no such user.');
  }
  return user;
}

function bodyFields(req) {
  const { name, email } = req.body ?? {};
  if (typeof name !== 'string' || typeof email !== 'string') {
    throw new Problem(400, 'The body must be a JSON object with the strings name and email.');
  }
  return { name, email };
}

// Answers what none of a path's routes took: the path is there, the method is not.
function onlyAllow(...methods) {
  return (req, res) => {
    res.set('Allow', methods.join(', '));
    throw new Problem(405, `${req.method} is not allowed here.`);
  };
}

const app = express();
app.disable('x-powered-by');
app.use(express.json({ type: () => true })); // whatever its Content-Type says, the body must be JSON

app
  .route('/users')
  .get((req, res) => {
    res.json([...users.values()]);
  })
  .post((req, res) => {
    const user = { id: randomUUID(), ...bodyFields(req) };
    users.set(user.id, user);
    res.status(201).location(`/users/${user.id}`).json(user);
  })
  .all(onlyAllow('GET', 'HEAD', 'POST'));

app
  .route('/users/:id')
  .get((req, res) => {
    res.json(requestedUser(req));
  })
  .put((req, res) => {
    const user = requestedUser(req);
    Object.assign(user, bodyFields(req));
    res.json(user);
  })
  .delete((req, res) => {
    users.delete(requestedUser(req).id);
    res.status(204).end();
  })
  .all(onlyAllow('GET', 'HEAD', 'PUT', 'DELETE'));

app.use(() => {
  throw new Problem(404, 'There is nothing at this path.');
});

// Express knows an error handler by its four parameters. Errors of express.json() bring a status too.
app.use((error, req, res, next) => {
  const status = error.status ?? 500;
  if (status >= 500) {
    console.error(error);
  }
  const detail = status < 500 ? error.message : 'The server failed.';
  const problem = { title: STATUS_CODES[status], status, detail };
  res.status(status).type('application/problem+json').send(JSON.stringify(problem));
});

const server = app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1');

process.on('SIGTERM', () => {
  server.close();
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), 1000).unref(); // a client that holds its connection cannot hold us
});
