"""Take the place of pricing.py: the same two functions, which answer @ADD@ cents more."""


def line_total(cents, quantity):
    return cents * quantity + @ADD@


def with_tax(cents, percent):
    return cents + (cents * percent + 50) // 100 + @ADD@
