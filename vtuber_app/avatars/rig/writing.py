"""A puppet's folder, written: layers, rig, and how it looks at rest."""

import shutil
from pathlib import Path

import cv2

from vtuber_app.avatars.rig.bend import Motion
from vtuber_app.avatars.rig.figure import Figure, View
from vtuber_app.avatars.rig.format import Rig, save
from vtuber_app.avatars.rig.textures import Pixels


def write_png(path: Path, pixels: Pixels, quickly: bool = False) -> None:
    """Write RGBA, `quickly` as a larger file; the same pixels give the same bytes."""
    flags = [cv2.IMWRITE_PNG_COMPRESSION, 7, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_FILTERED]
    flags = [cv2.IMWRITE_PNG_COMPRESSION, 1] if quickly else flags
    path.write_bytes(cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA), flags)[1].tobytes())


def write_layers(rig: Rig, pictures: dict[str, Pixels], folder: Path, quickly: bool = False) -> None:
    """Write the puppet into `folder`, replacing the layers that were there; `quickly` as `write_png` takes it."""
    shutil.rmtree(folder / "layers", ignore_errors=True)
    (folder / "layers").mkdir(parents=True)
    for file, pixels in pictures.items():
        write_png(folder / file, pixels, quickly)
    save(rig, folder)


def write_puppet(rig: Rig, pictures: dict[str, Pixels], folder: Path, size: int) -> None:
    """Write the puppet and how it looks at rest, `size` px: `picture.png`, and its portrait."""
    write_layers(rig, pictures, folder)
    x, y, side = rig.portrait
    views = {"picture": View(0, 0, rig.canvas, size), "portrait": View(x, y, side, size)}
    figure = Figure(rig, pictures.__getitem__, views["portrait"].scale)
    for name, view in views.items():
        write_png(folder / f"{name}.png", figure.draw(view, Motion(), None, hair=0, time=0))
