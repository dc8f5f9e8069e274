"""OpenVINO: on Intel's graphics, and on any x86 or ARM processor, often the fastest there."""

from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtuber_app.runtime.engine import Engine, Program
from vtuber_app.runtime.plan import Step
from vtuber_app.runtime.prepared import Prepared
from vtuber_app.runtime.route import Route


class OpenVinoEngine(Engine):
    """Runs the exported steps; values are arrays in the computer's own memory, in float32 whatever it computes in."""

    def __init__(self, route: Route, prepared: Prepared) -> None:
        import openvino

        super().__init__(route, prepared)
        self._core = openvino.Core()

    @classmethod
    def routes(cls) -> list[Route]:
        if find_spec("openvino") is None:
            return []
        import openvino

        routes = [Route("openvino", "cpu")]
        if any(name.startswith("GPU") for name in openvino.Core().available_devices):
            routes = [Route("openvino", "gpu", "float16"), Route("openvino", "gpu"), *routes]
        return routes

    @classmethod
    def version(cls) -> str:
        import openvino

        return str(openvino.__version__)

    def load(self, step: Step) -> Program:
        path = self.prepared.onnx(step, "float32")
        hint = {"float32": "f32", "float16": "f16", "bfloat16": "bf16"}[self.route.precision]
        with self.failing():
            options = {"INFERENCE_PRECISION_HINT": hint, "PERFORMANCE_HINT": "LATENCY"}
            compiled = self._core.compile_model(str(path), self.route.device.upper(), options)
            return partial(self._run, compiled.create_infer_request())

    def put(self, array: NDArray[Any]) -> NDArray[Any]:
        return np.ascontiguousarray(array)

    def get(self, value: NDArray[Any]) -> NDArray[Any]:
        return np.array(value)

    def _run(self, request: Any, *inputs: NDArray[Any]) -> Sequence[NDArray[Any]]:
        with self.failing():
            return list(request.infer(list(inputs), share_inputs=True).values())
