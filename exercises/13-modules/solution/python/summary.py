"""Print what each category of a basket comes to, in the order of appearance, then all together."""

import sys

from parse import read_basket
from pricing import line_total, with_tax
from rates import read_tax_percent
from render import money


def print_line(label, net, percent):
    print(f"{label} {money(net)} with tax {money(with_tax(net, percent))}")


def print_summary(items, percent):
    nets = {}
    for item in items:
        category = item["category"]
        nets[category] = nets.get(category, 0) + line_total(item["cents"], item["quantity"])
    for category, net in nets.items():
        print_line(category, net, percent)
    print_line("total", sum(nets.values()), percent)


if __name__ == "__main__":
    print_summary(read_basket(sys.stdin), read_tax_percent())
