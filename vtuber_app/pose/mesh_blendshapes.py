"""From the 478 points of the face mesh to the 52 ARKit blendshapes.

A small network, trained by `tools/train/mesh_blendshapes.py` on meshes of real and varied faces, reads the points as
they are seen, freed of place and size. Its coefficients lie beside this file.
"""

from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

LEAK = np.float32(0.1)


class MeshBlendshapes:
    """The network; a call takes some 50 µs."""

    def __init__(self) -> None:
        with (files(__package__) / "mesh_blendshapes.npz").open("rb") as file, np.load(file) as stored:
            self.points: NDArray[np.intp] = stored["points"].astype(np.intp)
            self.mean: Array = stored["mean"].astype(np.float32)
            n_layers = sum(name.startswith("weight") for name in stored.files)
            self.layers: list[tuple[Array, Array]] = [
                (stored[f"weight{i}"].astype(np.float32), stored[f"bias{i}"].astype(np.float32))
                for i in range(n_layers)
            ]

    def __call__(self, points: Array) -> Array:
        """Read one face.

        Args:
            points: (478, 2 or more) of the face mesh, px: x right, y down.

        Returns:
            (52,) in 0…1, in the order of `BLENDSHAPES`.
        """
        x = normalised(points[self.points, :2]).ravel() - self.mean
        for weight, bias in self.layers[:-1]:
            x = x @ weight + bias
            x = np.maximum(x, LEAK * x)
        weight, bias = self.layers[-1]
        return np.asarray(1 / (1 + np.exp(-(x @ weight + bias))), np.float32)


def normalised(points: Array) -> Array:
    """(…, K, 2) px to y up, with their centre at 0 and their mean distance from it 1."""
    centred = (points - points.mean(-2, keepdims=True)) * np.array([1, -1], np.float32)
    size = np.linalg.norm(centred, axis=-1).mean(-1)[..., None, None]
    return np.asarray(centred / np.maximum(size, 1e-6), np.float32)
