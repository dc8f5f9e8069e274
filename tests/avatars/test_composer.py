"""The characters that ship: their folders keep the puppet format's promises, and our painter makes them."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vtuber_app.avatars.rig import format
from vtuber_app.avatars.rig.format import Brow, Eye, Image, Layer, Mouth, Rig
from vtuber_app.core import paths

SHIPPED = sorted(path.parent for path in (paths.assets() / "avatars").glob("*/puppet.json"))
SIZE_LIMIT = 12e6


@pytest.fixture(params=SHIPPED, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


@pytest.fixture
def rig(folder: Path) -> Rig:
    return format.load(folder)


def read(path: Path) -> NDArray[np.uint8]:
    pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert pixels is not None, path
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA), np.uint8)


def images(rig: Rig) -> list[Image]:
    found: list[Image] = []
    for part in rig.parts:
        if isinstance(part, Layer | Brow):
            found.append(part)
        elif isinstance(part, Eye):
            found += [image for _, image in part if isinstance(image, Image)]
    return found


def test_at_least_four_ship_within_the_size_limit() -> None:
    assert len(SHIPPED) >= 4
    assert sum(file.stat().st_size for folder in SHIPPED for file in folder.rglob("*.png")) < SIZE_LIMIT


def test_has_a_face_two_eyes_two_brows_and_a_mouth(rig: Rig) -> None:
    assert [part.name for part in rig.parts if isinstance(part, Layer)].count("face") == 1
    assert sorted(part.side for part in rig.parts if isinstance(part, Eye)) == ["left", "right"]
    assert sorted(part.side for part in rig.parts if isinstance(part, Brow)) == ["left", "right"]
    assert sum(isinstance(part, Mouth) for part in rig.parts) == 1


def test_the_left_eye_is_on_the_pictures_right(rig: Rig) -> None:
    for part in rig.parts:
        if isinstance(part, Eye):
            assert (part.upper[0][0] > rig.canvas / 2) == (part.side == "left")


def test_layers_lie_inside_the_canvas_and_no_file_is_left_over(folder: Path, rig: Rig) -> None:
    used = set()
    for image in images(rig):
        pixels = read(folder / image.file)
        height, width = pixels.shape[:2]
        assert pixels.shape[2] == 4
        assert image.at[0] >= 0
        assert image.at[1] >= 0
        assert image.at[0] + width <= rig.canvas
        assert image.at[1] + height <= rig.canvas
        assert pixels[..., 3].max() > 0
        used.add(folder / image.file)
    assert used == set((folder / "layers").iterdir())


def test_lids_grow_in_x_and_meet_between_open_lids(rig: Rig) -> None:
    for part in rig.parts:
        if isinstance(part, Eye):
            upper, lower, closed = (np.array(line) for line in (part.upper, part.lower, part.closed))
            for line in (upper, lower, closed, np.array(part.smile)):
                assert (np.diff(line[:, 0]) > 0).all()
            middle = float(upper[:, 0].mean())
            at = [float(np.interp(middle, line[:, 0], line[:, 1])) for line in (upper, closed, lower)]
            assert at[0] < at[1] <= at[2]


def test_the_head_is_framed_as_talking_head_anime_wants(folder: Path, rig: Rig) -> None:
    face = next(part for part in rig.parts if isinstance(part, Layer) and part.name == "face")
    skin = read(folder / face.file)[..., 3] > 128
    x = face.at[0] + np.nonzero(skin.any(axis=0))[0]
    chin = face.at[1] + np.nonzero(skin.any(axis=1))[0][-1]
    assert rig.canvas * 3 / 8 < x[0] < x[-1] < rig.canvas * 5 / 8
    assert abs((x[0] + x[-1]) / 2 - rig.canvas / 2) < 4
    assert abs(chin / rig.canvas - 0.37) < 0.01
    picture = read(folder / "picture.png")[..., 3] > 128
    crown = np.nonzero(picture[:, 250:262].any(axis=1))[0][0]  # an ahoge may stand out above it
    assert 512 / 8 - 32 < crown < 512 / 8 + 8
    assert np.nonzero(picture.any(axis=1))[0][-1] > 360, "at least waist-up"


@pytest.mark.parametrize(("name", "size"), [("picture", 512), ("portrait", 512)])
def test_pictures_come_in_two_sizes_with_clean_clear_pixels(folder: Path, name: str, size: int) -> None:
    for file, side in ((f"{name}.png", size), (f"{name}_1024.png", 2 * size)):
        pixels = read(folder / file)
        assert pixels.shape == (side, side, 4)
        assert not pixels[pixels[..., 3] == 0].any()
        assert (pixels[..., 3] == 255).mean() > 0.1


def test_pictures_are_composed_of_the_layers(folder: Path, rig: Rig) -> None:
    pytest.importorskip("skia", reason="skia-python paints the mouth of the flat picture")
    from vtuber_app.avatars.composer.flat import flatten

    canvas = flatten(rig, {image.file: read(folder / image.file) for image in images(rig)})
    assert np.array_equal(canvas.straight(512), read(folder / "picture.png"))
    assert np.array_equal(canvas.straight(512, rig.portrait), read(folder / "portrait.png"))


@pytest.mark.slow
def test_painting_is_deterministic_and_gives_what_ships(tmp_path: Path) -> None:
    pytest.importorskip("skia", reason="skia-python paints")
    from vtuber_app.avatars.composer.__main__ import main

    name = SHIPPED[0].name
    for run in ("one", "two"):
        assert main([str(tmp_path / run), name]) == 0
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert len(files) > 20
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file
    painted, shipped = read(tmp_path / "one" / name / "portrait.png"), read(SHIPPED[0] / "portrait.png")
    assert np.abs(painted.astype(int) - shipped.astype(int)).mean() < 0.5


def test_something_worn_on_a_layer_that_is_not_there_is_refused() -> None:
    pytest.importorskip("skia", reason="skia-python paints")
    from vtuber_app.avatars.composer.accessories import Choker, Headphones
    from vtuber_app.avatars.composer.character import Drawing
    from vtuber_app.avatars.composer.clothes import Build, Outfit
    from vtuber_app.avatars.composer.palette import Skin
    from vtuber_app.avatars.composer.presets import MIKA

    class Bodice:
        def paint(self, build: Build, skin: Skin) -> Outfit:
            return replace(MIKA.garment.paint(build, skin), front=None)

    worn = Choker((0, 0, 0), (255, 255, 0)), Headphones((0, 0, 0), (255, 255, 255))
    with pytest.raises(ValueError, match=r"Mika.*: collar$"):
        Drawing(replace(MIKA, garment=Bodice(), accessories=worn))


def test_an_unknown_name_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("skia", reason="skia-python paints")
    from vtuber_app.avatars.composer.__main__ import main

    assert main([str(tmp_path), "nobody"]) == 2
    assert "usage" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
