"""Draws anime characters as puppets, from traits. Needs skia-python, the extra `compose`; the program does not."""
