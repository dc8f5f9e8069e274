"""A puppet as a layered Photoshop file, for those who paint on: every layer at its place, in groups."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vtuber_app.avatars.rig import curves, textures
from vtuber_app.avatars.rig.eye import between, within
from vtuber_app.avatars.rig.face import REST
from vtuber_app.avatars.rig.format import Brow, Eye, Layer, Mouth, Rig
from vtuber_app.avatars.rig.mouth import MouthArt
from vtuber_app.avatars.rig.textures import Pixels
from vtuber_app.core.errors import DependencyError, SettingsError

BEHIND, BODY, FACE, FRONT, THROUGH = "behind the body", "body", "face", "in front of the face", "brows through the hair"
"""The groups, from back to front."""


def write_psd(rig: Rig, pictures: Mapping[str, Pixels], path: Path) -> None:
    """Write how a puppet looks at rest.

    An eye's iris and highlight are whole, and clipped to its white; the mouth is closed.

    Args:
        rig: Where everything is.
        pictures: Its layers by file name, (h, w, 4) RGBA, straight alpha.
        path: The file; it is replaced if it is there.

    Raises:
        DependencyError: psd-tools is missing.
        SettingsError: The file can't be written.
    """
    try:
        from psd_tools import PSDImage
    except ImportError as error:
        raise DependencyError(
            f"PSD files are written with the package psd-tools, which can't be loaded: {error}. "
            "Install it: pip install psd-tools"
        ) from error
    document = PSDImage.new("RGBA", (rig.canvas, rig.canvas))
    groups = {name: document.create_group(name=name) for name in (BEHIND, BODY, FACE, FRONT, THROUGH)}
    for part, group in zip(rig.parts, map(groups.__getitem__, _groups(rig)), strict=True):
        match part:
            case Layer():
                _lay(group, part.name, pictures[part.file], part.at)
            case Eye():
                _eye(group.create_group(name=f"{part.side} eye"), part, pictures)
            case Mouth():
                _lay(group, "mouth", *_closed(part, pictures))
            case Brow():
                _lay(group, f"{part.side} brow", pictures[part.file], part.at)
                above = _lay(groups[THROUGH], f"{part.side} brow, faint", pictures[part.file], part.at)
                above.opacity = round(255 * part.through)
    for name in [name for name, made in groups.items() if not len(made)]:
        document.remove(groups.pop(name))
    try:
        document.save(path)
    except OSError as error:
        raise SettingsError(f"{path} can't be written: {error.strerror or error}. Choose another place.") from error


def _groups(rig: Rig) -> Iterator[str]:
    """The group of each part: features lie on the face, nothing else in an earlier group than what is below it."""
    order = (BEHIND, BODY, FACE, FRONT)
    now = BEHIND
    past = False
    for part in rig.parts:
        if not isinstance(part, Layer) or part.parent == "face":
            past = past or (isinstance(part, Layer) and part.name == "face")
            yield FACE
            continue
        wanted = BODY if part.parent != "head" else BEHIND if now == BEHIND else FACE
        now = FRONT if past else max(now, wanted, key=order.index)
        yield now


def _eye(group: Any, eye: Eye, pictures: Mapping[str, Pixels]) -> None:
    white = pictures[eye.white.file].copy()
    white[..., 3] = np.rint(white[..., 3] * _opening(eye, white.shape[:2]))
    _lay(group, "white", white, eye.white.at)
    layers = {"iris": eye.iris, "highlight": eye.highlight, "lower lash": eye.lower_lash, "crease": eye.crease}
    for name, image in (layers | {"lash": eye.lash}).items():
        if image:
            _lay(group, name, pictures[image.file], image.at).clipping = name in ("iris", "highlight")


def _opening(eye: Eye, shape: tuple[int, ...]) -> textures.Plane:
    """How much of each pixel of the white lies between the lids, (h, w), 0…1."""
    x0, y0 = eye.white.at
    columns = np.arange(x0, x0 + shape[1], dtype=np.float32) + np.float32(0.5)
    rows = np.arange(y0, y0 + shape[0], dtype=np.float32)[:, None] + np.float32(0.5)
    upper, lower = (curves.heights(lid, columns).astype(np.float32) for lid in (eye.upper, eye.lower))
    seen, _ = between(rows, upper, lower)
    return np.asarray(np.clip(seen, 0, 1) * within(columns, eye.upper, eye.lower, 1.0), np.float32)


def _closed(mouth: Mouth, pictures: Mapping[str, Pixels]) -> tuple[Pixels, tuple[int, int]]:
    """The mouth at rest, and where it is."""
    art = MouthArt(mouth, textures.STEPS, pictures.__getitem__)
    x0, y0, x1, y1 = art.box
    pixels = np.zeros((y1 - y0, x1 - x0, 4), np.uint8)
    art.draw(pixels, *REST["mouth"])
    cv2.cvtColor(pixels, cv2.COLOR_mRGBA2RGBA, pixels)
    return pixels, (x0, y0)


def _lay(group: Any, name: str, pixels: Pixels, at: tuple[int, int]) -> Any:
    from PIL.Image import fromarray

    return group.create_pixel_layer(fromarray(pixels), name=name, left=at[0], top=at[1])
