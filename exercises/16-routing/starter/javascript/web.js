// Users over HTTP. Run `PORT=8080 node web.js` and, in a second terminal,
// `curl -i http://127.0.0.1:8080/users`. Ctrl-C stops it.
//
// Express listens, reads requests and finds the function for each; the function answers by res:
// res.status(201), res.location('/users/7'), res.json(user), res.end(). Your work: keep the users, and
// write the functions.

'use strict';

const express = require('express');

const app = express();
app.use(express.json({ type: () => true })); // req.body is the body as a value; not JSON: answered 400

// TODO: the users that your functions share.

app.get('/users', (req, res) => {
  // TODO: all of them.
  res.json([]);
});

app.post('/users', (req, res) => {
  // TODO: keep a user, and answer with the status, the header and the body that the task asks for.
  res.status(501).json({ detail: 'TODO: keep this user', fields: req.body });
});

// TODO: /users/:id. In its functions req.params.id is what stands in the id's place.

app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1');
