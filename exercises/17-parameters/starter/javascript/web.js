// Parameters from path, query and body. Run `PORT=8080 node web.js` and, in a second terminal,
// `curl -i 'http://127.0.0.1:8080/shops/corner/items?q=tea'`. Ctrl-C stops it.
//
// Express finds the function and decodes the path's parameters into req.params. queryOf(req), below, is the
// query; req.is('application/json') tells the body's media type, req.body is the body. What a value
// means, and whether it is acceptable, is your work.

'use strict';

const express = require('express');

const app = express();
app.use(express.json());

// The query, decoded: query.get('q') is its first value or null, query.getAll('tag') all of them.
function queryOf(req) {
  return new URL(req.originalUrl, 'http://localhost').searchParams;
}

// An answer that says what was wrong: problem(res, 400, 'Limit is ...', { param: 'limit' })
function problem(res, status, detail, members = {}) {
  const body = JSON.stringify({ status, detail, ...members });
  res.status(status).type('application/problem+json').send(body);
}

app.get('/shops/:shop/items', (req, res) => {
  const query = queryOf(req);
  // TODO: a tag may come several times. in_stock is true, false or null, limit a number: both arrive as
  // text.
  res.json({ shop: req.params.shop, q: query.get('q') ?? '' });
});

app.post('/shops/:shop/quotes', (req, res) => {
  // TODO: two notes and the sum of the lines.
  problem(res, 501, 'TODO');
});

// TODO: one route is missing.

app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1');
