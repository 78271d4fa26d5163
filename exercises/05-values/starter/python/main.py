"""A shopping list and what it costs. Try `python3 main.py 2 1 < list.txt`.

The file list.txt comes in as standard input. Reading it, and cutting each line into three strings, is
done below. Turning the strings into numbers and working with them is up to you.
"""

import sys


def main():
    arguments = sys.argv[1:]  # sys.argv[0] is the program's own name
    if len(arguments) != 2:
        print("usage: python3 main.py DISCOUNT TAX < list.txt", file=sys.stderr)
        sys.exit(2)
    discount_text, tax_text = arguments

    # TODO: here belongs what has to be remembered from one line to the next.

    for line in sys.stdin:  # once for each line
        # The name is the rest of the line; the bill does not need it.
        quantity, price, name = line.rstrip("\n").split(" ", 2)

        # TODO: make numbers of quantity and price, and add them up, instead of this.
        print(f"TODO: {quantity!r} of {name!r} at {price!r}")

    # TODO: work out discount, tax and total, and print the five lines instead of this one.
    print(f"TODO: {discount_text!r} percent off, then {tax_text!r} percent tax")


if __name__ == "__main__":
    main()
