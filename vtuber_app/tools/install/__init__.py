"""Sets the program up. Standard library only: it runs before anything is installed."""
