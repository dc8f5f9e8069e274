"""Flat pictures become puppets, by the network that comes with the program."""

from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from vtuber_app.avatars import gallery, pictures
from vtuber_app.avatars.autorig import importing
from vtuber_app.avatars.autorig.find import Finder
from vtuber_app.avatars.autorig.found import LANDMARKS, Found
from vtuber_app.avatars.rig import format
from vtuber_app.avatars.rig.writing import write_png
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError
from vtuber_app.tools.rig import rigged

SHIPPED = ("sora", "mika", "ren", "hina", "rin", "yuu")


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder()


def flat(name: str) -> Path:
    return paths.assets() / "avatars" / name / "picture_1024.png"


@pytest.mark.parametrize("name", SHIPPED)
def test_eyes_and_mouth_of_the_shipped_characters_are_found(finder: Finder, name: str) -> None:
    """They were drawn by hand-set traits, none of which was ever drawn by lot."""
    found = finder.find(pictures.read(flat(name)))
    rig = format.load(paths.assets() / "avatars" / name)
    for eye in (part for part in rig.parts if isinstance(part, format.Eye)):
        middle = np.mean([*eye.upper, *eye.lower], axis=0) / 2
        x, y = found.at(f"{eye.side} iris")[0]
        assert np.hypot(x - middle[0], y - middle[1]) < 0.12 * found.apart
    mouth = next(part for part in rig.parts if isinstance(part, format.Mouth))
    corners = found.at("mouth right", "mouth left").mean(axis=0)
    assert np.hypot(*(corners - np.array(mouth.centre) / 2)) < 0.15 * found.apart


def test_a_picture_becomes_a_puppets_folder(tmp_path: Path) -> None:
    doubts = rigged(flat("hina"), tmp_path / "puppet", tmp_path / "debug.png")
    assert doubts == []
    avatar = gallery.load(tmp_path / "puppet")
    assert avatar.pixels.shape == (512, 512, 4)
    kinds = [part.kind for part in format.load(tmp_path / "puppet").parts]
    assert kinds.count("eye") == 2
    assert kinds.count("brow") == 2
    assert kinds.count("mouth") == 1
    assert pictures.read(tmp_path / "debug.png").shape[2] == 4
    with pytest.raises(SettingsError, match="there already"):
        rigged(flat("hina"), tmp_path / "puppet")


def test_a_picture_on_white_gives_the_same_face(finder: Finder, tmp_path: Path) -> None:
    clear = pictures.read(flat("ren"))
    alpha = clear[..., 3:].astype(np.float32) / 255
    white = np.dstack([(clear[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8), np.full(clear.shape[:2], 255)])
    write_png(tmp_path / "white.png", cv2.resize(white.astype(np.uint8), (900, 900), interpolation=cv2.INTER_AREA))
    ours = importing.imported(flat("ren"), finder).found
    theirs = importing.imported(tmp_path / "white.png", finder).found
    side = [1.0 / importing.canvas(one) for one in (ours, theirs)]
    assert np.abs(ours.landmarks * side[0] - theirs.landmarks * side[1]).mean() < 0.01


@pytest.mark.parametrize("what", ["noise", "disc"])
def test_what_shows_no_face_is_refused_in_words(what: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    picture = np.zeros((300, 300, 4), np.uint8)
    cv2.circle(picture, (150, 150), 120, (90, 140, 200, 255), -1)
    if what == "noise":
        picture[..., :3] = rng.integers(0, 255, (300, 300, 3))
        picture[..., 3] = np.where(picture[..., 3] > 0, 255, 0)
    write_png(tmp_path / "picture.png", picture)
    with pytest.raises(SettingsError, match="No drawn face"):
        rigged(tmp_path / "picture.png", tmp_path / "puppet")
    assert not (tmp_path / "puppet").exists()


def test_landmarks_of_fresh_characters_are_found(finder: Finder) -> None:
    pytest.importorskip("skia", reason="skia-python paints")
    from vtuber_app.avatars.composer import dna, truth
    from vtuber_app.avatars.rig.bend import Motion
    from vtuber_app.avatars.rig.face import REST

    errors, overlaps = [], []
    for one in islice(dna.batch(900_001), 5):
        rest = truth.Model(one, 1024).sit(Motion(), REST)
        found = finder.find(rest.picture)
        errors.append(np.hypot(*(found.landmarks - rest.landmarks).T) / found.apart)
        for part in ("skin", "hair", "body", "neck", "white", "iris"):
            mine, theirs = found.of(part), Found(rest.landmarks, rest.masks).of(part)
            overlaps.append((mine & theirs).sum() / (mine | theirs).sum())
    assert len(LANDMARKS) == len(errors[0])
    assert np.mean(errors) < 0.03
    assert np.mean(overlaps) > 0.9
