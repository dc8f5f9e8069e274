"""What characters are drawn from: for each trait its options, each with a weight: how often it is met."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from vtuber_app.avatars.composer.accessories import (
    Blossoms,
    CatEars,
    Choker,
    Glasses,
    Headphones,
    Pins,
    Ribbon,
    Star,
)
from vtuber_app.avatars.composer.brush import Manner
from vtuber_app.avatars.composer.character import Lips, Tress
from vtuber_app.avatars.composer.clothes import SLENDER, Build
from vtuber_app.avatars.composer.eyes import ALMOND, CAT, DROOPY, MILD, ROUND, SHARP, EyeShape
from vtuber_app.avatars.composer.face import BrowShape, FaceShape
from vtuber_app.avatars.composer.jackets import Hoodie, Parka
from vtuber_app.avatars.composer.kimono import Kimono
from vtuber_app.avatars.composer.palette import WHITE, Colour, HairColour, IrisColour, Skin, line, mix, rgb, tuned
from vtuber_app.avatars.composer.styles.bob import BOB
from vtuber_app.avatars.composer.styles.hime import HIME
from vtuber_app.avatars.composer.styles.long_hair import LONG
from vtuber_app.avatars.composer.styles.messy import MESSY
from vtuber_app.avatars.composer.styles.soft import SOFT
from vtuber_app.avatars.composer.styles.twin_tails import TAILS
from vtuber_app.avatars.composer.uniforms import Cardigan, Sailor

STYLES = {"bob": BOB, "hime": HIME, "long": LONG, "messy": MESSY, "soft": SOFT, "twin tails": TAILS}


@dataclass(frozen=True)
class Option:
    """One of a trait's options: what it is, and how often it is met beside the others."""

    value: Any
    weight: float = 1.0


Pool = Mapping[str, Option]


def hair_colour(base: Colour, tip: Colour | None = None) -> HairColour:
    """What a painter mixes from a local colour, with ends of another."""
    dark = sum(base) < 300
    shade = tuned(base, hue=0.015, saturation=1.18, value=0.72 if dark else 0.86)
    return HairColour(
        base=base,
        shade=shade,
        light=mix(base, WHITE, 0.45 if dark else 0.75),
        under=tuned(shade, hue=0.02, saturation=1.1, value=0.7),
        tip=tip or mix(base, shade, 0.3),
        line=line(tuned(base, value=0.7)),
    )


def iris_colour(middle: Colour) -> IrisColour:
    """Dark under the lid, light at the bottom."""
    return IrisColour(
        top=tuned(middle, saturation=1.2, value=0.45),
        middle=middle,
        bottom=mix(tuned(middle, value=1.25), WHITE, 0.25),
        glow=mix(middle, WHITE, 0.75),
        rim=tuned(middle, saturation=1.2, value=0.32),
        pupil=tuned(middle, saturation=1.2, value=0.2),
    )


def eye(shape: EyeShape, wide: float, tall: float, iris: float) -> EyeShape:
    """The shape, its opening and iris scaled."""

    def of(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        return tuple((x * wide, y * tall) for x, y in points)

    return replace(
        shape,
        upper=of(shape.upper),
        lower=of(shape.lower),
        closed=of(shape.closed),
        smile=of(shape.smile),
        iris=(shape.iris[0] * iris * (wide + 1) / 2, shape.iris[1] * tall),
        wing=(shape.wing[0] * wide, shape.wing[1] * tall),
    )


def _tresses(wanted: Callable[[Tress], bool]) -> dict[str, Option]:
    """Of each style the tresses that are wanted."""
    found = {name: tuple(filter(wanted, style.tresses)) for name, style in STYLES.items()}
    return {name: Option(tresses) for name, tresses in found.items() if tresses}


def _flipped(tress: Tress) -> Tress:
    locks = tuple(lock.mirrored() for lock in tress.locks)
    sway = tress.sway and tress.sway.model_copy(update={"root": (2048 - tress.sway.root[0], tress.sway.root[1])})
    return replace(tress, locks=locks, sway=sway, fill=tuple((-x, y) for x, y in tress.fill))


def _fringes() -> dict[str, Option]:
    """Every style's fringe with the skull's hair from which it grows, and its mirror image."""
    pool: dict[str, Option] = {}
    for name, style in STYLES.items():
        tresses = tuple(tress for tress in style.tresses if tress.name.startswith("bangs"))
        dome = style.dome
        pool[name] = Option((tresses, dome), 2)
        mirrored = replace(dome, crown=(-dome.crown[0], dome.crown[1]))
        pool[f"{name}, mirrored"] = Option((tuple(map(_flipped, tresses)), mirrored))
    return pool


def _palette(colours: Mapping[str, str], weight: float = 1.0) -> dict[str, Option]:
    return {name: Option(rgb(code), weight) for name, code in colours.items()}


HAIR = {
    "lilac": "cbc6f2", "silver": "e3e5ee", "white": "f6f1ee", "navy": "46587c", "blond": "ffd587", "honey": "eab765",
    "black": "3a3b4c", "ash brown": "8d7468", "chestnut": "8a5540", "milk tea": "c9a183", "copper": "d0733c",
    "red": "b8434a", "rose": "f2a2b8", "peach": "ffc3a6", "mint": "a8e2cc", "green": "5f9a78", "teal": "3f8f9c",
    "sky": "9cc6f0", "blue": "5c7ed8", "violet": "8a68c4", "plum": "5c3f66", "grey": "9698a4", "dark brown": "54403c",
    "ash blond": "d9cbb0",
}  # fmt: skip
IRIS = {
    "violet": "6a56d6", "azure": "2596c8", "amber": "dd9420", "gold": "e6b93a", "brown": "8a5a3c", "emerald": "1ea67c",
    "leaf": "7aa63a", "ruby": "c02346", "rose": "dc6a94", "steel": "4a86b8", "slate": "6c7486", "sapphire": "2f52c8",
    "orchid": "b25ac8", "turquoise": "28b4ac", "copper": "c0602c", "ink": "3c3a52",
}  # fmt: skip
CLOTH = {
    "snow": "fbfaff", "night": "343a52", "grey": "8c92a4", "rose": "f2a7a0", "cherry": "c8404e", "sea": "4fb3a6",
    "sage": "5f7f78", "sky": "a9cbec", "royal": "3c4a86", "cream": "f6e8cf", "mustard": "d8a43c", "plum": "7a4a78",
    "olive": "7c7c4e", "coal": "2a2a34",
}  # fmt: skip
ACCENT = {
    "red": "e0566e", "blue": "4a6fb8", "gold": "ffd46a", "mint": "6fe0d0", "pink": "f7a0bc", "violet": "9a7ae0",
    "black": "2c3048", "white": "f4f4fa",
}  # fmt: skip
SKINS = {
    "fair": Skin(),
    "pale": Skin(base=rgb("fff1ec"), shade=rgb("f6cfc9"), deep=rgb("e0a8a6"), line=rgb("8c4a52")),
    "warm": Skin(base=rgb("fde3cc"), shade=rgb("f2c09c"), deep=rgb("dc9c78"), line=rgb("8c5038")),
    "tan": Skin(base=rgb("eec39c"), shade=rgb("d69a70"), deep=rgb("b87a54"), line=rgb("70402c"), blush=rgb("e8805c")),
    "brown": Skin(base=rgb("c48e68"), shade=rgb("a26c4c"), deep=rgb("845238"), line=rgb("4c2a20"), blush=rgb("cc5c48")),
    "dark": Skin(base=rgb("8c5f48"), shade=rgb("6c4434"), deep=rgb("543226"), line=rgb("301a16"), blush=rgb("a8483c")),
}

EYES = {"round": ROUND, "cat": CAT, "droopy": DROOPY, "sharp": SHARP, "almond": ALMOND, "mild": MILD}
EYE_SIZES = {"wide": (1.08, 0.9), "small": (0.88, 0.88), "plain": (1.0, 1.0), "tall": (0.95, 1.12), "large": (1.1, 1.1)}

Clothes = Callable[[Colour, Colour, Colour], Any]
GARMENTS: dict[str, Clothes] = {
    "sailor": lambda a, b, c: Sailor(cloth=a, collar=b, tie=c, trim=WHITE),
    "cardigan": lambda a, b, c: Cardigan(cloth=a, shirt=mix(WHITE, b, 0.06), tie=c, skirt=b),
    "blazer": lambda a, b, c: Cardigan(cloth=a, shirt=mix(WHITE, b, 0.06), tie=c, skirt=b, boyish=True),
    "hoodie": lambda a, b, c: Hoodie(cloth=a, lining=c, shirt=b, cord=c),
    "parka": lambda a, b, c: Parka(cloth=a, trim=c, top=b, skirt=mix(a, b, 0.4)),
    "kimono": lambda a, b, c: Kimono(cloth=a, lining=WHITE, obi=c, cord=b, flower=mix(c, WHITE, 0.6)),
}

NOTHING = Option(None, 6)
Worn = Callable[[Colour], Any]


def _worn(options: Mapping[str, Worn]) -> dict[str, Option]:
    return {"none": NOTHING} | {name: Option(make) for name, make in options.items()}


POOLS: dict[str, Pool] = {
    "skin": {name: Option(skin, 4 if name in ("fair", "pale", "warm") else 1) for name, skin in SKINS.items()},
    "face": {
        f"{width} {chin}": Option(FaceShape(cheek, jaw, point, y), weight)
        for (width, cheek, jaw, weight), (chin, point, y) in product(
            (("slim", 157, 109, 2), ("soft", 164, 118, 3), ("broad", 168, 130, 1)),
            (("short", 40, 752), ("plain", 34, 760), ("pointed", 27, 770)),
        )
    },
    "eyes": {
        f"{size} {name}": Option((shape, *EYE_SIZES[size]), 3 if size == "plain" else 1)
        for name, shape in EYES.items()
        for size in EYE_SIZES
    },
    "iris size": {"small": Option(0.86), "plain": Option(1.0, 3), "large": Option(1.08)},
    "iris": {name: Option(iris_colour(rgb(code))) for name, code in IRIS.items()},
    "right iris": {"the same": Option(None, 200)}
    | {name: Option(iris_colour(rgb(code))) for name, code in IRIS.items()},
    "lashes": {"hair's": Option(None, 2), "dark": Option(rgb("2c2230")), "brown": Option(rgb("5a3226"))},
    "brows": {
        "fine": Option(BrowShape()),
        "arched": Option(BrowShape(((43, 514), (72, 502), (104, 495), (137, 503)))),
        "straight": Option(BrowShape(((42, 508), (72, 504), (104, 503), (134, 507)), 10.0)),
        "stern": Option(BrowShape(((35, 527), (66, 518), (100, 508), (138, 514)), 11.0)),
        "worried": Option(BrowShape(((46, 503), (72, 500), (100, 504), (130, 517)), 9.0)),
        "short": Option(BrowShape(((48, 506), (66, 500), (86, 500), (104, 507)), 12.0), 0.5),
    },
    "mouth": {
        f"{wide} {mood}": Option(Lips(width=width, smile=smile))
        for (wide, width), (mood, smile) in product(
            (("small", 40.0), ("plain", 50.0), ("wide", 58.0)), (("calm", 2.0), ("smiling", 7.0), ("merry", 10.0))
        )
    },
    "fang": {"none": Option(False, 8), "left": Option(True)},
    "nose": {"dot": Option(False, 2), "bridge": Option(True)},
    "mole": {"none": Option(None, 10), "left eye": Option((1140.0, 640.0)), "right eye": Option((910.0, 642.0)),
             "mouth": Option((1066.0, 716.0))},
    "blush": {"none": Option(0.0), "faint": Option(0.5, 2), "rosy": Option(1.0, 2)},
    "hair colour": _palette(HAIR),
    "hair ends": {"the same": Option(None, 40)} | _palette(HAIR),
    "fringe": _fringes(),
    "side hair": _tresses(lambda tress: tress.place == "side"),
    "back hair": _tresses(lambda tress: tress.place == "back"),
    "ahoge": {"none": Option((), 6)}
    | {
        name: Option(tuple(tress for tress in style.tresses if tress.name == "ahoge"))
        for name, style in STYLES.items()
        if any(tress.name == "ahoge" for tress in style.tresses)
    },
    "ears": {"shown": Option(True), "hidden": Option(False)},
    "build": {
        "slender": Option(SLENDER, 2),
        "slight": Option(Build(neck=42, shoulder_y=894, bust=0.0)),
        "broad": Option(Build(neck=52, shoulder=230, shoulder_y=904, waist=164, hip=192, bust=0)),
    },
    "clothes": {name: Option(make) for name, make in GARMENTS.items()},
    "cloth": _palette(CLOTH),
    "second cloth": _palette(CLOTH),
    "accent": _palette(ACCENT),
    "on the head": _worn(
        {
            "cat ears": lambda colour: CatEars(mix(rgb("ffb9c4"), colour, 0.3)),
            "ribbon": lambda colour: Ribbon(colour, (1172, 330), 0.62, 32),
            "pins": lambda colour: Pins(colour, (1142, 452)),
            "star": lambda colour: Star(colour, (1148, 420)),
            "blossoms": lambda colour: Blossoms(colour, rgb("ffe08a"), (1196.0, 404.0)),
        }
    ),
    "on the face": _worn({"glasses": lambda colour: Glasses(mix(rgb("3c3a4c"), colour, 0.4))}),
    "on the neck": _worn(
        {
            "choker": lambda colour: Choker(rgb("2c3048"), colour),
            "headphones": lambda colour: Headphones(rgb("3a4058"), colour, 114, 846),
        }
    ),
    "shading": {"soft": Option(1.0, 3), "cel": Option(0.0), "airbrush": Option(1.8)},
    "lines": {"plain": Option(1.0, 3), "fine": Option(0.7), "bold": Option(1.45)},
}  # fmt: skip
"""The traits by name. What excludes what: `dna.EXCLUDED`."""

EXCLUDED: tuple[tuple[str, str, str, str], ...] = (
    ("on the neck", "headphones", "clothes", "kimono"),
    ("on the neck", "choker", "clothes", "kimono"),
    ("on the head", "cat ears", "ears", "shown"),
)
"""Pairs of a trait and its option that don't go together: (trait, option, other trait, its option)."""


def manner(shading: float, lines: float, size: int) -> Manner:
    """How a character of that style is painted."""
    return Manner(size=size, ink=lines, soft=shading)
