"""Recorded numbers of published systems, and what compares ours with them."""
