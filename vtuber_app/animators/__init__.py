"""What makes the avatar move: one file an animator."""
