"""Take the place of render.py: the same function, which puts @MARK@ before each amount."""


def money(cents):
    return f"@MARK@{cents // 100}.{cents % 100:02d}"
