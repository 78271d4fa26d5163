"""The engine on programs that misbehave: each of tests/miniature/subjects says in its first comment what must come
of it. The verdict must be right, the sentence must say what happened, and nothing may be left or touched."""

import concurrent.futures
import pathlib
import re
import subprocess
import time
import unittest

from harness import MINIATURE, PROGRAM, CommandTest, tree_of

MAKEFILE = (MINIATURE / "exercises/01-hello/solution/c/Makefile").read_text()


def expectations(source):
    comment = source[: source.index("*/")]
    found = re.findall(r"^[/ ]\* (verdict|reason|process|stderr|at): (.*)$", comment, re.M)
    return {name: value.strip() for name, value in found}


class EngineTest(CommandTest):
    root = MINIATURE

    def judge(self, name, *options, **more):
        source = (MINIATURE / "subjects" / f"{name}.c").read_text()
        folder = self.make_workspace({"main.c": source, "Makefile": MAKEFILE, ".gitignore": "main\n"})
        before = tree_of(folder)
        events = self.events("--dir", folder, *options, env={"SECRET": "planted"}, **more)
        self.assertEqual(tree_of(folder), before, "the workspace was written")
        return expectations(source), events

    def verdicts(self, events):
        return {event["check"]: event for event in events if event["event"] == "check-finished"}


class Engine(EngineTest):
    def subject(self, name):
        expected, events = self.judge(name)
        finished = self.verdicts(events)
        failed = [check for check, event in finished.items() if event["verdict"] == "failed"]
        errors = [event["because"] for event in finished.values() if event["verdict"] == "error"]
        self.assertEqual(errors, [])
        if expected["verdict"] == "all passed":
            self.assertEqual(failed, [], finished)
            return
        check = expected["verdict"].split()[0]
        self.assertEqual(failed, [check], finished)
        failure = finished[check]["failure"]
        if "reason" in expected:
            self.assertEqual(failure.get("reason", "none"), expected["reason"])
        if "process" in expected:
            process = failure["process"]
            self.assertEqual(f"{process['name']} {process['ended']}", expected["process"])
        if "stderr" in expected:
            self.assertIn(expected["stderr"], failure["process"]["stderr"])
        if "at" in expected:
            self.assertEqual(failure["at"], expected["at"])


def add_subject(path):
    def test(self):
        self.subject(path.stem)

    setattr(Engine, "test_" + path.stem.replace("-", "_"), test)


for path in sorted((MINIATURE / "subjects").glob("*.c")):
    add_subject(path)


class Around(EngineTest):
    """What holds around a run, whatever the program does."""

    def test_same_seed_same_run(self):
        _, first = self.judge("right", "--seed", "beef")
        _, second = self.judge("right", "--seed", "beef")
        sent = [[event["sent"] for event in events if event["event"] == "acted"] for events in (first, second)]
        self.assertEqual(sent[0], sent[1])
        _, third = self.judge("right", "--seed", "cafe")
        self.assertNotEqual(sent[0], [event["sent"] for event in third if event["event"] == "acted"])

    def test_one_check_alone_gets_what_it_got_in_the_full_run(self):
        _, whole = self.judge("right", "--seed", "beef")
        _, alone = self.judge("right", "--seed", "beef", "--only", "echo")
        acted = [[e["sent"] for e in events if e["event"] == "acted" and e["check"] == "echo"] for events in (whole, alone)]
        self.assertEqual(acted[0], acted[1])

    def test_the_second_build_comes_from_the_cache_and_gives_the_same_verdict(self):
        cached = []
        for name in ("right", "right", "build-failure", "build-failure"):
            _, events = self.judge(name)
            cached += [event["cached"] for event in events if event["event"] == "build-finished"]
        self.assertEqual(cached, [False, True, False, True])

    def test_a_program_built_outside_is_not_taken_for_one_built_here(self):
        """A stale ./main that make would think up to date, and no .gitignore to leave it out."""
        source = (MINIATURE / "subjects" / "right.c").read_text()
        folder = self.make_workspace({"main.c": source, "Makefile": MAKEFILE, "main": "#!/bin/sh\necho stale\n"})
        (folder / "main").chmod(0o755)
        self.assertEqual(self.events("--dir", folder)[-1]["verdict"], "mastered")

    def test_a_neighbour_is_not_disturbed(self):
        """A fork bomb, a memory bomb and a flood beside an innocent program: its verdict stays what it is alone."""
        folders = {}
        for name in ("fork-bomb", "shared-memory", "floods", "right"):
            source = (MINIATURE / "subjects" / f"{name}.c").read_text()
            folder = self.folder / name
            folder.mkdir()
            (folder / "main.c").write_text(source)
            (folder / "Makefile").write_text(MAKEFILE)
            (folder / "workspace.json").write_text(
                '{"step": "1", "name": "hello", "language": "c", "seed": "1", "processes": {"main": "./main"}}'
            )
            folders[name] = folder
        with concurrent.futures.ThreadPoolExecutor() as pool:
            runs = {name: pool.submit(self.events, "--dir", folder) for name, folder in folders.items()}
        finished = runs["right"].result()[-1]
        self.assertEqual((finished["verdict"], finished["points"]), ("mastered", 100))

    def test_nothing_is_left_behind(self):
        """Also when the program itself is killed in the middle: the marker is in no process's command line."""
        source = (MINIATURE / "subjects" / "leaves-a-daemon.c").read_text()
        source = source.replace("argc == 1", "argc == 1 && !getppid()")  # never ends well: a marker of its own
        folder = self.make_workspace({"main.c": source.replace("return 0;", "for (;;) pause();"), "Makefile": MAKEFILE})
        running = subprocess.Popen(
            [str(PROGRAM), "check", "--dir", str(folder), "--format", "json"],
            env=self.environment,
            stdout=subprocess.PIPE,
        )
        for line in running.stdout:
            if b'"check-started"' in line and b'"hello"' in line:
                break
        running.kill()
        running.wait()
        running.stdout.close()
        self.wait_until_gone(running.pid)

    def wait_until_gone(self, parent):
        """Everything of a run hangs on the program by PR_SET_PDEATHSIG; its rooms' processes carry this test's home
        in no place, so the probe itself is looked for: by what it was started from."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            left = []
            for process in pathlib.Path("/proc").glob("[0-9]*"):
                try:
                    status = (process / "stat").read_text()
                    name = (process / "comm").read_text().strip()
                    group = int(status.rsplit(")", 1)[1].split()[2])
                except (OSError, IndexError, ValueError):
                    continue
                if group == parent and name.startswith("backend-learn"):
                    left.append(process.name)
            if not left:
                return
        self.fail(f"still there: {left}")

    def test_without_namespaces_it_still_judges_and_says_what_is_lost(self):
        before = ["bwrap", "--unshare-user", "--disable-userns", "--dev-bind", "/", "/", "--proc", "/proc", "--"]
        source = (MINIATURE / "subjects" / "right.c").read_text()
        folder = self.make_workspace({"main.c": source, "Makefile": MAKEFILE})
        events = self.events("--dir", folder, before=before)
        self.assertEqual(events[0]["sandbox"], "plain")
        self.assertTrue(events[0]["lost"])
        self.assertEqual(events[-1]["verdict"], "mastered", events)


if __name__ == "__main__":
    unittest.main()
