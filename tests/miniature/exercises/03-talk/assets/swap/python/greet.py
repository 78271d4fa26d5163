"""Takes the place of greet.py: says which number it got."""


def greet(title, name, town):
    print(f"Greeting @NUMBER@ {name} of {town}")
