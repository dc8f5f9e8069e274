"""Pictures that can be animated; no Qt, no threads."""
