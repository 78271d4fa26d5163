"""Count the words of a text.

main.py [--top N] [FILE]    all words, or the N most frequent ones, of FILE or of standard input
"""

import argparse
import re
import sys
from collections import Counter

# \w is a letter, a digit or the underscore, in any script: [^\W_] is \w without the underscore.
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
STANDARD_INPUT = 0


def count_words(lines):
    counts = Counter()
    for line in lines:
        counts.update(WORD.findall(line.replace("’", "'").lower()))
    return counts


def by_frequency(counts):
    """Return pairs of word and count: highest count first, equals in code point order."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def parse_limit(text):
    # int() alone would also take "-1", "+3" and "1_000".
    if not re.fullmatch("[0-9]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def parse_arguments():
    parser = argparse.ArgumentParser(description="Count the words of a text.")
    parser.add_argument("--top", metavar="N", type=parse_limit, help="print only the first N")
    parser.add_argument("file", metavar="FILE", nargs="?", default=STANDARD_INPUT)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    try:
        # A byte that is no UTF-8 becomes U+FFFD: no letter, so it separates, and nothing is lost.
        with open(arguments.file, encoding="utf-8", errors="replace") as lines:
            counts = count_words(lines)
    except OSError as error:
        print(f"main.py: {error}", file=sys.stderr)
        return 2
    for word, count in by_frequency(counts)[: arguments.top]:
        print(count, word)
    return 0


if __name__ == "__main__":
    sys.exit(main())
