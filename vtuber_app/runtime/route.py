"""Ways to run a network: which engine, on what, in which precision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from vtuber_app.core.errors import DeviceError
from vtuber_app.core.settings import Settings

Engines = Literal["torch", "onnx", "openvino"]
Precision = Literal["float32", "float16", "bfloat16"]
ASKED_FOR = {"tensorrt", "bfloat16"}
"""What nobody gets without asking for it."""
TITLES = {"torch": "PyTorch", "onnx": "ONNX Runtime", "openvino": "OpenVINO"}


@dataclass(frozen=True, slots=True)
class Route:
    """One way.

    Attributes:
        device: "cpu", or what drives a graphics card: "cuda", "mps", "directml", "coreml", "tensorrt", "gpu", …
    """

    engine: Engines
    device: str
    precision: Precision = "float32"

    @property
    def title(self) -> str:
        """For the user."""
        return f"{TITLES[self.engine]}, {'processor' if self.device == 'cpu' else self.device}, {self.precision}"


class RuntimeSettings(Settings):
    """Where networks run."""

    device: Literal["auto", "cpu", "gpu"] = Field("auto", title="Runs on", description="gpu: the graphics card.")
    engine: Literal["auto", "torch", "onnx", "openvino", "tensorrt"] = Field(
        "auto",
        title="Engine",
        description="auto: the fastest here that gives the right picture. tensorrt: prepares for many minutes.",
    )
    precision: Literal["auto", "float32", "float16", "bfloat16"] = Field("auto", title="Precision")


def chosen(routes: Sequence[Route], wanted: RuntimeSettings) -> list[Route]:
    """Those that the settings allow, graphics cards and half precision first; DeviceError if there is none."""
    allowed = [
        route
        for route in routes
        if wanted.device in ("auto", "cpu" if route.device == "cpu" else "gpu")
        and wanted.engine in ("auto", route.engine, route.device)
        and wanted.precision in ("auto", route.precision)
        and {route.device, route.precision} & ASKED_FOR <= {wanted.engine, wanted.precision}
    ]
    if not allowed:
        there = "; ".join(sorted({route.title for route in routes})) or "nothing: install torch or onnxruntime"
        raise DeviceError(
            f"The networks can't run here on device {wanted.device}, engine {wanted.engine}, precision "
            f"{wanted.precision}. This machine has: {there}. Choose auto, or install what is missing."
        )
    return sorted(allowed, key=lambda route: (route.device == "cpu", route.precision == "float32"))
