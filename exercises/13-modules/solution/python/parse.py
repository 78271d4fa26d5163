"""Baskets: lines in, items out. No other module knows what a line of one looks like."""

import re


def parse_item(line):
    """Split a line `CATEGORY QUANTITY PRICE NAME`."""
    match = re.fullmatch(r"(\S+) ([0-9]+) ([0-9]+)\.([0-9]{2}) (.+)", line)
    if not match:
        raise ValueError(f"{line!r} is not CATEGORY QUANTITY PRICE NAME")
    category, quantity, whole, hundredths, name = match.groups()
    return {
        "category": category,
        "quantity": int(quantity),
        "cents": int(whole) * 100 + int(hundredths),  # the price of one
        "name": name,
    }


def read_basket(lines):
    """Return the items of a basket."""
    return [parse_item(line.rstrip("\n")) for line in lines]
