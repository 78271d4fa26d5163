"""The kinds that speak with a program, look at its files, and put others in their place: what they find of programs
that behave oddly, and what they say. Each test is a curriculum of one check and a program."""

import json
import pathlib
import shutil
import unittest

from harness import ROOT, CommandTest, tree_of

BUILD = {"build": True, "expect": {"exit": 0}}
MAKEFILE = "main: $(wildcard *.c)\n\tcc -O1 -w -o $@ $^\n"


def program(body):
    return (
        "#define _GNU_SOURCE\n#include <fcntl.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
        f"#include <sys/stat.h>\n#include <unistd.h>\nint main(int argc, char **argv) {{\n{body}\nreturn 0;\n}}\n"
    )


class TalkTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.root = self.folder / "root"
        self.environment["BACKEND_LEARN_ROOT"] = str(self.root)
        self.exercise = self.root / "exercises" / "01-talk"
        self.exercise.mkdir(parents=True)
        (self.root / "lessons").mkdir()
        shutil.copy(ROOT / "exercises" / "languages.json", self.root / "exercises")
        steps = [{"id": "1", "name": "talk", "title": "Talk", "task": "Talk."}]
        plan = {"name": "plan", "title": "One step", "phases": [{"title": "All of it", "steps": steps}]}
        (self.root / "exercises" / "tracks.json").write_text(json.dumps({"format": 1, "tracks": [plan]}))

    def judge(self, body, *steps, files=None, command="./main", language="c", assets=None, further=()):
        """The check-finished of a check `it` with these steps, for a C program with this body in main."""
        check = {"name": "it", "says": "It holds.", "hint": "None.", "points": 60 - 10 * len(further), "core": True}
        checks = [
            {"name": "build", "says": "It builds.", "hint": "None.", "points": 40, "core": True, "do": [BUILD]},
            {**check, "needs": ["build"], "do": list(steps)},
            *further,
        ]
        exercise = {"step": "1", "name": "talk", "languages": ["c", "python", "javascript"], "processes": ["main"]}
        text = json.dumps({**exercise, "done": "Done.", "checks": checks})
        (self.exercise / "exercise.json").write_text(text)
        for path, content in (assets or {}).items():
            path = self.exercise / "assets" / path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        sources = {"main.c": program(body), "Makefile": MAKEFILE} if body is not None else {}
        folder = self.make_workspace({**sources, **(files or {})}, name="talk", language=language)
        workspace = json.loads((folder / "workspace.json").read_text())
        workspace["processes"]["main"] = command
        (folder / "workspace.json").write_text(json.dumps(workspace))
        before = tree_of(folder)
        self.all = self.events("--dir", folder)
        self.assertEqual(tree_of(folder), before, "the workspace was written")
        self.sent = [event["sent"] for event in self.all if event["event"] == "acted" and event["check"] == "it"]
        return {e["check"]: e for e in self.all if e["event"] == "check-finished"}["it"]

    def passes(self, *arguments, **options):
        finished = self.judge(*arguments, **options)
        self.assertEqual(finished["verdict"], "passed", finished)

    def fails(self, reason, *arguments, **options):
        finished = self.judge(*arguments, **options)
        self.assertEqual(finished["verdict"], "failed", finished)
        self.assertEqual(finished["failure"].get("reason"), reason)


class Dialogue(TalkTest):
    def talk(self, *turns, **more):
        return {"dialogue": "main", "turns": list(turns), **more}

    def test_what_was_heard_is_not_heard_again(self):
        body = 'char l[99]; printf("name? NAME? "); fflush(stdout); fgets(l, 99, stdin); printf("hello %s", l);'
        turns = [{"until": "Name", "send": "a\n"}, {"until": "name"}]
        expect = {"turns": [{"received": "name", "sent": "a\n"}, {"received": "? NAME", "sent": None}]}
        self.passes(body, self.talk(*turns, expect={**expect, "rest": "? hello a\n", "exit": 0}))
        reason = (
            '"name" was awaited on standard output, but the program exited with status 0. '
            'What came is "? hello a\\n".'
        )
        self.fails(reason, body, self.talk(*turns, {"until": "name"}))

    def test_a_question_in_the_buffer(self):
        reason = (
            '"name" was awaited on standard output before input 1, but did not come within 0.5 s. Nothing came at all. '
            "Output to a pipe is held back in a buffer until that is full or flushed: flush standard output after a "
            "question, before you read the answer."
        )
        turns = [{"until": "name", "send": "a\n"}]
        self.fails(reason, 'printf("name? "); getchar();', self.talk(*turns, patience=0.5))

    def test_a_question_on_standard_error(self):
        reason = (
            '"name" was awaited on standard output before input 1, but did not come within 0.5 s. Nothing came at all. '
            "It came on standard error; a question belongs on standard output."
        )
        turns = [{"until": "name", "send": "a\n"}]
        self.fails(reason, 'fprintf(stderr, "Name? "); getchar();', self.talk(*turns, patience=0.5))

    def test_a_crash_between_two_turns(self):
        body = 'char l[99]; printf("one? "); fflush(stdout); fgets(l, 99, stdin); abort();'
        reason = (
            '"two" was awaited on standard output before input 2, but the program crashed: SIGABRT, it stopped itself '
            '(abort, a failed assertion, or memory found damaged). What came is "? ".'
        )
        self.fails(reason, body, self.talk({"until": "one", "send": "a\n"}, {"until": "two", "send": "b\n"}))

    def test_a_busy_program_is_not_waited_for_beyond_its_limit(self):
        turns = [{"until": "name", "send": "a\n"}]
        finished = self.judge("for (;;);", self.talk(*turns, patience=0.3, seconds=4))
        self.assertEqual(finished["verdict"], "failed")
        self.assertLess(finished["ms"], 15000)

    def test_neither_side_blocks_on_a_full_pipe(self):
        """Half a megabyte to a program that answers each byte with one."""
        body = "int c; while ((c = getchar()) != EOF) putchar(c);"
        text = "0123456789abcde\n" * 30000
        self.passes(body, self.talk({"send": text}, {"until": {"line": True}}, expect={"stdout": text}))
        self.assertIn("bytes more) | ./main", self.sent[0])
        self.assertLess(len(self.sent[0]), 5000)

    def test_input_that_nobody_reads(self):
        text = "0123456789abcde\n" * 30000
        self.passes('puts("bye");', self.talk({"send": text}, expect={"exit": 0, "stdout": "bye\n"}))

    def test_bytes_and_the_line_to_paste(self):
        body = "int c; while ((c = getchar()) != EOF) printf(\"%02x\", c);"
        turns = [{"send": "caf\u00e9 it's 5%\n", "encoding": "bytes"}, {"send": "Zo\u00eb\\\u0000"}]
        self.passes(body, self.talk(*turns, expect={"stdout": "636166e92069742773203525" + "0a" + "5a6fc3ab5c00"}))
        self.assertEqual(self.sent[0].splitlines()[-1], r"printf 'caf\351 it'\''s 5%%\nZoë\\\000' | ./main")

    def test_then_wait_leaves_the_input_open(self):
        """A program that only ends at the end of input is ended by its limit."""
        step = self.talk({"send": "a\n"}, then="wait", seconds=1, expect={"ended": "time-limit"})
        self.passes("while (getchar() != EOF);", step)
        self.passes("while (getchar() != EOF);", self.talk({"send": "a\n"}, seconds=5, expect={"exit": 0}))


class Run(TalkTest):
    def test_bytes(self):
        body = "int c; while ((c = getchar()) != EOF) printf(\"%02x\", c);"
        self.passes(body, {"run": "main", "stdin": "\u00ff\u0000a", "encoding": "bytes", "expect": {"stdout": "ff0061"}})
        finished = self.judge(body, {"run": "main", "stdin": "\u0100", "encoding": "bytes"})
        self.assertEqual(finished["verdict"], "error")
        self.assertIn("U+0100 is more than one byte can hold", finished["because"])

    def test_started_elsewhere(self):
        body = 'char d[999]; puts(getcwd(d, 999)); puts(argv[1]);'
        run = {"run": "main", "args": ["main.c"]}
        self.passes(
            body,
            {**run, "expect": {"lines": ["/lab/app", "main.c"]}},
            {**run, "directory": "a/b", "expect": {"lines": ["/lab/app/a/b", "main.c"]}},
            {**run, "directory": "/tmp", "expect": {"lines": ["/tmp", "main.c"]}},
            {**run, "directory": "$DATA_DIR", "expect": {"lines": ["/data", "main.c"]}},
        )
        self.assertEqual(self.sent[1], '(cd a/b && "$OLDPWD"/main main.c)')

    def test_a_shell_line_cannot_be_started_elsewhere(self):
        reason = (
            'The process "main" is a line for a shell (`exec ./main; true`), which finds the program only in its own '
            "folder; write it in workspace.json as a program and its arguments, without $ ; & | < >."
        )
        self.fails(reason, "", {"run": "main", "directory": "/tmp"}, command="exec ./main; true")

    def test_a_program_that_is_not_there(self):
        problem = "./other is not there: the build did not make it, or gave it another name"
        self.fails(problem, "", {"run": "main"}, command="./other")
        expect = {"exit": {"$not": 0}, "ended": "not-started", "stdout": "", "problem": problem}
        self.passes("", {"run": "main", "expect": expect}, command="./other")


class File(TalkTest):
    def test_what_a_program_may_leave(self):
        body = """
            symlink("/etc/passwd", "link"); mkfifo("fifo", 0600); mkdir("folder", 0700); symlink("folder", "way");
            close(creat("folder/inner", 0600)); ftruncate(creat("closed", 0), 3);
            int large = creat("large", 0644); ftruncate(large, 9 << 20);
            FILE *f = fopen("a.json", "w"); fputs("{\\"a\\": [1, 2]}", f); fclose(f);
            f = fopen("bad.json", "w"); fputs("{\\"a\\": [1, 2,]}", f); fclose(f);
        """
        absent = {"$type": "absent"}
        looks = [
            ({"file": "link"}, {"exists": True, "type": "link", "text": absent, "size": 11}),
            ({"file": "fifo"}, {"type": "other", "mode": "0600", "text": absent}),
            ({"file": "folder"}, {"type": "folder", "mode": "0700", "entries": ["inner"]}),
            ({"file": "way/inner"}, {"exists": False, "type": absent}),
            ({"file": "closed"}, {"type": "file", "mode": "0000", "size": 3, "text": None, "lines": absent}),
            ({"file": "closed", "mode": "0644"}, {"mode": "0644", "text": "\0\0\0"}),
            ({"file": "large"}, {"size": 9 << 20, "text": None, "sha256": absent}),
            ({"file": "a.json"}, {"json": {"a": [1, 2]}, "not_json": absent, "lines": ['{"a": [1, 2]}']}),
            ({"file": "bad.json"}, {"json": absent, "not_json": {"$contains": "line 1, column"}}),
            ({"file": "main.c/x"}, {"exists": False}),
            ({"file": "none/x"}, {"exists": False}),
        ]
        self.passes(body, {"run": "main"}, *[{**look, "expect": expect} for look, expect in looks])

    def test_the_sentence_for_what_is_no_json(self):
        finished = self.judge("", {"file": "a.json", "write": "{", "expect": {"json": {"a": 1}}})
        self.assertEqual(finished["failure"]["at"], "/json")
        self.assertIn("The file is not JSON: line 1, column 1", finished["failure"]["reason"])

    def test_changing_follows_no_link(self):
        body = """
            char p[99]; sprintf(p, "%s/kept", getenv("DATA_DIR")); FILE *f = fopen(p, "w"); fputs("kept", f); fclose(f);
            symlink(p, "link"); symlink(getenv("DATA_DIR"), "way"); mkdir("full", 0700); symlink(p, "full/link");
            symlink(getenv("DATA_DIR"), "full/way"); mkdir("full/deep", 0700); close(creat("full/deep/x", 0600));
        """
        self.passes(
            body,
            {"run": "main"},
            {"file": "link", "write": "new", "mode": "0600", "expect": {"type": "file", "mode": "0600", "text": "new"}},
            {"file": "full", "remove": True, "expect": {"exists": False}},
            {"file": "none/at/all", "remove": True, "expect": {"exists": False}},
            {"file": "$DATA_DIR/kept", "expect": {"text": "kept"}},
            {"file": "$DATA_DIR", "expect": {"entries": ["kept"]}},
        )
        self.assertEqual(self.sent[1], "printf 'new' > link && chmod 0600 link")
        self.assertEqual(self.sent[4], 'cat "$DATA_DIR"/kept')
        reason = "`printf 'x' > way/x` did not work in the program's folder: Not a directory."
        self.fails(reason, body, {"run": "main"}, {"file": "way/x", "write": "x"})
        reason = "`printf 'x' > full` did not work in the program's folder: Is a directory."
        self.fails(reason, body, {"run": "main"}, {"file": "full", "write": "x"})


class Replace(TalkTest):
    PARTS = {
        "main.c": '#include <stdio.h>\nint number(void);\nint main(void) { printf("%d\\n", number()); return 0; }\n',
        "src/number.c": "int number(void) { return 1; }\n",
        "src/number.h": "int number(void);\n",
        # The Makefile knows of no dependency on number.c: what was made must go before it is made again.
        "Makefile": "main: main.c\n\tcc -o $@ main.c src/number.c\n",
    }
    ASSETS = {"swap/c/number.c": "int number(void) { return @N@; }\n"}

    def swap(self, n):
        return {"replace": "number", "with": "swap", "set": {"N": n}}

    def test_the_module_is_replaced_and_built_anew(self):
        self.passes(
            None,
            {"build": True, "expect": {"made": ["main"]}},
            {"run": "main", "expect": {"stdout": "1\n"}},
            {**self.swap(7), "expect": {"available": True, "files": ["src/number.c"]}},
            {"rebuild": True, "expect": {"exit": 0, "command": "make"}},
            {"run": "main", "expect": {"stdout": "7\n"}},
            {**self.swap("nonsense")},
            {"rebuild": True, "expect": {"exit": 2, "output": {"$contains": "nonsense"}}},
            {"run": "main", "expect": {"exit": None, "problem": {"$type": "string"}}},
            {"replace": "number", "remove": True, "expect": {"files": ["src/number.c"]}},
            {"rebuild": True, "expect": {"exit": 2}},
            files=self.PARTS,
            assets=self.ASSETS,
        )
        self.assertEqual(self.sent[2], "cp swap/c/number.c src/number.c")

    def test_no_such_file(self):
        reason = (
            "There is no file number.c in the program's folder or below it, so there is no module number that could be "
            "replaced; the task says how the files are called."
        )
        self.fails(reason, 'puts("1");', self.swap(7), assets=self.ASSETS)

    def test_slips_of_an_author_are_not_the_learner_s_fault(self):
        rows = [
            ({"replace": "number", "with": "swop"}, "the exercise has no folder assets/swop to replace number with"),
            ({"replace": "number", "with": "swap"}, '@N@ is in the replacement, but "set" has no N; add it'),
            (
                {"replace": "number", "with": "swap", "set": {"N": 1, "M": 2}},
                '"set" has M, but no file of assets/swap/c/ has @M@ in it',
            ),
        ]
        for step, because in rows:
            finished = self.judge(None, step, files=self.PARTS, assets=self.ASSETS)
            self.assertEqual((finished["verdict"], finished["because"]), ("error", because))

    def test_a_language_without_a_replacement_is_not_the_learner_s_fault(self):
        further = [
            {
                "name": "after",
                "says": "It runs.",
                "hint": "None.",
                "points": 10,
                "core": False,
                "needs": ["it"],
                "do": [{"run": "main", "expect": {"exit": 0}}],
            }
        ]
        finished = self.judge(
            None,
            self.swap(7),
            {"run": "main", "expect": {"stdout": "never asked"}},
            files={"main.py": "print(1)\n", "number.py": ""},
            command="python3 main.py",
            language="python",
            assets=self.ASSETS,
            further=further,
        )
        told = {key: finished.get(key) for key in ("verdict", "applies", "points", "possible")}
        self.assertEqual(told, {"verdict": "skipped", "applies": False, "points": 0, "possible": 0})
        self.assertIn("has none in python", finished["because"])
        last = self.all[-1]
        self.assertEqual((last["verdict"], last["points"], last["possible"]), ("mastered", 50, 50))
        self.assertEqual((last["passed"], last["skipped"], last["failed"]), (2, 1, 0))
        shown = self.run_program("check", "--dir", self.home / "01-talk", status=0).out
        self.assertIn("(left out, and not counted: The check puts", shown)
        self.assertIn("Mastered: all 2 checks hold, 50 of 50 points.", shown)


if __name__ == "__main__":
    unittest.main()
