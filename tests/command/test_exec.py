"""The kind exec: commands of a check's own beside the learner's code, a line for each language."""

import json
import subprocess
import unittest

import test_talk
from harness import PROGRAM


class Exec(test_talk.TalkTest):
    HEADER = {"one.h": "int one(void);\n", "sub/two.h": "struct two { int a; };\n"}

    def test_a_line_runs_in_the_program_s_folder_with_the_check_s_arguments_and_input(self):
        self.passes(
            None,
            {"exec": "cat one.h", "expect": {"exit": 0, "lines": ["int one(void);"]}},
            {"exec": {"c": "cc -fsyntax-only -x c", "python": "false"}, "args": ["one.h"], "expect": {"exit": 0}},
            {"exec": "wc -l | tr -d ' '", "stdin": "a\nb\n", "expect": {"stdout": "2\n"}},
            {"exec": "cat", "expect": {"exit": 0, "stdout": ""}},
            {"exec": "cat sub/two.h >&2; exit 3", "expect": {"exit": 3, "stderr": {"$contains": "struct two"}}},
            files={"main.c": "int main(void) { return 0; }\n", "Makefile": test_talk.MAKEFILE, **self.HEADER},
        )
        self.assertEqual(self.sent[1], "cc -fsyntax-only -x c one.h")
        self.assertEqual(self.sent[2], "printf 'a\\nb\\n' | wc -l | tr -d ' '")

    def test_what_the_command_says_is_shown(self):
        finished = self.judge(
            None,
            {"exec": "for h in sub/two.h; do printf '#include \"%s\"\\n' $h $h | cc -fsyntax-only -x c -; done",
             "expect": {"exit": 0}},
            files={"main.c": "int main(void) { return 0; }\n", "Makefile": test_talk.MAKEFILE, **self.HEADER},
        )
        self.assertEqual((finished["verdict"], finished["failure"]["at"]), ("failed", "/exit"))
        self.assertIn("sub/two.h:1:8: error: redefinition of", finished["failure"]["process"]["stderr"])

    def test_a_held_input_is_seen_by_who_reads_it(self):
        held = {"then": "wait", "seconds": 1}
        self.passes("", {"exec": "echo done", **held, "expect": {"exit": 0, "stdout": "done\n"}})
        self.passes("", {"exec": "head -n 1", "stdin": "a\nb\n", **held, "expect": {"stdout": "a\n"}})
        self.assertEqual(self.sent[0], "{ printf 'a\\nb\\n'; sleep 60; } | head -n 1")
        finished = self.judge("", {"exec": "cat", **held, "expect": {"exit": 0}})
        self.assertEqual(self.sent[0], "sleep 60 | cat")
        self.assertIn("Its standard input was a pipe that stayed open", finished["failure"]["reason"])
        self.passes("", {"exec": "cat", **held, "expect": {"ended": "time-limit"}})

    def test_a_language_without_a_line_is_not_the_learner_s_fault(self):
        finished = self.judge("", {"exec": {"python": "false"}, "expect": {"exit": 0}})
        self.assertEqual((finished["verdict"], finished["applies"]), ("skipped", False))
        self.assertIn("has none for c", finished["because"])

    def test_a_slip_of_the_author_is_named(self):
        rows = [
            ({"exec": ""}, '"exec" is a command line'),
            ({"exec": {}}, '"exec" is a command line'),
            ({"exec": {"c": 1}}, '"exec" is a command line'),
            ({"exec": "true", "then": "stop"}, '"then" is "close" or "wait"'),
            ({"exec": "true", "seconds": 61}, '"seconds" is a number above 0 and up to 60'),
            ({"exec": "true", "directory": "x"}, '"directory" is no option of exec'),
        ]
        path = self.folder / "exercise.json"
        for step, says in rows:
            path.write_text(json.dumps({"checks": [{"do": [step]}]}))
            done = subprocess.run([PROGRAM.with_name("backend-learn-probe"), "--lint", path], capture_output=True)
            self.assertNotEqual(done.returncode, 0, step)
            self.assertIn(says, (done.stdout + done.stderr).decode())


if __name__ == "__main__":
    unittest.main()
