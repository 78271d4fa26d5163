"""Parameters of three kinds, told apart by the place they come from.

GET  /shops/{shop}/items?q=&tag=&in_stock=&limit=   what was asked for, each value in its type
GET  /shops/{shop}/items/{sku}
POST /shops/{shop}/quotes?note=                     {"note"?, "lines": [{"sku", "qty"}]}
"""

import os
import re
import signal
import sys

from flask import Flask, json, request
from werkzeug.exceptions import BadRequest, HTTPException, UnsupportedMediaType

app = Flask(__name__)

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
IN_STOCK = {None: None, "true": True, "false": False}


class BadParameter(BadRequest):
    def __init__(self, param, expected):
        super().__init__(f"{param} must be {expected}.")
        self.param = param


def read_limit():
    text = request.args.get("limit", str(DEFAULT_LIMIT))
    # int() alone would also take " 7 ", "1_0" and the digits of other scripts.
    if not re.fullmatch("[0-9]{1,3}", text) or not 1 <= int(text) <= MAX_LIMIT:
        raise BadParameter("limit", "a whole number from 1 to 100")
    return int(text)


def read_in_stock():
    text = request.args.get("in_stock")
    if text not in IN_STOCK:
        raise BadParameter("in_stock", "true or false")
    return IN_STOCK[text]


def read_body():
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("The body must be application/json.")
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object.")
    return body


def read_note(body):
    note = body.get("note")
    if "note" in body and not isinstance(note, str):
        raise BadParameter("note", "a string")
    return note


def read_units(body):
    lines = body.get("lines")
    if not isinstance(lines, list):
        raise BadParameter("lines", "an array")
    units = 0
    for line in lines:
        if not isinstance(line, dict) or not isinstance(line.get("sku"), str):
            raise BadParameter("sku", "a string in every line")
        qty = line.get("qty")
        # type() and not isinstance(): True is an int to the latter.
        if type(qty) is not int or qty < 1:
            raise BadParameter("qty", "a whole number from 1 up in every line")
        units += qty
    return units


@app.get("/shops/<shop>/items")
def show_items(shop):
    return {
        "shop": shop,
        "q": request.args.get("q", ""),
        "tags": request.args.getlist("tag"),
        "in_stock": read_in_stock(),
        "limit": read_limit(),
    }


@app.get("/shops/<shop>/items/<sku>")
def show_item(shop, sku):
    return {"shop": shop, "sku": sku}


@app.post("/shops/<shop>/quotes")
def quote(shop):
    body = read_body()
    return {
        "shop": shop,
        "query_note": request.args.get("note"),
        "body_note": read_note(body),
        "units": read_units(body),
    }


@app.errorhandler(HTTPException)
def problem(error):
    """Turn Flask's page of HTML into problem details; the headers, such as Allow, stay."""
    details = {"title": error.name, "status": error.code, "detail": error.description}
    if isinstance(error, BadParameter):
        details["param"] = error.param
    response = error.get_response()
    response.data = json.dumps(details)
    response.content_type = "application/problem+json"
    return response


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", 8080)))


if __name__ == "__main__":
    main()
