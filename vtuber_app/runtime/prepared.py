"""What is made of a poser's weights once for this machine, and kept: exported steps, the reference picture, timings."""

import hashlib
import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core import paths
from vtuber_app.core.errors import EngineError
from vtuber_app.runtime.plan import Arrays, Plan, Step
from vtuber_app.runtime.route import Precision

if TYPE_CHECKING:
    from torch import Tensor, nn

log = logging.getLogger(__name__)

OPSET = 20
"""The first with GridSample's present form."""
CODE = (*sorted((Path(__file__).parents[1] / "nets").glob("*.py")), Path(__file__))
"""What exported steps are made by."""


class Prepared:
    """Makes what is missing, and finds what was made before. Weights that change make it another folder.

    Attributes:
        measured: What is known of each route by its key: seconds for a picture, or why it was refused.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.folder = paths.cache() / "networks" / f"{plan.name}-{_fingerprint(plan)}"
        self.measured: dict[str, dict[str, Any]] = {}
        with suppress(OSError, ValueError):
            self.measured = json.loads((self.folder / "measured.json").read_text(encoding="utf-8"))

    def note(self, key: str, **what: object) -> None:
        """Keep what was measured of a route; where it can't be kept, it is measured again at the next start."""
        self.measured[key] = self.measured.get(key, {}) | what
        try:
            with self._new(self.folder / "measured.json") as file:
                file.write_text(json.dumps(self.measured, indent=1), encoding="utf-8")
        except EngineError as error:
            log.warning("%s", error)

    def modules(self) -> "dict[str, nn.Module]":
        """The steps' modules, in float32 on the processor; new ones at each call."""
        return {name: module.float().eval().requires_grad_(False) for name, module in self.plan.modules().items()}

    @cached_property
    def reference(self) -> tuple[Arrays, NDArray[np.uint8]]:
        """The sample, and the picture that float32 on the processor makes of it."""
        file = self.folder / "reference.npz"
        if not file.is_file():
            with self._new(file) as new, new.open("wb") as stream:
                picture = list(self._traced(self.modules()))[-1][2][0]
                np.savez_compressed(stream, **self.plan.sample(), reference=picture.numpy())
        with np.load(file) as kept:
            arrays = dict(kept)
        return arrays, arrays.pop("reference")

    def onnx(self, step: Step, precision: Precision) -> Path:
        """The step's ONNX file. The first to be asked for has all exported."""
        folder = self.folder / precision
        if not folder.is_dir():
            with self._new(folder) as new:
                new.mkdir()
                self._export(new, precision)
        return folder / f"{step.name}.onnx"

    def _traced(self, modules: "dict[str, nn.Module]") -> "Iterator[tuple[Step, list[Tensor], tuple[Tensor, ...]]]":
        """Each step with what it takes and gives when the sample runs through all."""
        import torch

        values = {name: torch.from_numpy(np.array(array)) for name, array in self.plan.sample().items()}
        for step in self.plan.steps:
            taken = [values[name] for name in step.takes]
            if step.pose:
                taken.append(values["pose"][None, step.pose])
            with torch.inference_mode():
                outputs = modules[step.name](*taken)
            outputs = outputs if isinstance(outputs, tuple) else (outputs,)
            values |= zip(step.gives, outputs, strict=True)
            yield step, taken, outputs

    def _export(self, folder: Path, precision: Precision) -> None:
        import torch

        dtype: torch.dtype = getattr(torch, precision)
        modules = self.modules()
        for step, taken in [(step, taken) for step, taken, _ in self._traced(modules)]:
            module = modules[step.name].to(dtype)
            examples = tuple(value.to(dtype) if value.is_floating_point() else value for value in taken)
            with torch.no_grad(), exporting():
                torch.onnx.export(
                    module,
                    tuple(value.clone() for value in examples),  # made for inference, they could not be exported
                    folder / f"{step.name}.onnx",
                    input_names=[*step.takes, *(["pose"] if step.pose else [])],
                    output_names=list(step.gives),
                    opset_version=OPSET,
                    dynamo=True,
                    external_data=True,
                    verbose=False,
                )

    @contextmanager
    def _new(self, path: Path) -> Iterator[Path]:
        """A place to make a file or folder in, which then takes the given place in one step; older kin is cleared."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for old in self.folder.parent.glob(f"{self.plan.name}-*"):
                if old != self.folder and len(old.name) == len(self.folder.name):  # of the same plan
                    shutil.rmtree(old, ignore_errors=True)
            with tempfile.TemporaryDirectory(dir=self.folder, prefix="part-") as name:
                made = Path(name) / path.name
                yield made
                if not (made.is_dir() and path.is_dir()):  # another window may have been quicker
                    os.replace(made, path)
        except OSError as error:
            raise EngineError(
                f"What the networks need can't be kept in {self.folder.parent}: {error.strerror or error}."
            ) from error


def _fingerprint(plan: Plan) -> str:
    """Of the weights, without reading them, and of the code."""
    parts = [_code()]
    for file in plan.files:
        about = file.stat()
        parts.append(f"{file} {about.st_size} {about.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


@cache
def _code() -> str:
    digest = hashlib.sha256()
    for file in CODE:
        digest.update(file.read_bytes())
    return digest.hexdigest()


@contextmanager
def exporting() -> Iterator[None]:
    """The exporter warns of its own inner workings, and raises whatever its libraries do."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (ImportError, AttributeError, RuntimeError, TypeError, ValueError) as error:
        raise EngineError(
            f"The networks can't be exported ({type(error).__name__}). Type: pip install --upgrade onnx onnxscript"
        ) from error
    finally:
        logger.setLevel(level)
