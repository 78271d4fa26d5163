"""FizzBuzz. Try `python3 main.py` and `python3 main.py 1 20`.

main, at the end of this file, has already read the arguments. Your work is fizzbuzz.
"""

import sys


def fizzbuzz(first, last, rules):
    """Print the lines for the numbers `first` to `last`, both included.

    `rules` is a list of the arguments after FROM and TO as they were typed, such as "7=Bang".
    Only "Go deeper" needs it, so leave it alone until then.
    """
    # TODO: print one line for each number instead of this one.
    print(f"TODO: the numbers from {first} to {last}, with {len(rules)} rules given")


def main():
    first, last, rules = 1, 100, []
    arguments = sys.argv[1:]  # sys.argv[0] is the program's own name
    if len(arguments) >= 2:
        first = int(arguments[0])
        last = int(arguments[1])
        rules = arguments[2:]
    fizzbuzz(first, last, rules)


if __name__ == "__main__":
    main()
