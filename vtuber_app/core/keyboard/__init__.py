"""The keyboard: names of keys, what each does, and reading it while other programs have the focus."""
