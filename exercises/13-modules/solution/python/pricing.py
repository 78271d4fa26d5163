"""What things cost. All amounts are whole cents."""


def line_total(cents, quantity):
    """Return what so many pieces at so many cents each come to."""
    return cents * quantity


def with_tax(cents, percent):
    """Return an amount and the tax on it, which is rounded to the cent, half a cent up."""
    return cents + (cents * percent + 50) // 100
