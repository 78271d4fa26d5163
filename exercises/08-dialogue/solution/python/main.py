"""Ask who pays, how much, and for how many, and print how the bill is split to the cent."""

import re
import sys

TRIES = 3
MAX_PEOPLE = 1000


class TooManyTries(Exception):
    pass


def parse_name(answer):
    if not answer:
        raise ValueError("Please give a name.")
    return answer


def parse_amount(answer):
    """Return the cents. float() would also take nan, inf, 1e3 and 1_0."""
    match = re.fullmatch(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?", answer)
    if not match:
        raise ValueError("Please give an amount such as 20 or 12.50.")
    whole, decimals = match.groups(default="")
    return int(whole) * 100 + int(decimals.ljust(2, "0"))


def parse_people(answer):
    # int() alone would also take 1_0, +5 and the digits of other scripts.
    if not re.fullmatch("0*[0-9]{1,4}", answer) or not 1 <= int(answer) <= MAX_PEOPLE:
        raise ValueError(f"Please give a whole number from 1 to {MAX_PEOPLE}.")
    return int(answer)


def ask(prompt, parse):
    """Ask until parse() takes the answer, and return what it makes of it.

    input() flushes the prompt before it reads, and raises EOFError when there is no line left.
    """
    for _ in range(TRIES):
        answer = input(prompt).strip()
        try:
            return parse(answer)
        except ValueError as error:
            print(error, file=sys.stderr)
    raise TooManyTries


def money(cents):
    return f"{cents // 100}.{cents % 100:02}"


def split(cents, people):
    share, larger = divmod(cents, people)
    parts = [(larger, share + 1), (people - larger, share)]
    return " + ".join(f"{count} x {money(amount)}" for count, amount in parts if count)


def main():
    try:
        name = ask("Your name? ", parse_name)
        cents = ask("Amount of the bill? ", parse_amount)
        people = ask("How many people share it? ", parse_people)
    except TooManyTries:
        print("main.py: too many answers of no use", file=sys.stderr)
        return 2
    except EOFError:
        print("main.py: the input ended before the last answer", file=sys.stderr)
        return 2
    print(f"RESULT {name}: {split(cents, people)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
