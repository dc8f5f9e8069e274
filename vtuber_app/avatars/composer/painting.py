"""A character's puppet from its traits: every layer cut out, and the rig that places them."""

import math

from vtuber_app.avatars.composer.brush import CANVAS, PLAIN, Manner, painted
from vtuber_app.avatars.composer.character import Drawing, Traits
from vtuber_app.avatars.composer.dna import Dna
from vtuber_app.avatars.composer.flat import Pixels, cut
from vtuber_app.avatars.composer.reuse import Sheets, reusing
from vtuber_app.avatars.rig.bend import Motion
from vtuber_app.avatars.rig.figure import Figure, View
from vtuber_app.avatars.rig.format import Brow, Eye, Image, Layer, Part, Rig, scaled

SHEETS: Sheets = Sheets()
"""Of the portraits that this process painted last."""


def paint(traits: Traits, manner: Manner = PLAIN) -> tuple[Rig, dict[str, Pixels]]:
    """The rig, on a canvas of `manner.size` px, and its pictures by file name, (h, w, 4) RGBA, straight alpha."""
    with painted(manner):
        drawing = Drawing(traits)
    pictures: dict[str, Pixels] = {}
    at: dict[str, tuple[int, int]] = {}
    for file, sheet in drawing.sheets.items():
        pictures[file], at[file] = cut(sheet.pixels())
    rig = drawing.rig()
    return placed(rig if manner.size == CANVAS else scaled(rig, manner.size / CANVAS), at), pictures


def placed(rig: Rig, at: dict[str, tuple[int, int]]) -> Rig:
    """The rig with every picture where it was cut out."""

    def move(image: Image) -> dict[str, tuple[int, int]]:
        return {"at": at[image.file]}

    parts: list[Part] = []
    for part in rig.parts:
        if isinstance(part, Layer | Brow):
            parts.append(part.model_copy(update=move(part)))
        elif isinstance(part, Eye):
            pictures = {name: image for name, image in part if isinstance(image, Image)}
            moved = {name: image.model_copy(update=move(image)) for name, image in pictures.items()}
            parts.append(part.model_copy(update=moved))
        else:
            parts.append(part)
    return rig.model_copy(update={"parts": tuple(parts)})


def portrait(dna: Dna, size: int) -> Pixels:
    """A character's head and shoulders at rest, (size, size, 4) RGBA, straight alpha; painted no larger than needed.

    On one thread at a time.
    """
    canvas = math.ceil(size * CANVAS / dna.traits("").portrait[2])
    with reusing(SHEETS):
        rig, pictures = paint(dna.traits(""), dna.manner(canvas))
    view = View(*rig.portrait, size)
    return Figure(rig, pictures.__getitem__, view.scale).draw(view, Motion(), None, hair=0, time=0)


def puppet(dna: Dna, size: int) -> tuple[Rig, dict[str, Pixels]]:
    """As `paint`, of a character by its options, on a canvas of `size` px."""
    return paint(dna.traits(""), dna.manner(size))
