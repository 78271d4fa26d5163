import json
import os
import pathlib
import sys

from greet import greet


def ask(question):
    try:
        return input(f"{question}? ")
    except EOFError:
        sys.exit(2)


def read_title():
    try:
        return json.loads((pathlib.Path(__file__).parent / "title.json").read_text())["title"] + " "
    except FileNotFoundError:
        return ""


print("Welcome.")
name = ask("Your name")
town = ask("Your town")
with open(os.path.join(os.environ["DATA_DIR"], "visitors.txt"), "a", errors="surrogateescape") as visitors:
    visitors.write(name + "\n")
greet(read_title(), name, town)
