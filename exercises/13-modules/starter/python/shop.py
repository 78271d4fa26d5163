"""The shop: two programs in one file. Try

    python3 shop.py receipt < basket.txt
    python3 shop.py summary < basket.txt

It works. Your task is to take it apart.
"""

import json
import re
import sys
from pathlib import Path


def line_total(cents, quantity):
    """Return what so many pieces at so many cents each come to."""
    return cents * quantity


def with_tax(cents, percent):
    """Return an amount and the tax on it, which is rounded to the cent, half a cent up."""
    return cents + (cents * percent + 50) // 100


def money(cents):
    """Return an amount of money as text."""
    return f"{cents // 100}.{cents % 100:02d}"


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


def read_tax_percent():
    """Read the percentage from rates.json, which lies beside this file."""
    path = Path(__file__).resolve().parent / "rates.json"
    return json.loads(path.read_text())["tax_percent"]


def receipt(items, percent):
    """Print each item with its price, then what they come to, the tax, and the total."""
    net = 0
    for item in items:
        total = line_total(item["cents"], item["quantity"])
        print(f"{item['quantity']} x {item['name']} at {money(item['cents'])} = {money(total)}")
        net += total
    gross = with_tax(net, percent)
    print(f"net {money(net)}")
    print(f"tax {percent}% {money(gross - net)}")
    print(f"total {gross // 100}.{gross % 100:02d}")


def summary(items, percent):
    """Print what each category comes to, in the order in which they first appear, then all."""
    nets = {}
    for item in items:
        category = item["category"]
        nets[category] = nets.get(category, 0) + item["cents"] * item["quantity"]
    for category, net in nets.items():
        print(f"{category} {money(net)} with tax {money(with_tax(net, percent))}")
    everything = sum(nets.values())
    print(f"total {money(everything)} with tax {money(with_tax(everything, percent))}")


def main():
    programs = {"receipt": receipt, "summary": summary}
    if len(sys.argv) != 2 or sys.argv[1] not in programs:
        print("usage: shop.py receipt|summary", file=sys.stderr)
        sys.exit(2)
    items = read_basket(sys.stdin)
    programs[sys.argv[1]](items, read_tax_percent())


if __name__ == "__main__":
    main()
