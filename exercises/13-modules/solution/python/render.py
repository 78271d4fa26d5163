"""How amounts of money look."""


def money(cents):
    """Return an amount of money as text."""
    return f"{cents // 100}.{cents % 100:02d}"
