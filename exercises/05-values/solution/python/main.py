"""The price of a shopping list, in exact money.

main.py DISCOUNT TAX < LIST

DISCOUNT and TAX are whole percents. Each line of the list is QUANTITY PRICE NAME. An amount is a
whole number of cents from the moment it is read until the moment it is printed, so nothing is
rounded but the two percentages.
"""

import re
import sys


def parse_percent(text):
    if not re.fullmatch("[0-9]+", text) or int(text) > 100:
        raise ValueError(f"{text!r} is not a whole percent from 0 to 100")
    return int(text)


def parse_line(line):
    """Return the quantity and the price in cents; the bill does not show the name."""
    match = re.match(r"([0-9]+) ([0-9]+)\.([0-9]{2}) ", line)
    if not match:
        raise ValueError(f"not QUANTITY PRICE NAME: {line.strip()}")
    quantity, whole, cents = map(int, match.groups())
    return quantity, whole * 100 + cents


def percent_of(amount, percent):
    """Return a percentage rounded to the cent, half up.

    Adding half of the divisor first turns //, which rounds down, into a division that rounds.
    """
    return (amount * percent + 50) // 100


def money(amount):
    return f"{amount // 100}.{amount % 100:02}"


def main(arguments):
    if len(arguments) != 2:
        print("usage: main.py DISCOUNT TAX < LIST", file=sys.stderr)
        return 2
    try:
        discount_percent, tax_percent = map(parse_percent, arguments)
        items = subtotal = 0
        for line in sys.stdin:
            quantity, price = parse_line(line)
            items += quantity
            subtotal += quantity * price
    except ValueError as error:
        print(f"main.py: {error}", file=sys.stderr)
        return 2

    discount = percent_of(subtotal, discount_percent)
    tax = percent_of(subtotal - discount, tax_percent)

    print("items", items)
    print("subtotal", money(subtotal))
    print("discount", money(discount))
    print("tax", money(tax))
    print("total", money(subtotal - discount + tax))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
