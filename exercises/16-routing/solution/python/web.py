"""Users over HTTP, kept in memory.

GET    /users        all of them
POST   /users        a new one: 201 and its address
GET    /users/{id}   one
PUT    /users/{id}   the same one with another name and email
DELETE /users/{id}   gone: 204
"""

import itertools
import os
import signal
import sys
import threading

from flask import Flask, abort, json, jsonify, request
from werkzeug.exceptions import HTTPException

app = Flask(__name__)

# Flask answers every request in a thread of its own, so what they share is touched under the lock.
lock = threading.Lock()
users = {}  # by id, in order of creation
ids = itertools.count(1)  # an id is never given twice, so it stays right when others are deleted


def body_fields():
    """Return name and email from the request's body, or answer 400."""
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        abort(400, "The body is not a JSON object.")
    fields = {name: body.get(name) for name in ("name", "email")}
    if not all(isinstance(value, str) for value in fields.values()):
        abort(400, "name and email must be strings.")
    return fields


@app.get("/users")
def list_users():
    with lock:
        return jsonify(list(users.values()))


@app.post("/users")
def create_user():
    fields = body_fields()
    with lock:
        user = {"id": next(ids), **fields}
        users[user["id"]] = user
    return user, 201, {"Location": f"/users/{user['id']}"}


@app.get("/users/<int:user_id>")
def show_user(user_id):
    with lock:
        return users.get(user_id) or abort(404, "There is no such user.")


@app.put("/users/<int:user_id>")
def replace_user(user_id):
    fields = body_fields()
    with lock:
        if user_id not in users:
            abort(404, "There is no such user.")
        users[user_id] = {"id": user_id, **fields}
        return users[user_id]


@app.delete("/users/<int:user_id>")
def delete_user(user_id):
    with lock:
        if users.pop(user_id, None) is None:
            abort(404, "There is no such user.")
    return "", 204


@app.errorhandler(HTTPException)
def problem(error):
    """Turn Flask's page of HTML into problem details; the headers, such as Allow, stay."""
    response = error.get_response()
    response.data = json.dumps({"title": error.name, "status": error.code, "detail": error.description})
    response.content_type = "application/problem+json"
    return response


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", 8080)))


if __name__ == "__main__":
    main()
