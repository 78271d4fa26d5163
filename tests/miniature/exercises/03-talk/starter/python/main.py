print("Welcome.")
