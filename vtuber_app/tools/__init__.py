"""What is done offline, over the same parts."""
