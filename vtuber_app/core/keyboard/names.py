"""Names of keys, as Qt writes them in every language, and what the systems call them."""

import string
from typing import NamedTuple


class Codes(NamedTuple):
    """One key: its X11 keysym, its virtual key on Windows and its virtual key on macOS."""

    x11: int
    windows: int
    mac: int


_MAC_LETTERS = "ASDFHGZXCV?BQWERYT123465=97-80]OU[IP?LJ'K;\\,/NM"
"""By their virtual keys from 0 on, as they lie on an American keyboard."""
_MAC_NUMBERS = (82, 83, 84, 85, 86, 87, 88, 89, 91, 92)
_MAC_FUNCTIONS = (122, 120, 99, 118, 96, 97, 98, 100, 101, 109, 103, 111)

KEYS: dict[str, Codes] = {
    **{
        key: Codes(ord(key.lower()), ord(key), _MAC_LETTERS.index(key))
        for key in string.digits + string.ascii_uppercase
    },
    **{f"F{i + 1}": Codes(0xFFBE + i, 0x70 + i, code) for i, code in enumerate(_MAC_FUNCTIONS)},
    **{f"Num+{i}": Codes(0xFFB0 + i, 0x60 + i, code) for i, code in enumerate(_MAC_NUMBERS)},
    "Space": Codes(0x20, 0x20, 49),
    "Left": Codes(0xFF51, 0x25, 123),
    "Up": Codes(0xFF52, 0x26, 126),
    "Right": Codes(0xFF53, 0x27, 124),
    "Down": Codes(0xFF54, 0x28, 125),
    "Home": Codes(0xFF50, 0x24, 115),
    "End": Codes(0xFF57, 0x23, 119),
    "PgUp": Codes(0xFF55, 0x21, 116),
    "PgDown": Codes(0xFF56, 0x22, 121),
    "Ins": Codes(0xFF63, 0x2D, 114),
    "Del": Codes(0xFFFF, 0x2E, 117),
}
"""The keys that may do something, by name; Num+… are the number pad's."""

MODIFIERS: dict[str, Codes] = {
    "Shift": Codes(1 << 0, 0x0004, 0x0200),
    "Ctrl": Codes(1 << 2, 0x0002, 0x1000),
    "Alt": Codes(1 << 3, 0x0001, 0x0800),
}
"""Bits of what is held with a key."""


def modifiers(names: str) -> Codes:
    """The bits of several, e.g. Ctrl+Alt."""
    bits = [MODIFIERS[name] for name in names.split("+")]
    return Codes(*(sum(each) for each in zip(*bits, strict=True)))
