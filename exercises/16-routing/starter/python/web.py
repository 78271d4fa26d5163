"""Users over HTTP. Run `PORT=8080 python3 web.py` and, in a second terminal,
`curl -i http://127.0.0.1:8080/users`. Ctrl-C stops it.

Flask listens, reads requests, finds the function for each, and makes its return value the answer:
a dict or a list becomes JSON with status 200; `return user, 201, {"Location": ...}` also sets status
and headers. Your work: keep the users, and write the functions.
"""

import os

from flask import Flask, jsonify, request

app = Flask(__name__)

# TODO: the users that your functions share.


@app.get("/users")
def list_users():
    # TODO: all of them.
    return jsonify([])


@app.post("/users")
def create_user():
    # The body as a value of Python's, or None if it is not JSON.
    fields = request.get_json(force=True, silent=True)
    if fields is None:
        return {"detail": "The body is not JSON."}, 400
    # TODO: keep a user, and answer with the status, the header and the body that the task asks for.
    return {"detail": "TODO: keep this user", "fields": fields}, 501


# TODO: /users/<user_id>. Its functions get what stands in the id's place as the argument user_id.


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", 8080)))
