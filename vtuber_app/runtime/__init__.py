"""Runs published networks on whatever this machine has, and only in ways that give the right picture."""
