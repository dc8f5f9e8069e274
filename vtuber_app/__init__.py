"""A face in front of a camera becomes a living anime avatar, in real time."""

__version__ = "0.1.0"
