def greet(title, name, town):
    print(f"Hello {title}{name} of {town}")
