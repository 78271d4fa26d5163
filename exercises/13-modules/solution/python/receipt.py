"""Print each item of a basket with its price, then what they come to, the tax, and the total."""

import sys

from parse import read_basket
from pricing import line_total, with_tax
from rates import read_tax_percent
from render import money


def print_receipt(items, percent):
    net = 0
    for item in items:
        total = line_total(item["cents"], item["quantity"])
        print(f"{item['quantity']} x {item['name']} at {money(item['cents'])} = {money(total)}")
        net += total
    gross = with_tax(net, percent)
    print(f"net {money(net)}")
    print(f"tax {percent}% {money(gross - net)}")
    print(f"total {money(gross)}")


if __name__ == "__main__":
    print_receipt(read_basket(sys.stdin), read_tax_percent())
