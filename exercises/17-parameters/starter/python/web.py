"""Parameters from path, query and body. Run `PORT=8080 python3 web.py` and, in a second terminal,
`curl -i 'http://127.0.0.1:8080/shops/corner/items?q=tea'`. Ctrl-C stops it.

Flask finds the function and decodes what comes in the address: the path's parameters are the
function's arguments, the query is in request.args, the body's media type is request.mimetype, and
request.get_json(silent=True) is the body or None. What a value means, and whether it is acceptable,
is your work.
"""

import os

from flask import Flask, json, request

app = Flask(__name__)


def problem(status, detail, **members):
    """An answer that says what was wrong: return problem(400, "Limit is ...", param="limit")"""
    body = json.dumps({"status": status, "detail": detail, **members})
    return app.response_class(body, status, mimetype="application/problem+json")


@app.get("/shops/<shop>/items")
def show_items(shop):
    # TODO: a tag may come several times. in_stock is true, false or null, limit a number: both arrive
    # as text.
    return {"shop": shop, "q": request.args.get("q", "")}


@app.post("/shops/<shop>/quotes")
def quote(shop):
    # TODO: two notes and the sum of the lines.
    return problem(501, "TODO")


# TODO: one route is missing.


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", 8080)))
