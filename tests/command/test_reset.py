"""reset and solution: nothing is ever lost, and progress stays honest."""

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time
import unittest

from harness import PROGRAM, ROOT, CommandTest, tree_of

STARTED = [".gitignore", "Makefile", "main.c", "task.md", "workspace.json"]


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


class TerminalTest(CommandTest):
    def type_at_a_terminal(self, *arguments, keys, cwd=None):
        """Runs the program with a terminal of its own, types keys, and returns (status, what was shown)."""
        master, slave = pty.openpty()
        process = subprocess.Popen(
            [PROGRAM, *map(str, arguments)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd or self.folder,
            env={**self.environment, "TERM": "xterm", "NO_COLOR": "1", "PAGER": "cat"},
            close_fds=True,
        )
        os.close(slave)
        os.write(master, keys.encode())
        shown = b""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            readable, _, _ = select.select([master], [], [], deadline - time.monotonic())
            try:
                more = os.read(master, 65536) if readable else b""
            except OSError:  # the other end is gone
                break
            if not more:
                break
            shown += more
        os.close(master)
        return process.wait(timeout=60), shown.decode().replace("\r\n", "\n")


class Reset(TerminalTest):
    def setUp(self):
        super().setUp()
        self.run_program("start", "6", "--lang", "c", status=0)
        self.workspace = self.home / "06-fizzbuzz"
        (self.workspace / "main.c").write_text("mine\n")
        (self.workspace / "notes").mkdir()
        (self.workspace / "notes" / "a.txt").write_text("mine too\n")

    def backups(self):
        return sorted(path for path in self.home.iterdir() if ".backup-" in path.name)

    def test_what_was_there_is_kept_and_the_starter_is_back(self):
        before = tree_of(self.workspace)
        said = self.run_program("reset", "6", "--yes", status=0).out
        (backup,) = self.backups()
        self.assertRegex(backup.name, r"^06-fizzbuzz\.backup-\d{8}-\d{6}$")
        self.assertIn(backup.name, said)
        self.assertEqual(tree_of(backup), before, "byte for byte, with modes and times")
        self.assertEqual(names_in(self.workspace), STARTED)
        self.assertEqual(
            (self.workspace / "main.c").read_text(), (ROOT / "exercises/06-fizzbuzz/starter/c/main.c").read_text()
        )
        self.assertEqual(names_in(self.home), sorted(["06-fizzbuzz", backup.name]), "nothing else is left")
        self.run_program("check", "6", status=1)

    def test_it_asks_and_takes_no_for_an_answer(self):
        before = tree_of(self.home)
        status, shown = self.type_at_a_terminal("reset", "6", keys="n\n")
        self.assertEqual(status, 1, shown)
        self.assertIn("~/lab/06-fizzbuzz goes back to what `start` made: step 6, fizzbuzz, in C.", shown)
        self.assertIn("Nothing was changed.", shown)
        self.assertEqual(self.type_at_a_terminal("reset", "6", keys="\n")[0], 1, "Enter is a no")
        self.assertEqual(tree_of(self.home), before)
        status, shown = self.type_at_a_terminal("reset", "6", keys="y\n")
        self.assertEqual(status, 0, shown)
        self.assertEqual(len(self.backups()), 1)

    def test_where_nobody_can_be_asked_it_wants_yes(self):
        before = tree_of(self.home)
        said = self.run_program("reset", "6", status=2).err
        self.assertIn("add --yes", said)
        self.assertEqual(tree_of(self.home), before)

    def test_twice_in_a_second_makes_two_backups(self):
        for _ in range(3):
            self.run_program("reset", "6", "--yes", status=0)
        self.assertEqual(len(self.backups()), 3)

    def test_in_the_workspace_it_says_where_the_shell_is(self):
        said = self.run_program("reset", "--yes", cwd=self.workspace / "notes", status=0).out
        self.assertIn("cd ~/lab/06-fizzbuzz", said)

    def test_the_folder_keeps_its_language_unless_told_otherwise(self):
        self.run_program("start", "6", "--lang", "python", status=0)
        folder = self.home / "06-fizzbuzz-python"
        self.run_program("reset", "--dir", folder, "--yes", status=0)
        self.assertTrue((folder / "main.py").exists())
        self.run_program("reset", "--dir", folder, "--yes", "--lang", "js", status=0)
        self.assertEqual(json.loads((folder / "workspace.json").read_text())["language"], "javascript")
        self.assertIn("cobol", self.run_program("reset", "6", "--yes", "--lang", "cobol", status=2).err)

    def test_a_broken_workspace_is_a_reason_to_begin_anew(self):
        (self.workspace / "workspace.json").write_text("{")
        refused = self.run_program("reset", "--yes", cwd=self.workspace, status=2).err
        self.assertIn("workspace.json:1:1", refused)
        self.assertIn("reset N --dir .", refused)
        self.run_program("reset", "6", "--dir", ".", "--yes", cwd=self.workspace, status=0)
        self.assertEqual(names_in(self.workspace), STARTED)
        (self.workspace / "workspace.json").write_text("{")
        self.run_program("reset", "fizzbuzz", "--yes", status=0)
        self.assertEqual(names_in(self.workspace), STARTED)
        self.assertEqual(len(self.backups()), 2)

    def test_what_is_no_workspace_is_left_alone(self):
        other = self.folder / "photos"
        other.mkdir()
        (other / "a.jpg").write_text("a picture")
        before = tree_of(other)
        for arguments in (("reset", "--dir", other), ("reset", "6", "--dir", other), ("reset", "--dir", self.home)):
            self.run_program(*arguments, "--yes", status=2)
        self.run_program("reset", "7", "--dir", self.workspace, "--yes", status=2)
        self.assertEqual(tree_of(other), before)
        self.assertEqual(self.backups(), [])

    def test_killed_at_any_moment_nothing_is_lost(self):
        """The workspace is whole, the old or the new, and the old content is under one of its two names."""
        started = time.monotonic()
        self.run_program("reset", "6", "--yes", status=0)
        takes = time.monotonic() - started
        for moment in range(40):
            (self.workspace / "main.c").write_text(f"mine {moment}\n")
            process = subprocess.Popen(
                [PROGRAM, "reset", "6", "--yes"],
                env=self.environment,
                cwd=self.folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                process.wait(timeout=takes * 1.2 * moment / 40)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
            self.assertEqual([name for name in STARTED if name not in names_in(self.workspace)], [], moment)
            kept = [path / "main.c" for path in [self.workspace, *self.backups()]]
            self.assertIn(f"mine {moment}\n", [path.read_text() for path in kept], moment)
        self.run_program("reset", "6", "--yes", status=0)
        self.assertEqual([name for name in names_in(self.home) if name.startswith(".")], [], "no half-made folder")

    def test_a_folder_that_cannot_be_moved_stays(self):
        if os.geteuid() == 0:
            self.skipTest("root may write everywhere")
        before = tree_of(self.workspace)
        self.home.chmod(0o500)
        self.addCleanup(self.home.chmod, 0o700)
        self.assertIn("was left as it was", self.run_program("reset", "6", "--yes", status=3).err)
        self.assertEqual(tree_of(self.workspace), before)


class Solution(TerminalTest):
    def seen(self):
        steps = json.loads(self.run_program("list", "--json", status=0).out)["steps"]
        return [step["id"] for step in steps if step["solution_seen"]]

    def pass_step(self):
        self.run_program("start", "6", "--lang", "python", status=0)
        shutil.copy(ROOT / "exercises/06-fizzbuzz/solution/python/main.py", self.home / "06-fizzbuzz")
        self.run_program("check", "6", status=0)

    def test_before_the_pass_it_is_not_shown_unasked(self):
        refused = self.run_program("solution", "6", status=2).err
        self.assertIn("you have not passed step 6 (fizzbuzz) yet", refused)
        self.assertIn("hint 6", refused)
        self.assertIn("--yes", refused)
        self.assertFalse(self.data.exists(), "nothing was seen, nothing is remembered")
        status, shown = self.type_at_a_terminal("solution", "6", keys="no\n")
        self.assertEqual(status, 1)
        self.assertNotIn("==>", shown)
        self.assertEqual(self.seen(), [])

    def test_whoever_looks_is_told_so_by_progress(self):
        status, shown = self.type_at_a_terminal("solution", "6", "--lang", "c", keys="yes\n")
        self.assertEqual(status, 0, shown)
        self.assertIn("your progress will say so", re.sub(r"\s+", " ", shown))
        self.assertIn("==> main.c <==", shown)
        self.assertEqual(self.seen(), ["6"])
        self.assertIn("(solution seen)", self.run_program("list", status=0).out)
        self.assertNotIn("after a look", self.run_program("progress", status=0).out, "not done yet")
        self.pass_step()
        self.assertIn("1 step was done after a look at its solution", self.run_program("progress", status=0).out)
        self.assertEqual(json.loads(self.run_program("progress", "--json", status=0).out)["solutions_seen"], 1)

    def test_after_the_pass_it_is_shown_without_asking_and_without_a_mark(self):
        self.pass_step()
        shown = self.run_program("solution", "6", status=0).out
        self.assertIn("a solution in Python", shown, "in the language of the workspace")
        self.assertIn((ROOT / "exercises/06-fizzbuzz/solution/python/main.py").read_text(), shown)
        self.assertNotIn("\033", shown)
        self.assertIn("in JavaScript", self.run_program("solution", "6", "--lang", "js", status=0).out)
        self.assertEqual(self.seen(), [])

    def test_a_copy_can_be_checked(self):
        self.pass_step()
        target = self.folder / "copies" / "c"
        self.run_program("solution", "6", "--lang", "c", "--to", target, status=0)
        self.assertEqual(names_in(target), STARTED)
        self.run_program("check", "--dir", target, "--all", status=0)
        before = tree_of(target)
        self.assertIn("nothing is overwritten", self.run_program("solution", "6", "--to", target, status=2).err)
        self.assertEqual(tree_of(target), before)

    def test_of_a_step_that_is_not_made(self):
        unmade = json.loads(self.run_program("list", "--json", status=0).out)["steps"]
        unmade = [step["id"] for step in unmade if not step["made"]]
        if unmade:
            self.assertIn("not made yet", self.run_program("solution", unmade[0], "--yes", status=2).err)


if __name__ == "__main__":
    unittest.main()
