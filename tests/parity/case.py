"""A folder of recorded numbers: what went in, which weights, what came out."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import recipe

OWN = Path(__file__).resolve().parents[1] / "data" / "parity"
"""The cases that ship with the tests."""
EXACT = 1e-5
"""The tolerance of an output whose manifest names none: it was copied, not computed."""
LOOSEST = 1e-4
"""Image animation is held to this also where its manifests would allow more."""

Arrays = dict[str, NDArray[Any]]


class Skipped(Exception):
    """A case can't be tried here; its text says why."""


@dataclass(frozen=True)
class Check:
    """One number of a case that is compared.

    Attributes:
        error: Relative, the norm of the difference over that of the recorded; or absolute where the case is of values.
    """

    name: str
    error: float
    tolerance: float

    @property
    def ok(self) -> bool:
        return self.error <= self.tolerance


@dataclass(frozen=True)
class Case:
    """One folder with a manifest.json."""

    folder: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        return manifest

    @property
    def name(self) -> str:
        """Such as tha3/separable_float/editor; its first word is the family."""
        name = str(self.manifest.get("case", self.folder.name))
        return name if "/" in name else f"{self.folder.parent.name}/{name}"

    @property
    def family(self) -> str:
        return self.name.partition("/")[0]

    @property
    def kind(self) -> str:
        """What is compared; empty for one network."""
        return str(self.manifest.get("kind", ""))

    def sibling(self, name: str) -> "Case":
        """Another case of the same collection, or of those that ship with the tests."""
        root = self.folder.parents[self.name.count("/")]
        for folder in (root / name, OWN / name):
            if (folder / "manifest.json").is_file():
                return Case(folder)
        raise Skipped(f"needs the case {name}")

    def file(self, path: str) -> Path:
        """A file that the manifest names relative to a folder above."""
        for above in self.folder.parents:
            if (above / path).is_file():
                return above / path
        raise Skipped(f"needs the file {path}")

    def inputs(self) -> Arrays:
        """The agreed inputs, by argument, in order."""
        return {each.get("argument", each["name"]): _input(each) for each in self.manifest["inputs"]}

    def weights(self, scales: list[dict[str, Any]] | None = None) -> Arrays:
        """The agreed weights in float32, by name; `scales` come on top of the case's own."""
        drawn = recipe.weights(self.manifest)
        for rules in (self.manifest.get("scale", []), scales or []):
            _scale(drawn, rules)
        return {name: value.astype(np.float32) if value.dtype.kind == "f" else value for name, value in drawn.items()}

    def compare(self, outputs: Arrays) -> list[Check]:
        """All recorded outputs against ours, within the manifest's tolerances."""
        if isinstance(self.manifest["outputs"], dict):
            tolerances = {name: min(each, LOOSEST) for name, each in self.manifest["suggested_tolerance"].items()}
        else:
            tolerances = {each["name"]: each.get("suggested_tolerance", EXACT) for each in self.manifest["outputs"]}
        errors = recipe.compare(self.folder, outputs)
        return [Check(name, error, tolerances[name]) for name, error in errors.items()]


def found(folder: Path) -> Iterator[Case]:
    """All cases in a folder and below."""
    for manifest in sorted(folder.rglob("manifest.json")):
        yield Case(manifest.parent)


def _input(entry: dict[str, Any]) -> NDArray[Any]:
    if "value" in entry:
        return np.array([entry["value"]], np.float32)
    low, high = np.array(entry["low"]), np.array(entry["high"])
    drawn = recipe.array(entry["name"], tuple(entry["shape"]), low, high)
    if entry.get("dtype") == "uint8":
        return np.clip(np.floor(drawn), 0, 255).astype(np.uint8)
    return drawn


def _scale(drawn: Arrays, rules: list[dict[str, Any]]) -> None:
    """Multiply what the rules say, in the weights' own precision, the last rule that fits a name winning."""
    for name, value in drawn.items():
        fitting = [rule for rule in rules if re.search(rule["keys"], name) and value.ndim >= rule.get("min_axes", 0)]
        if fitting:
            first, last = fitting[-1].get("first_axis", (0, None))
            value[first:last] *= value.dtype.type(fitting[-1]["factor"])
