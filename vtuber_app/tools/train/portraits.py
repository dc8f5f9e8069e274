"""Pictures for the rig network: drawn by the composer, kept on disk, and varied until no two are alike."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars.autorig.find import GROUND
from vtuber_app.avatars.autorig.found import LANDMARKS, SIDES
from vtuber_app.avatars.composer import dna, truth
from vtuber_app.nets.portrait import SIZE

CANVAS = 896
CROP = (140, 0, 616)
"""What is kept of the canvas: x, y of its corner, side, px."""
POSES = 6
FAR, NEAR = (0.3, 0.78), (0.8, 1.5)
"""How much of the picture's side a head fills from crown to chin: seen whole, or only its face."""

NO_MAP = np.empty(0, np.float32)
"""Both coordinates are in the first map."""

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]


def draw(folder: Path, first: int, count: int) -> None:
    """Draw the characters of the seeds from `first` on, each in `POSES` poses, into a file each."""
    folder.mkdir(parents=True, exist_ok=True)
    x, y, side = CROP
    for seed in range(first, first + count):
        path = folder / f"{seed:06d}.npz"
        if path.exists():
            continue
        rng = np.random.default_rng(seed)
        model = truth.Model(dna.draw(seed), CANVAS)
        seen = [model.sit(*truth.posed(rng)) for _ in range(POSES)]
        begun = path.with_suffix(".part.npz")
        np.savez(
            begun,
            picture=_packed([one.picture[y : y + side, x : x + side] for one in seen]),
            masks=_packed([one.masks[y : y + side, x : x + side] for one in seen]),
            landmarks=np.stack([one.landmarks - np.array((x, y), np.float32) for one in seen]),
        )
        begun.rename(path)


def _packed(pictures: list[Pixels]) -> Pixels:
    """As the bytes of one PNG, below each other."""
    return np.asarray(cv2.imencode(".png", np.concatenate(pictures), [cv2.IMWRITE_PNG_COMPRESSION, 1])[1], np.uint8)


def _unpacked(packed: Pixels, count: int) -> Pixels:
    tall = np.asarray(cv2.imdecode(packed, cv2.IMREAD_UNCHANGED), np.uint8)
    return tall.reshape(count, -1, *tall.shape[1:])


def drawn(folder: Path) -> list[Path]:
    """The files that `draw` has finished there."""
    return sorted(path for path in folder.glob("*.npz") if not path.name.endswith(".part.npz"))


def samples(folder: Path, seed: int) -> Iterator[tuple[Pixels, Plane, Pixels]]:
    """For ever: a varied picture (SIZE, SIZE, 3) RGB, its landmarks, 0…1, and its masks.

    What is drawn meanwhile is taken in the next round.
    """
    rng = np.random.default_rng(seed)
    while True:
        files = drawn(folder)
        for index in rng.permutation(len(files)):
            with np.load(files[index]) as kept:
                places = kept["landmarks"]
                seen = (_unpacked(kept[name], len(places)) for name in ("picture", "masks"))
                for picture, masks, landmarks in zip(*seen, places, strict=True):
                    yield varied(picture, masks, landmarks, rng)


def varied(picture: Pixels, masks: Pixels, landmarks: Plane, rng: np.random.Generator) -> tuple[Pixels, Plane, Pixels]:
    """Turn, scale, bend and recolour."""
    where = _ways(landmarks, rng)
    premultiplied = cv2.cvtColor(picture, cv2.COLOR_RGBA2mRGBA)
    seen = cv2.remap(premultiplied, where, NO_MAP, cv2.INTER_LINEAR)
    alpha = seen[..., 3:].astype(np.float32) / 255
    colours = seen[..., :3].astype(np.float32) + (1 - alpha) * _ground(rng)
    parts = np.asarray(cv2.remap(masks, where, NO_MAP, cv2.INTER_NEAREST), np.uint8)
    moved = _followed(where, landmarks)
    colours = _recoloured(colours, rng)
    return np.clip(colours, 0, 255).astype(np.uint8), np.asarray(moved / SIZE, np.float32), parts


def _ways(landmarks: Plane, rng: np.random.Generator) -> Plane:
    """From where each pixel of the result comes, (SIZE, SIZE, 2) px of the picture."""
    names = LANDMARKS
    crown, chin = landmarks[names.index("crown")], landmarks[names.index("chin")]
    near = rng.random() < 0.5
    eyes = landmarks[[names.index(f"{side} iris") for side in SIDES]].mean(axis=0)
    tall, middle = float(np.hypot(*(chin - crown))), ((eyes + chin) if near else (crown + chin)) / 2
    share = float(np.exp(rng.uniform(*np.log(NEAR if near else FAR))))
    scale = tall / (share * SIZE)
    angle = float(rng.normal(0, 0.15))
    wide, slant = float(np.exp(rng.normal(0, 0.1))), float(rng.normal(0, 0.06))
    shift = rng.normal(0, 0.08, 2) * SIZE
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32) + 0.5
    dx, dy = x - SIZE / 2 - shift[0], y - SIZE / 2 - shift[1]
    # No two faces have their features at the same places.
    bends = cv2.resize(
        rng.normal(0, 0.013 * SIZE, (6, 6, 2)).astype(np.float32), (SIZE, SIZE), interpolation=cv2.INTER_CUBIC
    )
    dx, dy = dx + bends[..., 0], dy + bends[..., 1]
    dx = (dx + slant * dy) * wide
    c, s = np.cos(angle) * scale, np.sin(angle) * scale
    where = np.stack([middle[0] + c * dx - s * dy - 0.5, middle[1] + s * dx + c * dy - 0.5], axis=2)
    return np.asarray(where, np.float32)


def _followed(where: Plane, landmarks: Plane) -> Plane:
    """Where in the result the landmarks come to lie, px, by the nearest pixel and the slope around it."""
    moved = np.empty_like(landmarks)
    for i, (x, y) in enumerate(landmarks - np.float32(0.5)):
        row, column = np.unravel_index(np.argmin((where[..., 0] - x) ** 2 + (where[..., 1] - y) ** 2), where.shape[:2])
        r, c = min(max(int(row), 1), SIZE - 2), min(max(int(column), 1), SIZE - 2)
        slope = np.stack([(where[r, c + 1] - where[r, c - 1]) / 2, (where[r + 1, c] - where[r - 1, c]) / 2], axis=1)
        moved[i] = np.array((c + 0.5, r + 0.5)) + np.linalg.solve(slope, np.array((x, y)) - where[r, c])
    return moved


def _ground(rng: np.random.Generator) -> Plane:
    """What lies behind: one colour, two, or a blurred pattern."""
    kind = rng.random()
    if kind < 0.4:
        return np.full(3, GROUND, np.float32)
    if kind < 0.6:
        return np.full(3, 255, np.float32)
    small = rng.integers(0, 256, (int(rng.integers(2, 9)), 3, 3)).astype(np.float32)
    return np.asarray(cv2.resize(small, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC), np.float32)


def _recoloured(colours: Plane, rng: np.random.Generator) -> Plane:
    """Other light, other colours, other brushes, and what files do to pictures."""
    colours = colours.clip(0, 255)
    if rng.random() < 0.7:
        mixing = np.eye(3, dtype=np.float32) + rng.normal(0, 0.12, (3, 3)).astype(np.float32)
        colours = 255 * (colours / 255 @ mixing).clip(0, 1) ** np.exp(rng.normal(0, 0.25, 3)).astype(np.float32)
    if rng.random() < 0.15:
        colours = np.repeat(colours.mean(axis=2, keepdims=True), 3, axis=2)
    if rng.random() < 0.3:
        colours = np.asarray(cv2.GaussianBlur(colours, (0, 0), float(rng.uniform(0.5, 1.8))), np.float32)
    elif rng.random() < 0.3:
        soft = cv2.bilateralFilter(colours.clip(0, 255).astype(np.uint8), 0, float(rng.uniform(10, 60)), 3)
        colours = soft.astype(np.float32)
    if rng.random() < 0.3:
        light = cv2.resize(rng.normal(1, 0.18, (3, 3)).astype(np.float32), (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
        colours = colours * light[..., None]
    if rng.random() < 0.4:
        colours = colours + rng.normal(0, rng.uniform(1, 9), colours.shape)
    return np.asarray(colours, np.float32)
