"""Measures generated videos against real ones, as the papers of image animation do.

A metric is a registered function (`registry.py`) and one line of JSON a result. What needs networks that don't come
with the program takes the user's files, by name and checksum (`files.py`); what stands in for them has another name.
"""
