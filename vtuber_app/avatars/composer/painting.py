"""A character's puppet from its traits: every layer cut out, and the rig that places them."""

import shutil
from pathlib import Path

import cv2

from vtuber_app.avatars.composer.brush import CANVAS, PLAIN, Manner, painted
from vtuber_app.avatars.composer.character import Drawing, Traits
from vtuber_app.avatars.composer.flat import Pixels, cut
from vtuber_app.avatars.rig.bend import Motion
from vtuber_app.avatars.rig.figure import Figure, View
from vtuber_app.avatars.rig.format import Brow, Eye, Image, Layer, Part, Rig, save, scaled


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


def write_png(path: Path, pixels: Pixels) -> None:
    """Write RGBA; the same pixels give the same bytes."""
    flags = [cv2.IMWRITE_PNG_COMPRESSION, 7, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_FILTERED]
    path.write_bytes(cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA), flags)[1].tobytes())


def write_layers(rig: Rig, pictures: dict[str, Pixels], folder: Path) -> None:
    """Write the puppet into `folder`, replacing the layers that were there."""
    shutil.rmtree(folder / "layers", ignore_errors=True)
    (folder / "layers").mkdir(parents=True)
    for file, pixels in pictures.items():
        write_png(folder / file, pixels)
    save(rig, folder)


def write_puppet(rig: Rig, pictures: dict[str, Pixels], folder: Path, size: int) -> None:
    """Write the puppet and how it looks at rest, `size` px: `picture.png`, and its portrait."""
    write_layers(rig, pictures, folder)
    x, y, side = rig.portrait
    views = {"picture": View(0, 0, rig.canvas, size), "portrait": View(x, y, side, size)}
    figure = Figure(rig, pictures.__getitem__, views["portrait"].scale)
    for name, view in views.items():
        write_png(folder / f"{name}.png", figure.draw(view, Motion(), None, hair=0, time=0))
