"""Try `python3 main.py pear`."""

import sys


def main(arguments):
    # TODO: print the word instead of how many arguments there are.
    print(len(arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
