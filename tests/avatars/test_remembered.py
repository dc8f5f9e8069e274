"""What was cut out of a flat picture, and is not cut again."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.animators.doll import Doll
from vtuber_app.avatars import gallery, keep, pictures
from vtuber_app.avatars.autorig import importing, remembered
from vtuber_app.avatars.rig import format
from vtuber_app.avatars.rig.textures import Pixels
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError

TOOK = 0.3
"""Cutting, s."""


@pytest.fixture
def doll(tmp_path: Path) -> Path:
    Doll().write(tmp_path / "doll")
    return tmp_path / "doll"


@pytest.fixture(scope="module")
def pixels() -> Pixels:
    """The picture of a character that ships, small."""
    return cv2.resize(
        pictures.read(gallery.find("hina") / "picture_1024.png"), (512, 512), interpolation=cv2.INTER_AREA
    )


@pytest.fixture
def counted(doll: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often something was to be cut. What comes of it takes as long, but is a doll of plain shapes."""
    calls: list[str] = []

    def rigged(pixels: Pixels, name: str) -> importing.Imported:
        calls.append(name)
        if len(np.unique(pixels)) < 10:
            raise SettingsError("No face was found.")
        time.sleep(TOOK)
        rig = format.load(doll)
        layers = {file: pictures.read(doll / file) for file in keep.named_files(rig.model_dump())}
        return importing.Imported(pixels, None, rig.model_copy(update={"name": name}), layers, ["soft"])  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "rigged", rigged)
    return lambda: len(calls)


def test_a_picture_is_cut_once(pixels: Pixels, counted: Callable[[], int]) -> None:
    assert not remembered.known(pixels)
    began = time.perf_counter()
    first = remembered.cut(pixels, "one")
    between = time.perf_counter()
    again = remembered.cut(pixels.copy(), "another")
    assert time.perf_counter() - between < (between - began) / 2
    assert remembered.known(pixels)
    assert counted() == 1
    assert again.rig == first.rig.model_copy(update={"name": "another"})
    assert again.doubts == first.doubts
    assert again.pictures.keys() == first.pictures.keys()
    for file, layer in first.pictures.items():
        one, other = (cv2.cvtColor(seen, cv2.COLOR_RGBA2mRGBA) for seen in (layer, again.pictures[file]))
        np.testing.assert_array_equal(one, other)


def test_another_picture_is_another(pixels: Pixels, counted: Callable[[], int]) -> None:
    remembered.cut(pixels, "one")
    other = pixels.copy()
    other[0, 0] = (1, 2, 3, 255)
    assert not remembered.known(other)
    remembered.cut(other, "one")
    assert counted() == 2


def test_that_no_face_was_found_is_remembered_too(counted: Callable[[], int]) -> None:
    plain = np.zeros((96, 64, 4), np.uint8)
    plain[20:, 10:50] = (200, 50, 50, 255)
    said = []
    for _ in range(2):
        with pytest.raises(SettingsError) as caught:
            remembered.cut(plain, "card")
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert counted() == 1


def test_what_is_damaged_is_made_anew(pixels: Pixels, counted: Callable[[], int]) -> None:
    remembered.cut(pixels, "one")
    (folder,) = (paths.cache() / "cuts").iterdir()
    for number, spoil in enumerate(
        (
            lambda: (folder / "face.png").write_bytes(b"?"),
            (folder / "puppet.json").unlink,
            lambda: (folder / remembered.ABOUT).write_text("{}"),
        )
    ):
        spoil()
        assert remembered.cut(pixels, "one").pictures
        assert counted() == number + 2
        assert remembered.cut(pixels, "one").pictures
        assert counted() == number + 2


@pytest.mark.usefixtures("counted")
def test_the_cache_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 2)
    pictures_ = [np.full((16, 16, 4), value, np.uint8) for value in (10, 20, 30)]
    for age, one in enumerate(pictures_[:2]):
        with pytest.raises(SettingsError):
            remembered.cut(one, "x")
        os.utime(remembered._folder(one), (1000 + age,) * 2)
    with pytest.raises(SettingsError):  # the older one is asked for, so the other is the first to go
        remembered.cut(pictures_[0], "x")
    with pytest.raises(SettingsError):
        remembered.cut(pictures_[2], "x")
    assert [remembered.known(one) for one in pictures_] == [True, False, True]


@pytest.mark.usefixtures("counted")
def test_a_cache_that_cannot_be_written_is_no_hindrance(pixels: Pixels) -> None:
    shutil.rmtree(paths.cache(), ignore_errors=True)
    paths.cache().parent.mkdir(parents=True, exist_ok=True)
    paths.cache().write_text("a file where the folder should be")
    assert remembered.cut(pixels, "one").pictures
    assert not remembered.known(pixels)
