"""Colours: what shade, light and line a painter mixes from a local colour."""

import colorsys
from dataclasses import dataclass

Colour = tuple[int, int, int]
"""sRGB, 0…255."""

WHITE: Colour = (255, 255, 255)


def rgb(code: str) -> Colour:
    """Colour from "#rrggbb" or "rrggbb"."""
    code = code.lstrip("#")
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """`a` with `share` of `b` in it."""
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )


def multiply(a: Colour, b: Colour) -> Colour:
    """`a` seen through a filter of colour `b`."""
    return round(a[0] * b[0] / 255), round(a[1] * b[1] / 255), round(a[2] * b[2] / 255)


def tuned(colour: Colour, hue: float = 0.0, saturation: float = 1.0, value: float = 1.0) -> Colour:
    """Turn the hue (in turns) and scale saturation and value."""
    h, s, v = colorsys.rgb_to_hsv(*(c / 255 for c in colour))
    r, g, b = colorsys.hsv_to_rgb((h + hue) % 1.0, min(1.0, s * saturation), min(1.0, v * value))
    return round(r * 255), round(g * 255), round(b * 255)


def shade(colour: Colour, strength: float = 1.0) -> Colour:
    """The cel shadow of a material: darker and a little toward violet, as under a soft sky."""
    return mix(colour, multiply(colour, (205, 189, 221)), strength)


def line(colour: Colour, depth: float = 1.0) -> Colour:
    """The ink for a material: its own hue, dark and rich, never plain black."""
    dark = tuned(multiply(colour, (120, 84, 110)), saturation=1.25, value=0.8)
    return mix(colour, dark, depth)


@dataclass(frozen=True)
class Skin:
    """Tones of skin."""

    base: Colour = (255, 238, 228)
    shade: Colour = (250, 208, 192)
    deep: Colour = (236, 176, 162)
    line: Colour = (150, 84, 76)
    blush: Colour = (255, 138, 130)


FAIR = Skin()


@dataclass(frozen=True)
class HairColour:
    """Tones of hair: `light` of the highlight, `under` of hair seen from inside, `tip` toward the ends."""

    base: Colour
    shade: Colour
    light: Colour
    under: Colour
    tip: Colour
    line: Colour


@dataclass(frozen=True)
class IrisColour:
    """Tones of an iris: `top` under the lid, `middle`, `bottom` where light gathers, `glow` its brightest."""

    top: Colour
    middle: Colour
    bottom: Colour
    glow: Colour
    rim: Colour
    pupil: Colour
