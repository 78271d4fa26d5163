import sys


def main(arguments):
    if len(arguments) != 1:
        print("usage: main.py WORD", file=sys.stderr)
        return 2
    print(arguments[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
