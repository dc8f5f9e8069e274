"""A face's recorded motion, and its file: what `track` writes, `replay` plays and the training tools read."""

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.errors import SettingsError
from vtuber_app.core.types import BLENDSHAPES, INDEX, FaceState

BROKEN = (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What NumPy and the archive's reader raise for damaged files."""
NAMES = {name.lower(): index for name, index in INDEX.items()}


@dataclass(frozen=True, eq=False)
class Motion:
    """A face over T moments; units and axes as in `FaceState`.

    Attributes:
        blendshapes: (T, 52) in 0…1, in the order of `BLENDSHAPES`.
        rotation: (T, 3) pitch, yaw, roll, rad.
        translation: (T, 3) m.
        detected: (T,) bool, whether there was a face; the other values are meaningless where not.
        time: (T,) s, strictly growing.
    """

    blendshapes: NDArray[np.float32]
    rotation: NDArray[np.float32]
    translation: NDArray[np.float32]
    detected: NDArray[np.bool_]
    time: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, index: int) -> FaceState | None:
        """The face at that moment, or None if there was none."""
        if not self.detected[index]:
            return None
        return FaceState(self.blendshapes[index], self.rotation[index], self.translation[index])

    @classmethod
    def of(cls, faces: Sequence[FaceState | None], times: Sequence[float]) -> Self:
        """Gather faces, None where there was none, and their times."""
        nobody = FaceState()
        found = [face or nobody for face in faces]
        return cls(
            blendshapes=np.array([face.blendshapes for face in found], np.float32).reshape(-1, len(BLENDSHAPES)),
            rotation=np.array([face.rotation for face in found], np.float32).reshape(-1, 3),
            translation=np.array([face.translation for face in found], np.float32).reshape(-1, 3),
            detected=np.array([face is not None for face in faces], np.bool_),
            time=np.array(times, np.float64),
        )


def save(motion: Motion, path: Path) -> None:
    """Write exactly that file, whose folder is made if need be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            np.savez_compressed(
                file,
                blendshapes=motion.blendshapes,
                names=np.array(BLENDSHAPES),
                rotation=motion.rotation,
                translation=motion.translation,
                detected=motion.detected,
                time=motion.time,
            )
    except OSError as error:
        raise SettingsError(f"The motion can't be written to {path}: {error.strerror or error}.") from error


def load(path: Path) -> Motion:
    """Read a motion file; blendshapes are found by name, missing ones are zero. SettingsError if it is none."""
    if not path.is_file():
        raise SettingsError(f"There is no motion file {path}.")
    try:
        with path.open("rb") as file:
            if not zipfile.is_zipfile(file):
                raise ValueError("it is no npz archive")
            file.seek(0)
            with np.load(file, allow_pickle=False) as arrays:
                return _motion({name: arrays[name] for name in arrays.files})
    except BROKEN as error:
        reason = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        raise SettingsError(
            f"{path} is no motion file ({reason}). Make one with: vtuber-app track VIDEO --out FILE.npz"
        ) from error


def _motion(arrays: dict[str, NDArray[Any]]) -> Motion:
    """Check the arrays of a file and put its blendshapes in our order; ValueError or KeyError if they don't fit."""
    time = arrays["time"].astype(np.float64)
    if time.ndim != 1 or not len(time):
        raise ValueError("it holds no moments")
    names = [str(name).lower() for name in arrays["names"].ravel()]
    weights = _shaped(arrays["blendshapes"], (len(time), len(names)), "blendshapes")
    blendshapes = np.zeros((len(time), len(BLENDSHAPES)), np.float32)
    for column, name in enumerate(names):
        if name in NAMES:
            blendshapes[:, NAMES[name]] = weights[:, column]
    motion = Motion(
        blendshapes=blendshapes.clip(0, 1),
        rotation=_shaped(arrays["rotation"], (len(time), 3), "rotation"),
        translation=_shaped(arrays["translation"], (len(time), 3), "translation"),
        detected=_shaped(arrays["detected"], (len(time),), "detected") > 0.5,
        time=time,
    )
    if not np.isfinite(time).all() or (np.diff(time) <= 0).any():
        raise ValueError("its times do not grow")
    for values in (motion.blendshapes, motion.rotation, motion.translation):
        if not np.isfinite(values[motion.detected]).all():
            raise ValueError("it holds values that are no numbers")
        values.setflags(write=False)
    return motion


def _shaped(values: NDArray[Any], shape: tuple[int, ...], name: str) -> NDArray[np.float32]:
    if values.shape != shape:
        raise ValueError(f"{name} is {values.shape} instead of {shape}")
    return values.astype(np.float32)
