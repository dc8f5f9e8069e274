"""ONNX files of every make: what they are is found out, what can't be used is refused with a sentence."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from graphs import BYTE, FLOAT, FREE, HALF, NCHW, NHWC, enlarging, mean_of_two, mixing_at, save, stacked
from numpy.typing import NDArray
from onnx import helper

from vtuber_app.core.errors import EngineError, SettingsError, WeightsError
from vtuber_app.finish import models
from vtuber_app.finish.onnx_picture import NotNumbers, PictureModel

RNG = np.random.default_rng(1)


def noise(height: int = 50, width: int = 37) -> NDArray[np.uint8]:
    return RNG.integers(0, 256, (height, width, 3), np.uint8)


def repeated(pixels: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)


@pytest.mark.parametrize("kind", [FLOAT, HALF, BYTE])
@pytest.mark.parametrize("factor", [2, 4])
def test_an_upscaler_of_any_number_type(tmp_path: Path, kind: int, factor: int) -> None:
    model = PictureModel(enlarging(tmp_path / "up.onnx", factor, kind))
    pixels = noise()
    assert (model.task, model.factor, model.notice) == ("upscale", factor, None)
    assert (model(pixels) == repeated(pixels, factor)).all()


@pytest.mark.parametrize("size", [(64, 64), (64, "width"), FREE, (None, None)])
def test_smaller_pictures_are_padded_to_what_it_takes(tmp_path: Path, size: Any) -> None:
    model = PictureModel(enlarging(tmp_path / "up.onnx", size=size, batch="batch"))
    pixels = noise()
    assert (model(pixels) == repeated(pixels, 2)).all()


def test_larger_ones_are_refused(tmp_path: Path) -> None:
    model = PictureModel(enlarging(tmp_path / "up.onnx", size=(64, 64)))
    with pytest.raises(EngineError, match="at most 64x64"):
        model(noise(65, 20))


def test_sides_are_padded_to_the_multiple_it_needs(tmp_path: Path) -> None:
    nodes = [  # to blocks of 8 x 8 and back to 16 x 16, which fails for any other size
        helper.make_node("SpaceToDepth", ["x"], ["deep"], blocksize=8),
        helper.make_node("DepthToSpace", ["deep"], ["same"], blocksize=8),
        helper.make_node("Resize", ["same", "", "scales"], ["out"], mode="nearest"),
    ]
    scales = np.array([1, 1, 2, 2], np.float32)
    model = PictureModel(save(tmp_path / "up.onnx", nodes, {"x": (FLOAT, [1, 3, *FREE])}, {"scales": scales}))
    assert model._multiple == 8
    assert model(noise(50, 37)).shape == (100, 74, 3)


def test_channels_last(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Transpose", ["x"], ["first"], perm=NCHW),
        helper.make_node("Resize", ["first", "", "scales"], ["large"], mode="nearest", nearest_mode="floor",
                         coordinate_transformation_mode="asymmetric"),
        helper.make_node("Transpose", ["large"], ["out"], perm=NHWC),
    ]  # fmt: skip
    scales = np.array([1, 1, 2, 2], np.float32)
    model = PictureModel(save(tmp_path / "up.onnx", nodes, {"x": (FLOAT, [1, *FREE, 3])}, {"scales": scales}))
    pixels = noise()
    assert (model(pixels) == repeated(pixels, 2)).all()


@pytest.mark.parametrize(("taken", "given"), [(1.0, 1.0), (255.0, 255.0), (1.0, 255.0), (255.0, 1.0)])
def test_the_range_of_its_numbers_is_found_out(tmp_path: Path, taken: float, given: float) -> None:
    nodes = [
        helper.make_node("Div", ["x", "taken"], ["unit"]),
        helper.make_node("Clip", ["unit", "zero", "one"], ["clipped"]),
        helper.make_node("Sqrt", ["clipped"], ["root"]),  # no two ranges give the same
        helper.make_node("Mul", ["root", "root"], ["back"]),
        helper.make_node("Mul", ["back", "given"], ["scaled"]),
        helper.make_node("Resize", ["scaled", "", "scales"], ["out"], mode="nearest", nearest_mode="floor",
                         coordinate_transformation_mode="asymmetric"),
    ]  # fmt: skip
    numbers = {"taken": taken, "given": given, "zero": 0.0, "one": 1.0, "scales": np.array([1, 1, 2, 2])}
    constants = {name: np.asarray(value, np.float32) for name, value in numbers.items()}
    model = PictureModel(save(tmp_path / "up.onnx", nodes, {"x": (FLOAT, [1, 3, *FREE])}, constants))
    pixels = noise()
    assert np.abs(model(pixels).astype(int) - repeated(pixels, 2)).max() <= 1


@pytest.mark.parametrize(
    "make",
    [
        mean_of_two,
        lambda path: mean_of_two(path, HALF),
        lambda path: mean_of_two(path, size=(64, 64)),
        mixing_at,
        lambda path: mixing_at(path, ()),
        lambda path: mixing_at(path, (1, 1)),
        lambda path: mixing_at(path, (1, 1, 1, 1)),
        lambda path: mixing_at(path, (1, 1, *FREE)),
        lambda path: stacked(path, 6),
        lambda path: stacked(path, 7),
    ],
)
def test_an_interpolator_of_any_make(tmp_path: Path, make: Any) -> None:
    model = PictureModel(make(tmp_path / "between.onnx"))
    first, second = noise(), noise()
    assert model.task == "interpolate"
    wanted = (first.astype(float) + second) / 2
    assert np.abs(model(first, second) - wanted).max() <= 1


def two_results(path: Path) -> Path:
    nodes = [helper.make_node("Identity", ["x"], ["out"]), helper.make_node("Identity", ["x"], ["more"])]
    return save(path, nodes, {"x": (FLOAT, [1, 3, *FREE])}, outputs=("out", "more"))


def three_pictures(path: Path) -> Path:
    shape = [1, 3, *FREE]
    return save(path, [helper.make_node("Sum", ["a", "b", "c"], ["out"])], {name: (FLOAT, shape) for name in "abc"})


def black(path: Path) -> Path:
    nodes = [
        helper.make_node("Mul", ["x", "nothing"], ["dark"]),
        helper.make_node("Resize", ["dark", "", "scales"], ["out"], mode="nearest"),
    ]
    constants = {"nothing": np.float32(0), "scales": np.array([1, 1, 2, 2], np.float32)}
    return save(path, nodes, {"x": (FLOAT, [1, 3, *FREE])}, constants)


def identity(path: Path, shape: Any = (1, 3, *FREE), kind: int = FLOAT) -> Path:
    return save(path, [helper.make_node("Identity", ["x"], ["out"])], {"x": (kind, shape)})


def cut_off(path: Path) -> Path:
    whole = enlarging(path).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def no_onnx(path: Path) -> Path:
    path.write_bytes(b"GIF89a" * 20)
    return path


def missing_node(path: Path) -> Path:
    return save(path, [helper.make_node("Wonder", ["x"], ["out"])], {"x": (FLOAT, [1, 3, *FREE])})


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (two_results, "gives 2 results"),
        (three_pictures, "takes a "),
        (black, "does not look like it"),
        (identity, "leaves pictures as small"),
        (lambda path: identity(path, (1, 1, *FREE)), "takes x"),
        (lambda path: identity(path, (4, 3, *FREE)), "takes 4 pictures at once"),
        (lambda path: identity(path, (1, 3)), "takes x"),
        (lambda path: identity(path, (1, 3, *FREE), 7), "numbers of the kind"),
        (cut_off, "can't be opened"),
        (no_onnx, "can't be opened"),
        (missing_node, "can't be opened"),
    ],
)
def test_what_can_not_be_used_is_refused_with_a_sentence(tmp_path: Path, make: Any, says: str) -> None:
    with pytest.raises(WeightsError, match=says) as refused:
        PictureModel(make(tmp_path / "odd.onnx"))
    assert "odd.onnx" in str(refused.value)


def test_a_picture_without_numbers_is_told_apart(tmp_path: Path) -> None:
    model = PictureModel(roots(tmp_path / "up.onnx"))
    assert model(np.full((20, 20, 3), 100, np.uint8)).shape == (40, 40, 3)
    with pytest.raises(NotNumbers, match="no numbers"):
        model(np.full((20, 20, 3), 255, np.uint8))


def roots(path: Path) -> Path:
    """An upscaler that fails on white: 0.99 - x has no root there."""
    nodes = [
        helper.make_node("Sub", ["limit", "x"], ["rest"]),
        helper.make_node("Sqrt", ["rest"], ["root"]),
        helper.make_node("Mul", ["root", "root"], ["square"]),
        helper.make_node("Sub", ["limit", "square"], ["same"]),
        helper.make_node("Resize", ["same", "", "scales"], ["out"], mode="nearest", nearest_mode="floor",
                         coordinate_transformation_mode="asymmetric"),
    ]  # fmt: skip
    constants = {"limit": np.float32(0.99), "scales": np.array([1, 1, 2, 2], np.float32)}
    return save(path, nodes, {"x": (FLOAT, [1, 3, *FREE])}, constants)


def test_models_are_known_by_name_in_a_models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTUBER_MODELS", str(tmp_path))
    file = enlarging(tmp_path / "upscale/crisp.onnx")
    assert "crisp" in models.names("upscale")
    assert "crisp" not in models.names("interpolate")
    assert models.find("upscale", Path("crisp")) == models.find("upscale", Path("crisp.onnx")) == file
    assert models.find("interpolate", file) == file
    with pytest.raises(SettingsError, match="crisp"):
        models.find("upscale", Path("blurred"))
