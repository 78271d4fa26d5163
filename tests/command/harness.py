"""What the command-line tests share: the built program, run in a home of its own.

$BUILD names the folder with the programs (default: build). Each test gets fresh data, cache and workspace folders,
so tests run side by side and touch nothing of whoever runs them.
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build")).resolve()
PROGRAM = BUILD / "backend-learn"
MINIATURE = ROOT / "tests" / "miniature"


class CommandTest(unittest.TestCase):
    root = None  # another curriculum, such as MINIATURE

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="backend-learn-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = self.folder / "lab"
        self.data = self.folder / "data"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "BACKEND_LEARN_HOME": str(self.home),
            "XDG_DATA_HOME": str(self.data),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "LC_ALL": "C.UTF-8",
        }
        if self.root:
            self.environment["BACKEND_LEARN_ROOT"] = str(self.root)

    def run_program(self, *arguments, status=None, cwd=None, env=None, stdin=subprocess.DEVNULL, before=()):
        done = subprocess.run(
            [*before, PROGRAM, *map(str, arguments)],
            cwd=cwd or self.folder,
            env={**self.environment, **(env or {})},
            stdin=stdin,
            capture_output=True,
            timeout=300,
        )
        done.out = done.stdout.decode("utf-8")
        done.err = done.stderr.decode("utf-8")
        if status is not None:
            self.assertEqual(done.returncode, status, f"{arguments}\n{done.out}\n{done.err}")
        return done

    def events(self, *arguments, **options):
        """The events of a check, as a list, after asserting that each is JSON with a version."""
        done = self.run_program("check", *arguments, "--format", "json", **options)
        events = [json.loads(line) for line in done.out.splitlines()]
        for event in events:
            self.assertEqual(event["v"], 1)
        return events

    def make_workspace(self, files, step="1", name="hello", language="c"):
        """A workspace of the miniature curriculum (or another) with these files, path -> text."""
        folder = self.home / f"{int(step):02}-{name}"
        folder.mkdir(parents=True, exist_ok=True)
        commands = {"c": "./main", "python": "python3 main.py", "javascript": "node main.js"}
        workspace = {
            "step": step,
            "name": name,
            "language": language,
            "seed": "1234abcd",
            "processes": {"main": commands[language]},
        }
        (folder / "workspace.json").write_text(json.dumps(workspace))
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        return folder


def tree_of(folder):
    """Every file below a folder with its bytes, mode and time of change: equal only if nothing was touched."""
    found = {}
    for path in sorted(pathlib.Path(folder).rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() else None
        found[str(path.relative_to(folder))] = (content, status.st_mode, status.st_mtime_ns)
    return found
