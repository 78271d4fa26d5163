"""The probe kinds http and raw against tests/miniature/hostile-server.c: what a server answers that it should not is
named in one sentence, in bounded time; what raw sends arrives as it was written."""

import json
import re
import shutil
import subprocess
import time
import unittest

from harness import MINIATURE, CommandTest

SERVER = (MINIATURE / "hostile-server.c").read_text()
MAKEFILE = "main: main.c\n\tcc -D_GNU_SOURCE -pthread -o main main.c\n"


def say(answer, path="/say", **more):
    """A step that makes the server answer with these bytes."""
    request = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(answer)}\r\n\r\n"
    return {"raw": [request + answer], "encoding": "bytes", "seconds": 1, **more}


class Wire(CommandTest):
    def run_checks(self, checks):
        """checks: name -> steps. The verdicts by name; each check has the server in a room of its own."""
        self.root = self.folder / "curriculum"
        shutil.copytree(MINIATURE, self.root)
        self.environment["BACKEND_LEARN_ROOT"] = str(self.root)
        build = {"name": "build", "says": "It builds.", "points": 1, "core": True, "hint": "No.", "do": [{"build": True}]}
        points = [1] * len(checks)
        points[0] = 99 - len(points) + 1
        exercise = {
            "step": "1",
            "name": "hello",
            "languages": ["c"],
            "processes": ["main"],
            "done": "You can.",
            "before": [{"start": "main"}],
            "checks": [build]
            + [
                {"name": name, "says": "It is so.", "points": point, "core": False, "hint": "No.", "do": steps}
                for (name, steps), point in zip(checks.items(), points)
            ],
        }
        (self.root / "exercises/01-hello/exercise.json").write_text(json.dumps(exercise))
        folder = self.make_workspace({"main.c": SERVER, "Makefile": MAKEFILE, ".gitignore": "main\n"})
        begin = time.monotonic()
        events = self.events("--dir", folder)
        self.seconds = time.monotonic() - begin
        found = {event["check"]: event for event in events if event["event"] == "check-finished"}
        for name in checks:
            self.assertNotEqual(found[name]["verdict"], "error", found[name])
        return found

    def all_pass(self, checks):
        for name, event in self.run_checks(checks).items():
            self.assertEqual(event["verdict"], "passed", (name, event.get("failure")))

    def reasons(self, rows):
        """rows: name -> (step, sentence): each step fails with its sentence."""
        found = self.run_checks({name: [step] for name, (step, _) in rows.items()})
        for name, (_, sentence) in rows.items():
            self.assertEqual(found[name]["verdict"], "failed", name)
            self.assertEqual(found[name]["failure"].get("reason"), sentence, name)
        return found

    def test_hostile_answers_end_in_a_sentence(self):
        found = self.reasons(
            {
                "endless": ({"raw": ["GET /endless HTTP/1.1\r\n\r\n"]}, "The bodies that came are larger than the 8 MiB that the checker reads."),
                "fields": ({"raw": ["GET /fields HTTP/1.1\r\n\r\n"]}, "The head has more than 100 fields."),
                "drip": (
                    {"raw": ["GET /drip HTTP/1.1\r\n\r\n"], "seconds": 1.5, "responses": 1},
                    "Content-Length says 100, but only 2 bytes of the body came within 1.5 s.",
                ),
                "cut": (
                    {"raw": ["GET /cut HTTP/1.1\r\n\r\n"]},
                    "Content-Length says 100, but the connection was cut after 4 bytes of the body.",
                ),
                "silent": (
                    {"raw": ["GET /silent HTTP/1.1\r\n\r\n"], "seconds": 0.2, "responses": 1},
                    "The server took the request, but sent no answer within 0.2 s.",
                ),
                "quit": (
                    {"raw": ["GET /quit HTTP/1.1\r\n\r\n"], "responses": 1},
                    "The server closed the connection without an answer.",
                ),
                "one-of-two": (
                    {"raw": ["GET /pieces HTTP/1.1\r\n\r\nGET /quit HTTP/1.1\r\n\r\n"], "responses": 2},
                    "The server sent 1 of 2 answers, then closed the connection.",
                ),
                "bare-newline": (
                    say("HTTP/1.1 200 OK\r\nContent-Length: 0\n\r\n"),
                    "Line 2 of the head ends with LF alone; HTTP ends each line with CR LF.",
                ),
                "short": (
                    say("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n1234567"),
                    "Content-Length says 12, but the connection closed after 7 bytes of the body.",
                ),
                "more": (
                    say("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n1234567"),
                    'After the end of answer 1 (its Content-Length is 3) came "4567", which begins no answer.',
                ),
                "open": (
                    say("HTTP/1.1 200 OK\r\n\r\n123", path="/stay", seconds=0.2),
                    "The answer has neither Content-Length nor chunks, so its body ends when the connection closes; that "
                    "was still open after 0.2 s.",
                ),
                "nobody": (
                    {"raw": ["GET / HTTP/1.1\r\n\r\n"], "port": 9},
                    "The server did not take the connection: nothing listens there any more.",
                ),
                "crash": (
                    {"raw": ["GET /crash HTTP/1.1\r\n\r\n"], "responses": 1},
                    "The server closed the connection without an answer.",
                ),
                "http-endless": (
                    {"http": "GET /endless"},
                    "The server cannot be listened to any further: the body of its answer is larger than 8 MiB.",
                ),
                "http-fields": (
                    {"http": "GET /fields"},
                    "The server cannot be listened to any further: its answer has more than 100 header fields.",
                ),
            }
        )
        self.assertIn("SIGSEGV", found["crash"]["failure"]["process"]["ended"])
        self.assertLess(self.seconds, 30)

    def test_hostile_bodies_are_told_apart_from_right_ones(self):
        deep = "arrays and objects nested more than 64 deep"
        self.all_pass(
            {
                "deep": [
                    {"raw": ["GET /deep HTTP/1.1\r\n\r\n"], "expect": {"responses": [{"not_json": {"$matches": deep}}]}},
                    {"http": "GET /deep", "expect": {"not_json": {"$matches": deep}, "size": 100000}},
                ],
                "not-utf-8": [
                    say(
                        "HTTP/1.1 200 OK\r\nX-\u00ff: no\r\n\r\n",
                        expect={"problem": {"$matches": "a character in its name that no header's name may have"}},
                    ),
                    say(
                        "HTTP/1.1 200 OK\r\nX: \u00ff\r\n\r\n\u00ff",
                        expect={"responses": [{"headers": {"x": "\ufffd"}, "text": "\ufffd", "size": 1}]},
                    ),
                ],
                "spoken-of": [
                    {
                        "raw": ["GET /cut HTTP/1.1\r\n\r\n"],
                        "expect": {"problem": {"$type": "string"}, "closed": True, "reset": True, "responses": []},
                    }
                ],
            }
        )

    def test_bytes_leave_as_they_are_written(self):
        pieces = "GET /pieces HTTP/1.1\r\n\r\n"
        self.all_pass(
            {
                "pieces": [
                    {
                        "raw": [pieces[:7], pieces[7:20], pieces[20:]],
                        "pause": 0.03,
                        "within": 5,
                        "responses": 1,
                        "expect": {"responses": [{"body": [7, 13, 4]}], "closed": False, "reset": False},
                    }
                ],
                "slow": [
                    {
                        "raw": [pieces],
                        "slow": {"bytes": 6, "every": 0.03},
                        "within": 5,
                        "responses": 1,
                        "expect": {"responses": [{"body": [6, 6, 6, 6]}], "ms": {"$ge": 90}},
                    }
                ],
                "pipelined": [
                    {
                        "raw": ["HEAD /pieces HTTP/1.1\r\n\r\n" + pieces],
                        "from": "127.0.0.2",
                        "responses": 2,
                        "expect": {"responses": [{"size": 0, "framing": "none"}, {"body": [], "framing": "length"}]},
                    }
                ],
                "half-close": [
                    {
                        "raw": [pieces],
                        "half_close": True,
                        "expect": {"responses": [{"status": 200}], "closed": True, "problem": {"$type": "absent"}},
                    },
                    {"log": "main", "within": 1, "expect": {"json": [{"end": "closed", "rest": 0}]}},
                ],
                "hang-up": [
                    {"raw": ["GET /silent HTTP/1.1\r\n\r\n"], "hang_up": True, "expect": {"responses": []}},
                    {"log": "main", "within": 1, "expect": {"json": [{"end": "closed"}]}},
                    {"raw": ["GET /silent HTTP/1.1\r\n\r\n"], "pause": 0.1, "hang_up": True, "abort": True},
                    {"log": "main", "within": 1, "expect": {"json": [{"end": "reset"}]}},
                ],
                "bytes": [
                    say(
                        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\u0000\u00e9\u00ff",
                        expect={"responses": [{"text": "\u0000\ufffd\ufffd", "size": 3}]},
                    )
                ],
                "background": [
                    {"raw": [pieces[:10], pieces[10:]], "pause": 1, "responses": 1, "background": "slow"},
                    {"http": "GET /pieces", "expect": {"status": 200, "ms": {"$lt": 900}}},
                    {"raw": [], "seconds": 10, "background": "silent"},
                    {"join": "slow", "expect": {"responses": [{"body": [10, 14]}], "ms": {"$ge": 1000}}},
                ],
            }
        )

    def test_the_line_to_paste_is_the_same_bytes(self):
        found = self.run_checks(
            {
                "paste": [
                    {"raw": ["PO", "ST /%25\\' é\u0085\x01\r\n"], "pause": 0.01, "seconds": 0.1, "expect": {"problem": "none"}},
                ],
                "long": [{"raw": ["x" * 3000], "hang_up": True, "expect": {"closed": 1}}],
            }
        )
        sent = found["paste"]["failure"]["sent"]
        self.assertEqual(
            sent,
            r"{ printf 'PO'; sleep 0.01; printf 'ST /%%25\\'\'' é\302\205\001\r\n'; }"
            " | nc -q 1 127.0.0.1 8080  # in 2 pieces",
        )
        command = re.sub(r" \| nc .*", "", sent)
        for shell in ("sh", "bash"):
            self.assertEqual(subprocess.check_output([shell, "-c", command]), "POST /%25\\' é\u0085\x01\r\n".encode())
        self.assertRegex(found["long"]["failure"]["sent"], r"^printf 'x{2000}' \| nc .*  # and 1000 bytes more, then hanging up$")


if __name__ == "__main__":
    unittest.main()
