"""Deterministic weights and inputs for checking a network against its published reference.

A parity case is one network of a published system.  Its manifest lists every key of the
official checkpoint's state dict with its shape and dtype.  `weights(manifest)` fills those
keys with numbers that depend only on the key's name and shape, so that anyone can rebuild
the very same weights, load them into another implementation, and compare its outputs with
the ones the reference implementation gave (recorded in the case's `expected.npz`).

NumPy only; the same bits on every platform (PCG64, float32 rounding at the end).
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import numpy as np


def _rng(name: str) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(zlib.crc32(name.encode("utf-8"))))


def tensor(key: str, shape: tuple[int, ...], dtype: str = "float32") -> np.ndarray:
    """Return the agreed values of the state-dict entry `key`.

    - integer entries (`num_batches_tracked`) are 0
    - `*running_var` is uniform in [0.5, 1.5); `*running_mean` is 0.1 * N(0, 1)
    - 1-D `*weight` (normalisation scales) is 1 + 0.1 * N(0, 1)
    - other 0-D and 1-D entries (biases) are 0.1 * N(0, 1)
    - entries of two or more axes are N(0, 1) / sqrt(fan_in), fan_in = product of all axes but the first
    """
    if np.issubdtype(np.dtype(dtype), np.integer):
        return np.zeros(shape, dtype=dtype)
    rng = _rng(key)
    if key.endswith("running_var"):
        value = rng.uniform(0.5, 1.5, size=shape)
    elif key.endswith("running_mean"):
        value = 0.1 * rng.standard_normal(shape)
    elif len(shape) <= 1 and key.endswith("weight"):
        value = 1.0 + 0.1 * rng.standard_normal(shape)
    elif len(shape) <= 1:
        value = 0.1 * rng.standard_normal(shape)
    else:
        value = rng.standard_normal(shape) / np.sqrt(np.prod(shape[1:]))
    return np.asarray(value, dtype=dtype)


def weights(manifest: dict) -> dict[str, np.ndarray]:
    """Build the whole state dict of a manifest: {"state_dict": [[key, shape, dtype], ...]}.

    Two optional fields of the manifest refine it: `constants`, buffers that a constructor sets ([{"keys", "value"}]),
    and `adjust`, {key: [times, plus]}, which brings a drawn tensor to the range its network works in.
    """
    drawn = {key: tensor(key, tuple(shape), dtype) for key, shape, dtype in manifest["state_dict"]}
    for constant in manifest.get("constants", []):
        drawn.update({key: np.asarray(constant["value"], dtype=np.float32) for key in constant["keys"]})
    for key, (times, plus) in manifest.get("adjust", {}).items():
        drawn[key] = (drawn[key] * np.float32(times) + np.float32(plus)).astype(np.float32)
    return drawn


def array(name: str, shape: tuple[int, ...], low: float = -1.0, high: float = 1.0) -> np.ndarray:
    """Return the agreed input `name`: uniform in [low, high), smooth over the last two axes when 4-D.

    Images are drawn on a grid 8 times coarser and enlarged bilinearly (as a picture is
    smooth), so that warps are compared on something that does not alias.
    """
    rng = _rng(name)
    if len(shape) != 4:
        return rng.uniform(low, high, size=shape).astype(np.float32)
    n, c, h, w = shape
    coarse = rng.uniform(low, high, size=(n, c, max(h // 8, 2), max(w // 8, 2)))
    return np.ascontiguousarray(_enlarge(coarse, h, w), dtype=np.float32)


def _enlarge(grid: np.ndarray, h: int, w: int) -> np.ndarray:
    y = np.linspace(0, grid.shape[2] - 1, h)
    x = np.linspace(0, grid.shape[3] - 1, w)
    y0, x0 = np.floor(y).astype(int), np.floor(x).astype(int)
    y1, x1 = np.minimum(y0 + 1, grid.shape[2] - 1), np.minimum(x0 + 1, grid.shape[3] - 1)
    fy, fx = (y - y0)[:, None], (x - x0)[None, :]
    top = grid[:, :, y0][:, :, :, x0] * (1 - fx) + grid[:, :, y0][:, :, :, x1] * fx
    bottom = grid[:, :, y1][:, :, :, x0] * (1 - fx) + grid[:, :, y1][:, :, :, x1] * fx
    return top * (1 - fy) + bottom * fy


def summary(value: np.ndarray, stride: int = 1) -> dict[str, np.ndarray]:
    """What `expected.npz` keeps of one output: every `stride`-th row and column, and whole-array moments."""
    value = np.asarray(value, dtype=np.float32)
    kept = value[..., ::stride, ::stride] if value.ndim >= 3 else value
    moments = np.array([value.mean(dtype=np.float64), value.std(dtype=np.float64), np.abs(value).sum(dtype=np.float64)])
    return {"kept": kept, "moments": moments, "shape": np.array(value.shape), "stride": np.array(stride)}


def save_expected(folder: Path, outputs: dict[str, np.ndarray], stride: int = 1) -> None:
    flat = {f"{name}/{part}": v for name, out in outputs.items() for part, v in summary(out, stride).items()}
    np.savez_compressed(Path(folder) / "expected.npz", **flat)


def compare(folder: Path, outputs: dict[str, np.ndarray]) -> dict[str, float]:
    """Relative error per recorded output: the norm of the difference over the norm of the reference.

    Raises on a wrong shape or a missing output.
    """
    errors = {}
    with np.load(Path(folder) / "expected.npz") as expected:
        names = sorted({k.rsplit("/", 1)[0] for k in expected.files})
        for name in names:
            if name not in outputs:
                raise KeyError(f"{folder}: output {name!r} is missing")
            want_shape = tuple(expected[f"{name}/shape"])
            got = np.asarray(outputs[name], dtype=np.float32)
            if got.shape != want_shape:
                raise ValueError(f"{folder}: {name} has shape {got.shape}, the reference has {want_shape}")
            mine = summary(got, int(expected[f"{name}/stride"]))
            want = expected[f"{name}/kept"]
            kept = np.linalg.norm(mine["kept"] - want) / max(np.linalg.norm(want), 1e-12)
            total = abs(mine["moments"][2] - expected[f"{name}/moments"][2]) / max(
                expected[f"{name}/moments"][2], 1e-12
            )
            errors[name] = float(max(kept, total)) if np.isfinite(got).all() else float("inf")
    return errors


def load_manifest(folder: Path) -> dict:
    return json.loads((Path(folder) / "manifest.json").read_text())
