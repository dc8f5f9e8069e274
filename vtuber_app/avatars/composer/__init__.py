"""Draws anime characters as puppets."""
