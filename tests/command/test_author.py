"""author: what lint finds and how it says it, the skeleton of a new step, and the schema that editors take."""

import json
import os
import pathlib
import re
import shutil
import unittest

from harness import MINIATURE, ROOT, CommandTest, tree_of


class AuthorTest(CommandTest):
    """A curriculum of its own: the plan with step 6 as the only one that is made."""

    def setUp(self):
        super().setUp()
        root = self.folder / "root"
        (root / "exercises").mkdir(parents=True)
        (root / "lessons").mkdir()
        for name in ("tracks.json", "languages.json", "exercise.schema.json"):
            shutil.copy(ROOT / "exercises" / name, root / "exercises")
        for name in ("skeleton", "06-fizzbuzz"):
            shutil.copytree(ROOT / "exercises" / name, root / "exercises" / name)
        shutil.copy(ROOT / "lessons/06-fizzbuzz.md", root / "lessons")
        self.curriculum = root
        self.step = root / "exercises/06-fizzbuzz"
        self.environment["BACKEND_LEARN_ROOT"] = str(root)

    def lint(self, *arguments, status):
        """The problems, as (place, sentence), with paths below the curriculum."""
        done = self.run_program("author", "lint", *arguments, status=status, cwd=self.curriculum)
        *lines, empty, summary = done.out.splitlines() if status else [None, *done.out.splitlines()]
        self.assertFalse(empty)
        self.assertRegex(summary, r"^\d+ steps?, \d+ problems?$")
        found = [line.split(": ", 1) for line in lines if line]
        self.assertEqual(int(summary.split(", ")[1].split()[0]), len(found))
        return [tuple(problem) for problem in found]

    def edit(self, name, old, new, count=1):
        path = self.curriculum / name
        text = path.read_text()
        self.assertIn(old, text)
        path.write_text(text.replace(old, new, count))


class Lint(AuthorTest):
    def test_a_finished_step_is_clean(self):
        done = self.run_program("author", "lint", "6", status=0)
        self.assertEqual(done.out, "1 step, 0 problems\n")

    def test_every_kind_of_problem_is_named_with_its_place(self):
        """A table: what was done to the step, where lint says so, and what it says."""
        step, lesson = "exercises/06-fizzbuzz", "lessons/06-fizzbuzz.md"
        short = "# Loops\n\n" + "word " * 650 + "\n\n```\n" + "code " * 100 + "\n```\n"

        def write(name, text):
            path = self.curriculum / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

        def remove(name):
            path = self.curriculum / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()

        def only_wrong(*names):
            for path in (self.step / "wrong").iterdir():
                if path.stem not in names:
                    path.unlink()

        rows = [
            (lambda: self.edit(f"{step}/exercise.json", '"points": 20', '"points": 21'),
             rf"{step}/exercise.json:\d+:\d+", r"sum to 101; make it 100"),
            (lambda: self.edit(f"{step}/exercise.json", "The program builds.", "the program builds"),
             rf"{step}/exercise.json:\d+:\d+", r"does not begin with a capital letter"),
            (lambda: self.edit(f"{step}/exercise.json", '"args": ["${drawn.args}"]', '"arg": ["${drawn.args}"]'),
             rf"{step}/exercise.json:\d+:\d+", r'"arg" is no option of run'),
            (lambda: self.edit(f"{step}/exercise.json", "first and the last pass of your loop.", "first pass"),
             rf"{step}/exercise.json:\d+", r'a hint of "edges" does not end as a sentence does'),
            (lambda: self.edit(f"{step}/exercise.json", '"python", "javascript"]', '"python", "javascript", "cobol"]'),
             rf"{step}/(exercise.json:\d+|solution/cobol|starter/cobol)", r"cobol|names the language"),
            (lambda: remove(f"{step}/starter/python"), rf"{step}/starter/python", r"is not there, though"),
            (lambda: (remove(f"{step}/starter/python"), (self.step / "starter/python").mkdir()),
             rf"{step}/starter/python/", r"is empty"),
            (lambda: only_wrong("less-than-to", "rules-added", "three-before-fifteen"),
             rf"{step}/(wrong|exercise.json:\d+)", r"has 3 wrong solutions|no wrong solution is caught by"),
            (lambda: remove(f"{step}/wrong/hundred-lines-as-a-literal.patch") or
             [p.unlink() for p in (self.step / "wrong").iterdir() if p.read_text().startswith("check: range\n")],
             rf"{step}/exercise.json:\d+", r'no wrong solution is caught by "range"; add a patch'),
            (lambda: self.edit(f"{step}/wrong/less-than-to.patch", "n <= to", "m <= to"),
             rf"{step}/wrong/less-than-to.patch", r"does not apply to the solution"),
            (lambda: self.edit(f"{step}/wrong/less-than-to.patch", "check: edges", "check: egdes"),
             rf"{step}/wrong/less-than-to.patch:1", r'has no check "egdes"'),
            (lambda: self.edit(f"{step}/wrong/less-than-to.patch", "language: c", "language: d"),
             rf"{step}/wrong/less-than-to.patch:2", r'is not made in "d"'),
            (lambda: self.edit(f"{step}/wrong/less-than-to.patch", "mistake:", "misteak:"),
             rf"{step}/wrong/less-than-to.patch:[13]", r"is no header|no `mistake: …`"),
            (lambda: self.edit(f"{step}/valid/bigint.patch", "language:", "check: range\nlanguage:"),
             rf"{step}/valid/bigint.patch:1", r"is no header of a valid one"),
            (lambda: write(f"{step}/wrong/Notes.txt", "x"), rf"{step}/wrong/Notes.txt", r"is no patch"),
            (lambda: write(f"{step}/notes.txt", "x"), rf"{step}/notes.txt", r"does not belong into an exercise"),
            (lambda: write(f"{step}/solution/java/Main.java", "x"), rf"{step}/solution/java", r"of no language"),
            (lambda: write(f"{step}/starter/c/workspace.json", '{"biuld": "make"}'),
             rf"{step}/starter/c/workspace.json:1:\d+", r"biuld"),
            (lambda: write(f"{step}/solution/c/workspace.json", '{"build": "make"}'),
             rf"{step}/solution/c/workspace.json", r"is read by nobody"),
            (lambda: os.symlink("main.c", self.step / "solution/c/link.c"), rf"\S*", r"link\.c"),
            (lambda: self.edit(f"{step}/task.md", "## Go deeper", "## More"),
             rf"{step}/task.md:1", r'no section "## Go deeper"'),
            (lambda: self.edit(f"{step}/task.md", "# FizzBuzz", "FizzBuzz"), rf"{step}/task.md:1", r"heading"),
            (lambda: remove(f"{step}/task.md"), rf"{step}/task.md", r"is not there; write what to build"),
            (lambda: remove(lesson), lesson, r"is not there; write the lesson"),
            (lambda: write(lesson, short), rf"{lesson}:1", r"has 652 words beside its code; a lesson has 700 or more"),
            (lambda: write(lesson, short + "word " * 900), rf"{lesson}:1", r"1,500 at most"),
            (lambda: write(lesson, short.replace("# ", "", 1) + "word " * 90), rf"{lesson}:1", r"heading"),
            (lambda: self.edit(f"{step}/solution/c/main.c", "\n", "\n/* TODO: later */\n"),
             rf"{step}/solution/c/main.c:2", r"^TODO: later$"),
            (lambda: self.edit(f"{step}/solution/c/main.c", "\n", "\n/* FIXME */\n"),
             rf"{step}/solution/c/main.c:2", r"^FIXME$"),
            (lambda: self.edit(f"{step}/solution/python/main.py", "\n", "\n# see /home/ann/notes\n"),
             rf"{step}/solution/python/main.py:2", r"/home/ann is a path of somebody's machine"),
            (lambda: self.edit(lesson, "\n", f"\n{self.curriculum}/exercises\n"),
             rf"{lesson}:2", r"is a path of somebody's machine"),
        ]
        pristine = self.folder / "pristine"
        shutil.copytree(self.curriculum, pristine, symlinks=True)
        for row, (do, place, says) in enumerate(rows):
            with self.subTest(row=row, says=says):
                shutil.rmtree(self.curriculum)
                shutil.copytree(pristine, self.curriculum, symlinks=True)
                do()
                problems = self.lint("6", status=2)
                self.assertTrue(problems)
                # A patch of the solution may fit no more once the solution was edited: that is said, too.
                mine = [p for p in problems if "does not apply" not in p[1] or "apply" in says]
                self.assertTrue(mine, problems)
                for where, what in mine:
                    self.assertRegex(where, f"^{place}$", (where, what))
                    self.assertRegex(what, says)

    def test_all_problems_are_shown_at_once(self):
        self.edit("exercises/06-fizzbuzz/exercise.json", '"args": ["${drawn.args}"]', '"arg": 1', count=2)
        self.edit("exercises/06-fizzbuzz/exercise.json", '"$range": {"within": [1, 1000000], "width": [1, 1]}', '"$rnage": 1')
        (self.step / "task.md").unlink()
        (self.curriculum / "lessons/06-fizzbuzz.md").unlink()
        problems = self.lint("6", status=2)
        self.assertGreaterEqual(len(problems), 5, problems)

    def test_folders_and_lessons_of_no_step(self):
        (self.curriculum / "exercises/07-fucntions").mkdir()
        (self.curriculum / "lessons/06-fizbuzz.md").write_text("# x\n")
        places = [place for place, _ in self.lint(status=2)]
        self.assertEqual(places, ["exercises/07-fucntions", "lessons/06-fizbuzz.md"])

    def test_lint_changes_nothing(self):
        before = tree_of(self.curriculum)
        self.lint("6", status=0)
        self.assertEqual(tree_of(self.curriculum), before)

    def test_misuse(self):
        for arguments, says in (
            (("author",), "author lint"),
            (("author", "lnit"), "did you mean `lint`"),
            (("author", "lint", "--runs", "3"), "`author lint` takes no --runs"),
            (("author", "lint", "7"), "not made yet"),
            (("author", "lint", "fizbuzz"), "fizzbuzz"),
        ):
            self.assertIn(says, self.run_program(*arguments, status=2).err)


class New(AuthorTest):
    def test_a_fresh_skeleton_passes_and_has_only_its_marks(self):
        made = self.run_program("author", "new", "functions", "--title", "Functions, at last", status=0)
        self.assertIn("07-functions", made.out)
        folder = self.curriculum / "exercises/07-functions"
        self.assertEqual(
            sorted(path.name for path in folder.iterdir()), ["exercise.json", "solution", "starter", "task.md", "wrong"]
        )
        self.assertTrue((folder / "task.md").read_text().startswith("# Functions, at last\n"))
        problems = self.lint("7", status=2)
        self.assertEqual([what for _, what in problems if not what.startswith("TODO")], [])
        self.assertGreater(len(problems), 5)
        verified = self.run_program("author", "verify", "7", status=0).out
        self.assertIn("wrong     1 of 1", verified)
        self.assertIn("solution  3 of 3", verified)
        for path in (self.curriculum / "exercises/07-functions").rglob("*"):
            if path.is_file():
                self.assertNotRegex(path.read_text(), r"@[A-Z]+@")

    def test_some_languages_and_none(self):
        self.run_program("author", "new", "7", "--languages", "py,c", status=0)
        folder = self.curriculum / "exercises/07-functions"
        self.assertEqual(json.loads((folder / "exercise.json").read_text())["languages"], ["python", "c"])
        self.assertEqual(sorted(path.name for path in (folder / "starter").iterdir()), ["c", "python"])
        self.assertIn("language: python", (folder / "wrong/another-word.patch").read_text())
        self.run_program("author", "new", "role", "--languages", "any", status=0)
        self.run_program("author", "verify", "7", "1", status=0)
        self.assertEqual([w for _, w in self.lint("1", "7", status=2) if not w.startswith("TODO")], [])

    def test_refusals_leave_nothing(self):
        before = tree_of(self.curriculum)
        for arguments, says in (
            (("6",), "is made already"),
            (("functoins",), "did you mean functions?"),
            ((), "say which step"),
            (("7", "8"), "one at a time"),
            (("7", "--languages", "cobol"), "unknown language `cobol`"),
            (("7", "--languages", "any,c"), "alone"),
        ):
            self.assertIn(says, self.run_program("author", "new", *arguments, status=2).err)
        self.assertEqual(tree_of(self.curriculum), before)

    def test_a_lesson_that_is_there_is_left_alone(self):
        lesson = self.curriculum / "lessons/07-functions.md"
        lesson.write_text("# Mine\n")
        self.assertIn("Left as it is", self.run_program("author", "new", "7", status=0).out)
        self.assertEqual(lesson.read_text(), "# Mine\n")


def problems_of(schema, value, root=None, at=""):
    """As much of JSON Schema, draft 7, as our schema uses. A keyword it does not know fails the test."""
    root = root or schema
    if isinstance(schema, bool):
        return [] if schema else [f"{at}: not allowed"]
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return problems_of(target, value, root, at)
    types = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}

    def is_type(name):
        if name in ("number", "integer"):
            return not isinstance(value, bool) and isinstance(value, int if name == "integer" else (int, float))
        return isinstance(value, types[name])

    def fits(part):
        return not problems_of(part, value, root, at)

    found = []

    def want(holds, what):
        if not holds:
            found.append(f"{at}: {what}")

    for key, rule in schema.items():
        if key == "type":
            want(any(map(is_type, rule if isinstance(rule, list) else [rule])), f"no {rule}")
        elif key == "enum":
            want(any(value == one and type(value) is type(one) for one in rule), f"none of {rule}")
        elif key == "pattern":
            want(not isinstance(value, str) or re.search(rule, value), f"{value!r} does not match {rule}")
        elif key == "minLength":
            want(not isinstance(value, str) or len(value) >= rule, "too short")
        elif key in ("minItems", "maxItems", "uniqueItems"):
            if isinstance(value, list):
                counts = {"minItems": len(value) >= rule, "maxItems": len(value) <= rule}
                want(counts.get(key, len({json.dumps(one) for one in value}) == len(value)), key)
        elif key in ("minimum", "maximum", "exclusiveMinimum"):
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                want({"minimum": value >= rule, "maximum": value <= rule}.get(key, value > rule), f"{key} {rule}")
        elif key == "required":
            want(not isinstance(value, dict) or all(name in value for name in rule), f"{rule} needed")
        elif key == "dependencies":
            for name, others in rule.items():
                want(not isinstance(value, dict) or name not in value or all(o in value for o in others), f"{name}")
        elif key == "properties":
            for name, part in rule.items() if isinstance(value, dict) else ():
                if name in value:
                    found += problems_of(part, value[name], root, f"{at}/{name}")
        elif key == "additionalProperties":
            for name in value if isinstance(value, dict) else ():
                if name not in schema.get("properties", {}):
                    found += problems_of(rule, value[name], root, f"{at}/{name}")
        elif key == "propertyNames":
            for name in value if isinstance(value, dict) else ():
                found += problems_of(rule, name, root, f"{at}/{name}")
        elif key == "items":
            for index, one in enumerate(value) if isinstance(value, list) else ():
                found += problems_of(rule, one, root, f"{at}/{index}")
        elif key == "anyOf":
            want(any(map(fits, rule)), "fits none of several")
        elif key == "oneOf":
            want(sum(map(fits, rule)) == 1, "does not fit exactly one of several")
        elif key == "allOf":
            for part in rule:
                found += problems_of(part, value, root, at)
        elif key == "not":
            want(not fits(rule), "fits what it must not")
        elif key == "if":
            found += problems_of(schema.get("then" if fits(rule) else "else", True), value, root, at)
        elif key not in ("then", "else", "$schema", "title", "description", "definitions"):
            raise AssertionError(f"the schema uses `{key}`, which this test does not know")
    return found


class Schema(unittest.TestCase):
    schema = json.loads((ROOT / "exercises/exercise.schema.json").read_text())

    def problems(self, exercise):
        return problems_of(self.schema, exercise)

    def test_every_exercise_conforms(self):
        files = [*(ROOT / "exercises").glob("[0-9p]*/exercise.json"), *(MINIATURE / "exercises").glob("*/exercise.json")]
        self.assertIn(ROOT / "exercises/06-fizzbuzz/exercise.json", files)
        for path in files:
            self.assertEqual(self.problems(json.loads(path.read_text())), [], path)

    def test_slips_are_seen(self):
        """What an editor underlines: a table of slips in step 6."""
        text = (ROOT / "exercises/06-fizzbuzz/exercise.json").read_text()
        for old, new in (
            ('"args":', '"arg":'),
            ('"seconds": 2', '"seconds": "two"'),
            ('"points": 5', '"pionts": 5'),
            ('"points": 5', '"points": "5"'),
            ('"run": "main"', '"rum": "main"'),
            ('"run": "main"', '"run": "main", "value": 1'),
            ('"each": "t",', ""),
            ('"$length": 100', '"$lenght": 100'),
            ('"$matches": "\\\\n$"', '"$matches": 5'),
            ('"$range"', '"$rnage"'),
            ('"says": "The program builds."', '"says": "The program builds"'),
            ('"processes"', '"proceses"'),
            ('"do": [{"build"', '"judge": "x", "do": [{"build"'),
        ):
            with self.subTest(new=new):
                self.assertIn(old, text)
                self.assertTrue(self.problems(json.loads(text.replace(old, new, 1))))

    def test_templates_and_members_are_free(self):
        text = (ROOT / "exercises/06-fizzbuzz/exercise.json").read_text()
        for old, new in (
            ('"seconds": 2', '"seconds": "${n}"'),
            ('"$length": 100', '"$$length": 100'),
            ('"one": {"$range"', '"one": "${x}", "two": {"$range"'),
        ):
            self.assertEqual(self.problems(json.loads(text.replace(old, new, 1))), [])


if __name__ == "__main__":
    unittest.main()
