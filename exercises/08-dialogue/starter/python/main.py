"""A conversation about a bill. Try `python3 main.py`.

ask, below, puts one question and brings back the answer. What to ask, what to make of an answer, and
what to do when it is no use, is up to you.
"""


def ask(prompt):
    """Show the prompt, wait for one line, and return it without the newline at its end."""
    return input(prompt)


def main():
    name = ask("What is your name? ")

    # TODO: see that the name is usable, ask for the amount and the people, and print the result
    # instead of this line.
    print(f"TODO: {name!r} wants to split a bill")


if __name__ == "__main__":
    main()
