"""Fitting and training."""
