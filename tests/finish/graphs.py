"""Small networks of pictures, made by the tests that need them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from vtuber_app.core.types import Frame

FLOAT, HALF, BYTE = TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.UINT8
FREE = ("height", "width")
NHWC, NCHW = [0, 2, 3, 1], [0, 3, 1, 2]


def save(
    path: Path,
    nodes: Sequence[Any],
    inputs: dict[str, tuple[int, Sequence[Any] | None]],
    constants: dict[str, Any] | None = None,
    outputs: Sequence[str] = ("out",),
) -> Path:
    """Write a graph; inputs are types and shapes by name, and every output is of the first input's type."""
    first = next(iter(inputs.values()))[0]
    graph = helper.make_graph(
        list(nodes),
        "graph",
        [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in inputs.items()],
        [helper.make_tensor_value_info(name, first, None) for name in outputs],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in (constants or {}).items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(path))
    return path


def enlarging(
    path: Path, factor: int = 2, kind: int = FLOAT, size: Sequence[Any] = FREE, batch: Any = 1, channels: int = 3
) -> Path:
    """An upscaler that repeats pixels, which every number type can."""
    resize = helper.make_node("Resize", ["x", "", "scales"], ["out"], mode="nearest", nearest_mode="floor",
                              coordinate_transformation_mode="asymmetric")  # fmt: skip
    scales = np.array([1, 1, factor, factor], np.float32)
    return save(path, [resize], {"x": (kind, [batch, channels, *size])}, {"scales": scales})


def mean_of_two(path: Path, kind: int = FLOAT, size: Sequence[Any] = FREE) -> Path:
    """An interpolator that mixes."""
    half = np.array(0.5, np.float16 if kind == HALF else np.float32)
    nodes = [helper.make_node("Add", ["a", "b"], ["sum"]), helper.make_node("Mul", ["sum", "half"], ["out"])]
    shape = [1, 3, *size]
    return save(path, nodes, {"a": (kind, shape), "b": (kind, shape)}, {"half": half})


def mixing_at(path: Path, moment: Sequence[Any] = (1,)) -> Path:
    """An interpolator that takes the moment: a + moment (b - a)."""
    nodes = [
        helper.make_node("Sub", ["b", "a"], ["way"]),
        helper.make_node("Mul", ["way", "moment"], ["part"]),
        helper.make_node("Add", ["a", "part"], ["out"]),
    ]
    shape = [1, 3, *FREE]
    return save(path, nodes, {"a": (FLOAT, shape), "b": (FLOAT, shape), "moment": (FLOAT, moment)})


def stacked(path: Path, channels: int) -> Path:
    """The same with both pictures in one input, and with 7 channels the moment behind them."""
    cuts = {"ends": np.array([3, 3, 1][: 2 + (channels == 7)], np.int64), "half": np.array(0.5, np.float32)}
    parts = ["a", "b", *(["moment"] if channels == 7 else [])]
    nodes = [
        helper.make_node("Split", ["x", "ends"], parts, axis=1),
        helper.make_node("Sub", ["b", "a"], ["way"]),
        helper.make_node("Mul", ["way", "moment" if channels == 7 else "half"], ["part"]),
        helper.make_node("Add", ["a", "part"], ["out"]),
    ]
    return save(path, nodes, {"x": (FLOAT, [1, channels, *FREE])}, cuts)


def disc(moment: float = 0.0, size: int = 64, shift: float = 0.0) -> Frame:
    """An orange disc with a soft outline on nothing, moved to the right by `shift` px."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    pixels = np.zeros((size, size, 4), np.uint8)
    opacity = np.clip(0.3 * size - np.hypot(x - shift, y) + 0.5, 0, 1)
    pixels[..., 3] = np.rint(255 * opacity)
    pixels[pixels[..., 3] > 0, :3] = (250, 120, 30)
    pixels.setflags(write=False)
    return Frame(pixels, moment)
