"""A sheet of pictures that shows a puppet's whole range of motion at one glance."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.animators.puppet import Puppet, PuppetSettings
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.types import BLENDSHAPES, INDEX, Avatar, Driving, FaceState

Pixels = NDArray[np.uint8]
Turn = tuple[int, int, int]

PAPER = (226, 231, 238)
INK = (60, 64, 78)
TITLE_HEIGHT = 22

TURNED = (-30, -20, -10, 0, 10, 20, 30)
Weights = dict[str, float]


def sides(**weights: float) -> Weights:
    """Blendshapes that come in pairs, both sides alike."""
    return {f"{name}{side}": weight for name, weight in weights.items() for side in ("Left", "Right")}


HEAD: dict[str, Turn] = {
    "yaw": (0, 1, 0),
    "pitch": (1, 0, 0),
    "roll": (0, 0, 1),
    "circle": (1, 1, 1),
}
"""A row of turned heads each: which angles, pitch, yaw and roll, go from -30 to 30 degrees."""

FACES: dict[str, dict[str, Weights]] = {
    "eyes": {
        "blink 0.2": sides(eyeBlink=0.25),
        "blink 0.3": sides(eyeBlink=0.32),
        "blink 0.4": sides(eyeBlink=0.4),
        "closed": sides(eyeBlink=0.7),
        "wink": {"eyeBlinkLeft": 0.8},
        "happy": sides(eyeBlink=0.6, mouthSmile=0.9, cheekSquint=0.6),
        "wide": sides(eyeWide=0.8, browOuterUp=0.4),
    },
    "gaze": {
        "left": {"eyeLookOutLeft": 0.9, "eyeLookInRight": 0.9},
        "right": {"eyeLookInLeft": 0.9, "eyeLookOutRight": 0.9},
        "up": sides(eyeLookUp=0.9),
        "down": sides(eyeLookDown=0.9),
        "up left": {"eyeLookOutLeft": 0.7, "eyeLookInRight": 0.7, **sides(eyeLookUp=0.7)},
        "squint": sides(eyeSquint=0.9),
        "half smiling": sides(eyeBlink=0.3, mouthSmile=0.8),
    },
    "brows": {
        "up": {"browInnerUp": 0.9, **sides(browOuterUp=0.9)},
        "sad": {"browInnerUp": 0.9, **sides(mouthFrown=0.5)},
        "angry": {**sides(browDown=0.7, eyeSquint=0.5), **sides(mouthFrown=0.3)},
        "one up": {"browOuterUpLeft": 0.9, "browDownRight": 0.4},
        "surprise": {"browInnerUp": 0.9, "jawOpen": 0.35, "mouthFunnel": 0.3, **sides(browOuterUp=0.9, eyeWide=0.8)},
        "fury": {**sides(browDown=0.9, mouthUpperUp=0.5, mouthLowerDown=0.5, noseSneer=0.6), "jawOpen": 0.3},
        "bliss": {**sides(eyeBlink=0.7, mouthSmile=0.9), "jawOpen": 0.4},
    },
    "vowels": {
        "A": {"jawOpen": 0.6, **sides(mouthLowerDown=0.3)},
        "I": {"jawOpen": 0.1, **sides(mouthStretch=0.6, mouthLowerDown=0.4, mouthUpperUp=0.2)},
        "U": {"jawOpen": 0.12, "mouthPucker": 0.75, "mouthFunnel": 0.2},
        "E": {"jawOpen": 0.25, **sides(mouthStretch=0.4, mouthLowerDown=0.4, mouthSmile=0.3)},
        "O": {"jawOpen": 0.4, "mouthFunnel": 0.6, "mouthPucker": 0.25},
        "closed": {},
        "wide open": {"jawOpen": 1.0},
    },
    "mouth": {
        "smile": sides(mouthSmile=0.9),
        "open smile": {"jawOpen": 0.45, **sides(mouthSmile=0.9, mouthUpperUp=0.4)},
        "frown": sides(mouthFrown=0.7),
        "pucker": {"mouthPucker": 0.9},
        "smirk": {"mouthSmileLeft": 0.9, "mouthLeft": 0.4},
        "press": {"mouthRollLower": 0.7, "mouthRollUpper": 0.6},
        "small": {"jawOpen": 0.12},
    },
}


_EYES, _MOUTHS, _GAZE = FACES["eyes"], FACES["vowels"], FACES["gaze"]
RANGE: dict[str, tuple[Weights, Turn]] = {
    "neutral": ({}, (0, 0, 0)),
    "closed": (_EYES["closed"], (0, 0, 0)),
    "wink": (_EYES["wink"], (0, 0, 0)),
    **{vowel: (_MOUTHS[vowel], (0, 0, 0)) for vowel in "AIUEO"},
    "smile": (FACES["mouth"]["smile"], (0, 0, 0)),
    "gaze left": (_GAZE["left"], (0, 0, 0)),
    "gaze right": (_GAZE["right"], (0, 0, 0)),
    "yaw +": ({}, (0, 20, 0)),
    "yaw -": ({}, (0, -20, 0)),
    "pitch +": ({}, (16, 0, 0)),
    "pitch -": ({}, (-16, 0, 0)),
    "roll": ({}, (0, 0, 16)),
}
"""What every avatar must do: blendshapes, and pitch, yaw and roll in degrees."""


CLOSE = 1.25
"""How much the pictures of `rows` are enlarged around the head."""


def contact_sheet(avatar: Avatar, tile: int = 256, closer: float = 1.0) -> Pixels:
    """Draw a puppet turning its head and making faces, a row for each kind of motion.

    Args:
        avatar: A puppet.
        tile: Size of each picture, px.
        closer: Above 1, how much the faces' rows are enlarged around the head.

    Returns:
        (H, W, 3) RGB.
    """
    rows = []
    with Puppet(PuppetSettings(size=max(tile, 256))) as puppet:
        puppet.set_avatar(avatar)
        for number, (name, faces) in enumerate(_rows()):
            tiles = []
            zoomed = closer if name in FACES else 1.0
            puppet.update(puppet.settings.model_copy(update={"zoom": zoomed, "down": 0.16 * (1 - 1 / zoomed) * zoomed}))
            for place, (label, face) in enumerate(faces.items()):
                # Seconds apart, so that hair and body have come to rest, and always at one point of a breath.
                picture = puppet.render(Driving(3.9 * (100 * number + place), face)).pixels
                tiles.append(_titled(picture, f"{name}: {label}", tile))
            rows.append(np.hstack(tiles))
    return np.vstack(rows)


def rows(avatars: Sequence[Avatar], tile: int = 128) -> Pixels:
    """A row of `RANGE` for each avatar, (H, W, 3) RGB; each picture is `tile` px wide."""
    sheet = []
    for avatar in avatars:
        near = PuppetSettings(size=max(tile, 256), zoom=CLOSE, down=0.16 * (CLOSE - 1))
        with Puppet(near) as puppet:
            puppet.set_avatar(avatar)
            seen = []
            for place, (label, (weights, turn)) in enumerate(RANGE.items()):
                picture = puppet.render(Driving(3.9 * place, face(weights, *turn))).pixels
                seen.append(_titled(picture, label, tile))
        sheet.append(np.hstack(seen))
    return np.vstack(sheet)


def write(sheet: Pixels, path: Path) -> None:
    """Write a sheet (H, W, 3) RGB into a PNG or JPEG file; SettingsError if it can't be written."""
    kind = ".jpg" if path.suffix.lower() in (".jpg", ".jpeg") else ".png"
    _, encoded = cv2.imencode(kind, cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 88])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded.tobytes())
    except OSError as error:
        raise SettingsError(f"The contact sheet can't be written to {path}: {error.strerror}.") from error


def face(weights: Weights, pitch: float = 0.0, yaw: float = 0.0, roll: float = 0.0) -> FaceState:
    """A face with these blendshapes, its head turned by degrees."""
    blendshapes = np.zeros(len(BLENDSHAPES), np.float32)
    for name, weight in weights.items():
        blendshapes[INDEX[name]] = weight
    return FaceState(blendshapes, np.radians(np.array([pitch, yaw, roll])).astype(np.float32))


def _rows() -> Iterator[tuple[str, dict[str, FaceState]]]:
    for name, axes in HEAD.items():
        if name == "circle":
            around = {degrees: math.radians(degrees * 6) for degrees in TURNED}
            yield (
                name,
                {f"{d}": face({}, 22 * math.cos(a), 28 * math.sin(a), 12 * math.sin(a)) for d, a in around.items()},
            )
        else:
            pitch, yaw, roll = axes
            yield name, {f"{d}": face({}, d * pitch, d * yaw, d * roll) for d in TURNED}
    for name, faces in FACES.items():
        yield name, {label: face(weights) for label, weights in faces.items()}


def _titled(picture: Pixels, title: str, size: int) -> Pixels:
    """A picture on paper with its title above it, (size + TITLE_HEIGHT, size, 3) RGB."""
    alpha = picture[..., 3:].astype(np.float32) / 255
    shown = picture[..., :3] * alpha + np.array(PAPER, np.float32) * (1 - alpha)
    tile = np.full((size + TITLE_HEIGHT, size, 3), PAPER, np.uint8)
    tile[TITLE_HEIGHT:] = cv2.resize(shown.astype(np.uint8), (size, size), interpolation=cv2.INTER_AREA)
    cv2.putText(tile, title, (6, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.45, INK, 1, cv2.LINE_AA)
    return tile
