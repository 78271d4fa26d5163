"""FizzBuzz over any range, by any rules.

main.py                       1 to 100, by the rules 3=Fizz and 5=Buzz
main.py FROM TO               that range, both ends included
main.py FROM TO N=Word ...    that range, by these rules instead
"""

import re
import sys

CLASSIC = [(3, "Fizz"), (5, "Buzz")]
MAX_BOUND = 10**15
MAX_DIVISOR = 10**9


def parse_bound(text):
    # int() alone would also take "1_000", " 7 " and the digits of other scripts.
    if not re.fullmatch("-?[0-9]+", text) or abs(int(text)) > MAX_BOUND:
        raise ValueError(f"{text!r} is not an integer from -10^15 to 10^15")
    return int(text)


def parse_rule(text):
    match = re.fullmatch("([0-9]+)=([A-Za-z]+)", text)
    if not match or not 1 <= int(match[1]) <= MAX_DIVISOR:
        raise ValueError(f"{text!r} is not a rule such as 7=Bang, its number from 1 to 10^9")
    return int(match[1]), match[2]


def parse_arguments(arguments):
    """Turn the arguments into first, last and rules, or raise ValueError."""
    if not arguments:
        return 1, 100, CLASSIC
    if len(arguments) == 1:
        raise ValueError("expected FROM and TO, got only one of them")
    first, last, *rules = arguments
    return parse_bound(first), parse_bound(last), [parse_rule(rule) for rule in rules] or CLASSIC


def line(number, rules):
    words = [word for divisor, word in rules if number % divisor == 0]
    return "".join(words) or str(number)


def main(arguments):
    try:
        first, last, rules = parse_arguments(arguments)
    except ValueError as error:
        print(f"main.py: {error}", file=sys.stderr)
        return 2
    sys.stdout.writelines(f"{line(number, rules)}\n" for number in range(first, last + 1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
