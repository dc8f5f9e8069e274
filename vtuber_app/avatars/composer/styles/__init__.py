"""Hairstyles as data."""
