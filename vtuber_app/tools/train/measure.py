"""How well flat pictures are rigged, measured against the composer, which knows the truth."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from vtuber_app.avatars.autorig.find import Finder
from vtuber_app.avatars.autorig.found import GROUPS, LANDMARKS, MASKS, Found, Pixels, Plane
from vtuber_app.avatars.autorig.puppet import Cutting
from vtuber_app.avatars.composer import dna, truth
from vtuber_app.avatars.composer.brush import Manner
from vtuber_app.avatars.rig import flat
from vtuber_app.avatars.rig.bend import Motion
from vtuber_app.avatars.rig.face import REST
from vtuber_app.avatars.rig.figure import Figure
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.types import Avatar
from vtuber_app.tools.quality import psnr, ssim

FIRST = 900_001
"""The first seed: the network was trained on characters below it."""
SIZE = 1024
"""Of the pictures, px."""
GREY = 128
PARTS = (*MASKS, *GROUPS)
UNSEEN = Manner(size=SIZE, ink=2.1, soft=2.4)
"""A style that is not in the composer's pools: lines and softness far beyond them."""


@dataclass
class Seen:
    """What was found of one character.

    Attributes:
        errors: Of the landmarks, in shares of the distance of the eyes; empty if no face was found.
        overlaps: Intersection over union by part, of those that it has.
    """

    errors: list[float] = field(default_factory=list)
    overlaps: dict[str, float] = field(default_factory=dict)


def seen(seed: int, unseen_style: bool = False) -> Seen:
    """Find one character's landmarks and parts."""
    model = truth.Model(dna.draw(seed), SIZE, UNSEEN if unseen_style else None)
    rest = model.sit(Motion(), REST)
    true = Found(rest.landmarks, rest.masks)
    try:
        found = _finder().find(rest.picture)
    except SettingsError:
        return Seen()
    errors = np.hypot(*(found.landmarks - true.landmarks).T) / true.apart
    pairs = {part: (found.of(part), true.of(part)) for part in PARTS}
    overlaps = {part: float((a & b).sum() / (a | b).sum()) for part, (a, b) in pairs.items() if b.any()}
    return Seen(errors.tolist(), overlaps)


def posed(seed: int, poses: int) -> Plane:
    """A rigged picture's head against the composer's own, (poses, 4): PSNR, dB, and SSIM, then both of warping only."""
    model = truth.Model(dna.draw(seed), SIZE)
    rest = model.sit(Motion(), REST)
    cutting = Cutting(rest.picture, _finder().find(rest.picture))
    whole = flat.rig(Avatar("", rest.picture, Path()))
    figures = (
        model.figure,
        Figure(cutting.rig(""), cutting.pictures.__getitem__, 1.0),
        Figure(whole, lambda _: rest.picture, 1.0),
    )
    box = _head(rest.landmarks)
    rng = np.random.default_rng(seed)
    rows: list[list[float]] = []
    for _ in range(poses):
        motion, pose = truth.posed(rng)
        own, rigged, warped = (
            _on_grey(one.draw(model.view, motion, pose if one.face else None, hair=0, time=0)[box]) for one in figures
        )
        rows.append([measure(own, other) for other in (rigged, warped) for measure in (psnr, ssim)])
    return np.array(rows, np.float32)


def report(characters: int, posed_characters: int, poses: int, workers: int, told: Callable[[str], None]) -> None:
    """Measure on fresh characters and say it line by line."""
    seeds = range(FIRST, FIRST + characters)
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for style, few in (("the composer's styles", False), ("an unseen style", True)):
            every = list(pool.map(partial(seen, unseen_style=few), seeds, chunksize=4))
            errors = np.array([one.errors for one in every if one.errors])
            far = f"landmarks off by {errors.mean():.2%} of the distance of the eyes (worst: {_worst(errors)})"
            told(f"{len(every)} characters in {style}: a face in {len(errors)}, {far}")
            overlaps = {part: [one.overlaps[part] for one in every if part in one.overlaps] for part in PARTS}
            told("  IoU " + ", ".join(f"{part} {np.mean(some):.3f}" for part, some in overlaps.items() if some))
        rows = np.concatenate(list(pool.map(partial(posed, poses=poses), range(FIRST, FIRST + posed_characters))))
    means = rows.mean(axis=0)
    told(f"{len(rows)} pictures of {posed_characters} characters: rigged PSNR {means[0]:.2f} dB, SSIM {means[1]:.3f}; "
         f"moved as a whole {means[2]:.2f} dB, {means[3]:.3f}")  # fmt: skip


def _worst(errors: Plane) -> str:
    means = errors.mean(axis=0)
    return f"{LANDMARKS[int(means.argmax())]}, {means.max():.1%}"


def _head(landmarks: Plane) -> tuple[slice, slice]:
    """The square around the head, ears and hair too."""
    crown, chin = (landmarks[LANDMARKS.index(name)] for name in ("crown", "chin"))
    (x, y), half = (crown + chin) / 2, 0.55 * float(np.hypot(*(chin - crown)))
    return np.s_[int(y - half) : int(y + half), int(x - half) : int(x + half)]


def _on_grey(pixels: Pixels) -> Plane:
    alpha = pixels[..., 3:].astype(np.float32) / 255
    return np.asarray(pixels[..., :3] * alpha + GREY * (1 - alpha), np.float32)


@cache
def _finder() -> Finder:
    return Finder()
