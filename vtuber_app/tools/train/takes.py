"""Pairs of meshes to learn from: the embedded face mesh's and the face landmarker's, of the same frames.

Each clip is also seen with another face shape, light, framing and camera quality, because how the two meshes differ
depends on how a face looks, and a handful of clips shows too few faces.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.parts import each
from vtuber_app.core.types import Frame
from vtuber_app.pose.head import RIGID
from vtuber_app.sources.video import Video, VideoSettings
from vtuber_app.trackers.mediapipe import Landmarker, Mesh, in_pixels

Array = NDArray[np.float32]
Pixels = NDArray[np.uint8]

CONFIDENCE = 0.5


@dataclass(frozen=True, eq=False)
class Take:
    """One clip, seen by both.

    Attributes:
        person: The clip's name: takes of one clip share it.
        mesh: (T, 478, 3) of the embedded mesh, turned to face the camera, its rigid points centred and of size 1;
            x right, y up, z to the camera.
        landmarker: (T, 478, 3) of the face landmarker, likewise.
        rotation: (T, 3, 3) that turns both back to where the head looked.
        blendshapes: (T, 52) of the face landmarker, in the order of `names`.
    """

    person: str
    names: list[str]
    mesh: Array
    landmarker: Array
    rotation: Array
    blendshapes: Array


def take(clip: Path, model: Path, look: Callable[[Pixels], Pixels] | None = None) -> Take:
    """Run both over a clip; frames in which either finds no face are left out."""
    mesh, landmarker = Mesh(CONFIDENCE), Landmarker(model, CONFIDENCE)
    rows: list[tuple[Array, Array, Array, Array]] = []
    names: list[str] = []
    with Video(VideoSettings(path=clip, paced=False)) as video:
        for frame in each(video):
            pixels = look(frame.pixels) if look else frame.pixels
            points, found = mesh.points(pixels, frame.time), landmarker.find(pixels, frame.time)
            if points is None or found is None:
                continue
            rotation = np.asarray(found.facial_transformation_matrixes[0], np.float32)[:3, :3]
            names = [shape.category_name for shape in found.face_blendshapes[0]]
            scores = np.array([shape.score for shape in found.face_blendshapes[0]], np.float32)
            others = in_pixels(found.face_landmarks[0], *pixels.shape[:2])
            rows.append((facing(points, rotation), facing(others, rotation), rotation, scores))
    mesh.close()
    landmarker.close()
    return Take(clip.stem, names, *(np.array(column, np.float32) for column in zip(*rows, strict=True)))


def facing(points: Array, rotation: Array) -> Array:
    """(478, 3) px as seen to a head that faces the camera, as in `Take`."""
    upward = points * np.array([1, -1, -1], np.float32)
    centred = upward - upward[RIGID].mean(0)
    size = np.sqrt((centred[RIGID] ** 2).sum(-1).mean())
    return np.asarray(centred @ rotation / size, np.float32)


def random_look(first: Frame, random: np.random.Generator) -> Callable[[Pixels], Pixels]:
    """Another face shape, framing, light and camera, the same for all frames of the first one's size."""
    height, width = first.pixels.shape[:2]
    x_px, y_px = warp(height, width, random)
    mirrored = random.random() < 0.5
    light = np.linspace(0, 1, 256)[:, None] ** np.exp(random.normal(0, 0.35)) - 0.5
    light = light * random.uniform(0.6, 1.2) * np.exp(random.normal(0, 0.08, 3)) + 0.5 + random.uniform(-0.08, 0.1)
    table = (255 * light.clip(0, 1)).astype(np.uint8)[None]
    blur = random.uniform(0, 1.6) * max(height, width) / 512
    noise, quality = random.uniform(0, 9), int(random.uniform(25, 95))

    def look(pixels: Pixels) -> Pixels:
        seen = cv2.remap(pixels, x_px, y_px, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        seen = cv2.LUT(np.ascontiguousarray(seen[:, ::-1]) if mirrored else seen, table)
        if blur > 0.3:
            seen = cv2.GaussianBlur(seen, (0, 0), blur)
        grainy = (seen + random.normal(0, noise, (height, width, 1))).clip(0, 255).astype(np.uint8)
        compressed = cv2.imencode(".jpg", grainy, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        return np.asarray(cv2.imdecode(compressed, cv2.IMREAD_COLOR), np.uint8)

    return look


def warp(height: int, width: int, random: np.random.Generator) -> tuple[Array, Array]:
    """(H, W) px where to look: a turn, a zoom, another aspect, and slow waves that change a face's proportions."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    zoom = random.uniform(0.55, 1.05)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.normal(0, 6), 1 / zoom)
    wide = np.exp(random.normal(0, 0.06))
    across = (x - width / 2) * wide + width / 2
    x_px = turn[0, 0] * across + turn[0, 1] * y + turn[0, 2]
    y_px = turn[1, 0] * across + turn[1, 1] * y + turn[1, 2]
    size = max(height, width)
    for _ in range(10):
        waves = random.normal(0, 1, 2) * random.uniform(0.7, 2.6) * 2 * np.pi / size
        wave = np.cos(waves[0] * x + waves[1] * y + random.uniform(0, 2 * np.pi))
        shift = random.normal(0, 0.009, 2) * size
        x_px, y_px = x_px + shift[0] * wave, y_px + shift[1] * wave
    return np.asarray(x_px, np.float32), np.asarray(y_px, np.float32)
