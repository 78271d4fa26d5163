"""Word count. Try `python3 main.py main.py` and `echo To be or not to be | python3 main.py`.

main, at the end of this file, has already opened the text. Your work is count_words, and putting
the result in order.
"""

import sys


def count_words(lines):
    """Return a dictionary: each word of the text, and how often it occurs.

    `lines` is the open text. `for line in lines:` gives it line by line.
    """
    # TODO: count the words. So far the text is only read to its end.
    for _line in lines:
        pass
    return {}


def main():
    source = 0  # which is how open() calls standard input
    if len(sys.argv) > 1:  # sys.argv[0] is the program's own name
        source = sys.argv[1]
    with open(source, encoding="utf-8") as lines:
        counts = count_words(lines)
    # TODO: the order.
    for word, count in counts.items():
        print(count, word)


if __name__ == "__main__":
    main()
