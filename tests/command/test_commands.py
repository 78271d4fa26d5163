"""The command line as a learner types it: from the first start to a pass, and what is said when something is wrong."""

import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import unittest

from harness import MINIATURE, PROGRAM, ROOT, CommandTest, tree_of

HELLO = (MINIATURE / "exercises/01-hello/solution/c/main.c").read_text()
MAKEFILE = (MINIATURE / "exercises/01-hello/solution/c/Makefile").read_text()


class Learner(CommandTest):
    """The way through the real plan: FizzBuzz."""

    def test_from_nothing_to_a_pass(self):
        first = self.run_program(status=0)
        self.assertIn("start 6", first.out)
        self.assertFalse(self.data.exists(), "looking around keeps nothing")
        started = self.run_program("start", "6", "--lang", "python", status=0)
        folder = self.home / "06-fizzbuzz"
        self.assertIn("06-fizzbuzz", started.out)
        self.assertEqual(
            sorted(path.name for path in folder.iterdir()), [".gitignore", "main.py", "task.md", "workspace.json"]
        )
        before = tree_of(folder)
        failed = self.run_program("check", "6", status=1)
        self.assertIn("edges", failed.out)
        self.assertIn("python3 main.py", failed.out)
        self.assertEqual(tree_of(folder), before, "a check never writes the workspace")
        self.assertIn("hint", self.run_program("hint", "6", status=0).out.lower())
        shutil.copy(ROOT / "exercises/06-fizzbuzz/solution/python/main.py", folder)
        passed = self.run_program("check", "step", "fizzbuzz", status=0)
        self.assertIn("Mastered", passed.out)
        self.assertIn("fixed since the last attempt: edges", passed.out)
        progress = json.loads(self.run_program("progress", "--json", status=0).out)
        self.assertEqual(progress["done"], 1)
        self.assertEqual(progress["attempts"], 2)
        listed = self.run_program("list", status=0).out
        self.assertRegex(listed, r"(?m)^\W*6 +fizzbuzz.*100")
        self.assertEqual(len(re.findall(r"(?m)^\W*\d+  \S", listed)), 80)

    def test_in_the_workspace_the_number_may_be_left_out(self):
        self.run_program("start", "6", "--lang", "c", status=0)
        self.run_program("check", cwd=self.home / "06-fizzbuzz", status=1)
        (self.home / "06-fizzbuzz" / "deeper").mkdir()
        self.run_program("check", cwd=self.home / "06-fizzbuzz" / "deeper", status=1)

    def test_start_overwrites_nothing(self):
        self.run_program("start", "6", "--lang", "c", status=0)
        (self.home / "06-fizzbuzz/main.c").write_text("mine")
        again = self.run_program("start", "6", "--lang", "c")
        self.assertEqual((self.home / "06-fizzbuzz/main.c").read_text(), "mine")
        self.assertIn("06-fizzbuzz", again.out + again.err)
        self.run_program("start", "6", "--lang", "javascript", status=0)
        self.assertTrue((self.home / "06-fizzbuzz-javascript/main.js").exists())

    def test_a_server_of_the_starter_builds_by_hand_too(self):
        """What it builds on lies beside the workspaces, as it does in a room."""
        self.run_program("start", "16", "--lang", "c", status=0)
        made = subprocess.run(["make", "-s"], cwd=self.home / "16-routing", capture_output=True, text=True)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.run_program("check", "16", status=1)

    def test_the_exchanges_as_an_http_archive(self):
        self.run_program("start", "16", "--lang", "python", status=0)
        self.run_program("check", "16", "--har", self.folder / "out.har", status=1)
        log = json.loads((self.folder / "out.har").read_text())["log"]
        self.assertEqual(log["version"], "1.2")
        entry = log["entries"][0]
        self.assertEqual(entry["request"]["method"], "GET")
        self.assertEqual(entry["request"]["url"], "http://127.0.0.1:8080/users")
        self.assertGreater(entry["response"]["status"], 0)
        self.assertTrue(entry["response"]["headers"])

    def test_lesson_in_a_pipe_is_plain_text(self):
        lesson = self.run_program("lesson", "6", status=0).out
        self.assertIn("The shape of a loop", lesson)
        self.assertNotIn("\033", lesson)

    def test_the_attempt_keeps_the_code(self):
        self.run_program("start", "6", "--lang", "c", status=0)
        self.run_program("check", "6", status=1)
        with sqlite3.connect(self.data / "backend-learn" / "progress.db") as store:
            (content,) = store.execute(
                "select content from blobs join snapshot_entries on blob = hash where path = 'main.c'"
            ).fetchone()
        self.assertEqual(content, (self.home / "06-fizzbuzz/main.c").read_bytes())


class Wrong(CommandTest):
    """Bad usage and bad input: a sentence, the place, the remedy, the status."""

    root = MINIATURE

    def complaint(self, *arguments, status=2, **options):
        done = self.run_program(*arguments, status=status, **options)
        self.assertTrue(done.err.startswith("backend-learn: "), done.err)
        return done.err

    def test_misspelt(self):
        self.assertIn("check", self.complaint("chekc"))
        self.assertIn("--seed", self.complaint("check", "1", "--sead", "4"))
        self.assertIn("hello", self.complaint("start", "helo"))

    def test_not_made_yet(self):
        self.assertIn("not made", self.complaint("start", "2"))

    def test_not_started(self):
        self.assertIn("start 1", self.complaint("check", "1"))

    def test_workspace_json_with_a_comma_too_many(self):
        folder = self.make_workspace({"main.c": HELLO, "Makefile": MAKEFILE})
        (folder / "workspace.json").write_text('{\n  "step": "1",\n}\n')
        self.assertIn("workspace.json:2:14: a comma before }; remove it", self.complaint("check", "--dir", folder))

    def test_what_does_not_belong_in_a_workspace_is_named(self):
        folder = self.make_workspace({"main.c": HELLO, "Makefile": MAKEFILE})
        os.symlink("/etc/passwd", folder / "borrowed")
        self.assertIn("borrowed", self.complaint("check", "--dir", folder))
        os.remove(folder / "borrowed")
        os.mkfifo(folder / "pipe")
        self.assertIn("pipe", self.complaint("check", "--dir", folder))

    def test_no_check_of_that_name(self):
        folder = self.make_workspace({"main.c": HELLO, "Makefile": MAKEFILE})
        self.assertIn("its checks are build, hello, echo", self.complaint("check", "--dir", folder, "--only", "nosuch"))

    def test_a_seed_that_is_none(self):
        folder = self.make_workspace({"main.c": HELLO, "Makefile": MAKEFILE})
        self.assertIn("seed", self.complaint("check", "--dir", folder, "--seed", "xyz"))

    def test_a_program_that_was_not_made(self):
        folder = self.make_workspace({"main.c": HELLO, "Makefile": "other: main.c\n\tcc -o other main.c\n"})
        events = self.events("--dir", folder, status=1)
        failures = [event["failure"]["reason"] for event in events if event.get("verdict") == "failed" and "check" in event]
        self.assertEqual(len(failures), 1)
        self.assertIn("./main is not there", failures[0])

    def test_a_missing_tool(self):
        folder = self.make_workspace({"main.c": HELLO, "Makefile": MAKEFILE})
        root = self.folder / "root"
        shutil.copytree(MINIATURE, root, symlinks=False)
        path = root / "exercises/languages.json"
        path.write_text(re.sub(r'"any": \["cc", "gcc", "clang"\]', '"any": ["no-such-compiler"]', path.read_text()))
        said = self.complaint("check", "--dir", folder, status=3, env={"BACKEND_LEARN_ROOT": str(root)})
        self.assertIn("no-such-compiler", said)
        self.assertIn("apt", said)

    def test_a_broken_exercise_names_file_and_line(self):
        root = self.folder / "root"
        shutil.copytree(MINIATURE, root, symlinks=False)
        path = root / "exercises/01-hello/exercise.json"
        path.write_text(path.read_text().replace('"points": 60', '"pionts": 60'))
        self.environment["BACKEND_LEARN_ROOT"] = str(root)
        folder = self.make_workspace({"main.c": HELLO, "Makefile": MAKEFILE})
        said = self.complaint("check", "--dir", folder)
        self.assertRegex(said, r"exercise\.json:\d+:\d+: .*pionts")

    def test_a_newer_store_is_refused_and_left_alone(self):
        folder = self.make_workspace({"main.c": HELLO, "Makefile": MAKEFILE})
        self.run_program("check", "--dir", folder, status=0)
        path = self.data / "backend-learn" / "progress.db"
        store = sqlite3.connect(path)
        store.execute("pragma user_version = 99")
        store.commit()
        store.close()
        before = path.read_bytes()
        done = self.run_program("check", "--dir", folder, status=3)
        self.assertIn("Mastered", done.out, "the verdict is shown all the same")
        self.assertIn("could not be kept", done.err)
        self.assertEqual(path.read_bytes(), before)

    def test_a_full_disk(self):
        """The verdict is shown, what was kept before stays, and the sentence names the place."""
        folder = self.make_workspace({"main.c": HELLO, "Makefile": MAKEFILE})
        self.data.mkdir()
        script = f"""
            mount -t tmpfs -o size=400k none {self.data} || exit 77
            '{PROGRAM}' check --dir '{folder}' >/dev/null || exit 78
            head -c 1000000 /dev/zero >{self.data}/filler 2>/dev/null
            '{PROGRAM}' check --dir '{folder}'
            echo "status $?"
            rm {self.data}/filler
            '{PROGRAM}' progress --json
        """
        if os.geteuid() == 0:
            before = ["unshare", "--mount"]
        else:
            before = ["unshare", "--user", "--map-root-user", "--mount"]
        done = subprocess.run(
            [*before, "sh", "-c", script], env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=120
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Mastered", done.stdout)
        self.assertIn("status 3", done.stdout)
        self.assertIn("could not be kept", done.stderr)
        self.assertEqual(json.loads(done.stdout.split("status 3", 1)[1])["attempts"], 1)


class Runs(CommandTest):
    """Several seeds: one that fails is tried first, until it passes."""

    root = MINIATURE

    def test_a_failing_seed_is_pinned_until_it_passes(self):
        # Echoes words, but not those with an "e": about half the seeds fail.
        unlucky = HELLO.replace("puts(argv[i]);", "puts(strchr(argv[i], 'e') ? \"?\" : argv[i]);")
        unlucky = "#include <string.h>\n" + unlucky
        folder = self.make_workspace({"main.c": unlucky, "Makefile": MAKEFILE})
        failed = self.events("--dir", folder, "--runs", "200", "--all", status=1)
        seed = failed[0]["seed"]
        again = self.events("--dir", folder, "--all", status=1)
        self.assertEqual(again[0]["seed"], seed)
        (folder / "main.c").write_text(HELLO)
        self.assertEqual(self.events("--dir", folder, status=0)[0]["seed"], seed)
        self.assertNotEqual(self.events("--dir", folder, status=0)[0]["seed"], seed)


class Words(CommandTest):
    """What the program says of itself."""

    def test_every_command_has_help_from_the_table(self):
        overview = self.run_program("--help", status=0).out
        commands = re.findall(r"(?m)^  ([a-z]+) ", overview)
        self.assertIn("check", commands)
        for command in commands:
            helped = self.run_program(command, "--help", status=0).out
            self.assertIn(command, helped)
            self.assertEqual(helped, self.run_program("help", command, status=0).out)

    def test_doctor(self):
        doctor = json.loads(self.run_program("doctor", "--json").out)
        self.assertTrue(doctor)

    def test_the_page_of_tables_is_what_the_code_says(self):
        page = subprocess.run([PROGRAM.with_name("backend-learn-probe"), "--describe"], capture_output=True, check=True)
        self.assertEqual(page.stdout.decode(), (ROOT / "exercises/CHECKS.md").read_text(), "run `make describe`")

    def test_the_schema_for_editors_is_what_the_code_says(self):
        schema = subprocess.run([PROGRAM.with_name("backend-learn-probe"), "--schema"], capture_output=True, check=True)
        self.assertEqual(
            schema.stdout.decode(), (ROOT / "exercises/exercise.schema.json").read_text(), "run `make describe`"
        )

    def test_output_to_a_pipe_is_plain(self):
        for arguments in (("list",), ("progress",), ("doctor",), ("--help",), ()):
            self.assertNotIn("\033", self.run_program(*arguments).out)


class Installed(CommandTest):
    def test_install_runs_and_uninstall_leaves_nothing(self):
        target = self.folder / "target"
        make = ["make", "-s", "-C", ROOT, f"BUILD={PROGRAM.parent}", f"DESTDIR={target}", "PREFIX=/opt/bl"]
        subprocess.run([*make, "install"], check=True, capture_output=True)
        program = target / "opt/bl/bin/backend-learn"
        done = subprocess.run([program, "start", "6", "--lang", "c"], env=self.environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = subprocess.run([program, "check", "6"], env=self.environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 1, done.stderr)
        subprocess.run([*make, "uninstall"], check=True, capture_output=True)
        self.assertEqual([path for path in pathlib.Path(target).rglob("*") if not path.is_dir()], [])


if __name__ == "__main__":
    unittest.main()
