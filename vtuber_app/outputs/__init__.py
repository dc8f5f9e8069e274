"""Where pictures go: one file an output."""
