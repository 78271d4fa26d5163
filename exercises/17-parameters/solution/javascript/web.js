// Parameters of three kinds, told apart by the place they come from.
//
//   GET  /shops/{shop}/items?q=&tag=&in_stock=&limit=   what was asked for, each value in its type
//   GET  /shops/{shop}/items/{sku}
//   POST /shops/{shop}/quotes?note=                     {"note"?, "lines": [{"sku", "qty"}]}

'use strict';

const { STATUS_CODES } = require('node:http');
const express = require('express');

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

class Problem extends Error {
  constructor(status, detail, members = {}) {
    super(detail);
    this.status = status;
    this.members = members;
  }
}

function badParameter(param, expected) {
  return new Problem(400, `${param} must be ${expected}.`, { param });
}

// req.query gives a string, an array or, in Express 4, an object, whatever the client wrote. URLSearchParams
// leaves no doubt: get() is the first value or null, getAll() is always an array.
function queryOf(req) {
  return new URL(req.originalUrl, 'http://localhost').searchParams;
}

function readLimit(query) {
  const text = query.get('limit') ?? String(DEFAULT_LIMIT);
  // Number() alone would also take '', ' 7 ', '0x1f' and '1e1'.
  const limit = /^[0-9]{1,3}$/.test(text) ? Number(text) : NaN;
  if (!(limit >= 1 && limit <= MAX_LIMIT)) {
    throw badParameter('limit', 'a whole number from 1 to 100');
  }
  return limit;
}

function readInStock(query) {
  const text = query.get('in_stock');
  if (text !== null && text !== 'true' && text !== 'false') {
    throw badParameter('in_stock', 'true or false');
  }
  return text === null ? null : text === 'true';
}

function readBody(req) {
  if (!req.is('application/json')) {
    throw new Problem(415, 'The body must be application/json.');
  }
  if (req.body === undefined || Array.isArray(req.body)) {
    throw new Problem(400, 'The body must be a JSON object.');
  }
  return req.body;
}

function readNote({ note }) {
  if (note !== undefined && typeof note !== 'string') {
    throw badParameter('note', 'a string');
  }
  return note ?? null;
}

function readUnits({ lines }) {
  if (!Array.isArray(lines)) {
    throw badParameter('lines', 'an array');
  }
  let units = 0;
  for (const line of lines) {
    if (typeof line?.sku !== 'string') {
      throw badParameter('sku', 'a string in every line');
    }
    if (!Number.isSafeInteger(line.qty) || line.qty < 1) {
      throw badParameter('qty', 'a whole number from 1 up in every line');
    }
    units += line.qty;
  }
  return units;
}

const app = express();
app.disable('x-powered-by');
app.use(express.json());

app.get('/shops/:shop/items', (req, res) => {
  const query = queryOf(req);
  res.json({
    shop: req.params.shop,
    q: query.get('q') ?? '',
    tags: query.getAll('tag'),
    in_stock: readInStock(query),
    limit: readLimit(query),
  });
});

app.get('/shops/:shop/items/:sku', (req, res) => {
  const { shop, sku } = req.params;
  res.json({ shop, sku });
});

app.post('/shops/:shop/quotes', (req, res) => {
  const body = readBody(req);
  res.json({
    shop: req.params.shop,
    query_note: queryOf(req).get('note'),
    body_note: readNote(body),
    units: readUnits(body),
  });
});

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
  const problem = { title: STATUS_CODES[status], status, detail, ...error.members };
  res.status(status).type('application/problem+json').send(JSON.stringify(problem));
});

const server = app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1');

process.on('SIGTERM', () => {
  server.close();
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), 1000).unref(); // a client that holds its connection cannot hold us
});
