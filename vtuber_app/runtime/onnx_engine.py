"""ONNX Runtime: on graphics cards of every maker through its providers, and on the processor."""

from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.errors import EngineError
from vtuber_app.runtime.engine import Engine, Program
from vtuber_app.runtime.plan import Step
from vtuber_app.runtime.prepared import Prepared
from vtuber_app.runtime.route import Precision, Route

if TYPE_CHECKING:
    import onnxruntime

PROVIDERS = {
    "cuda": "CUDAExecutionProvider",
    "migraphx": "MIGraphXExecutionProvider",
    "directml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
    "cpu": "CPUExecutionProvider",
}
"""Its names of devices, the best first."""
MEMORY = {"cuda": "cuda", "tensorrt": "cuda"}
"""Devices whose memory can be named, so that nothing leaves it between two steps."""


class OnnxEngine(Engine):
    """Runs the exported steps."""

    def __init__(self, route: Route, prepared: Prepared) -> None:
        import onnxruntime

        super().__init__(route, prepared)
        self._provider = PROVIDERS[route.device]
        self._memory = MEMORY.get(route.device, "cpu")
        state = onnxruntime.capi.onnxruntime_pybind11_state
        self.failures = (RuntimeError, *(getattr(state, name) for name in ("Fail", "RuntimeException", "EPFail")))
        self.failures += (state.InvalidGraph, state.InvalidArgument, state.NotImplemented, state.NoSuchFile)

    @classmethod
    def routes(cls) -> list[Route]:
        if find_spec("onnxruntime") is None:
            return []
        import onnxruntime

        there = onnxruntime.get_available_providers()
        cards = [device for device, provider in PROVIDERS.items() if provider in there and device != "cpu"]
        both: tuple[Precision, ...] = ("float16", "float32")
        return [*(Route("onnx", card, precision) for card in cards for precision in both), Route("onnx", "cpu")]

    @classmethod
    def version(cls) -> str:
        import onnxruntime

        return str(onnxruntime.__version__)

    def load(self, step: Step) -> Program:
        path = self.prepared.onnx(step, self.route.precision)
        with self.failing():
            session = self._session(str(path))
        if session.get_providers()[0] != self._provider:
            raise EngineError(f"{self.route.title}: it would run on the processor, since the driver could not be used.")
        return partial(self._run, session)

    def put(self, array: NDArray[Any]) -> "onnxruntime.OrtValue":
        import onnxruntime

        if array.dtype == np.float32:
            array = array.astype(self.route.precision)
        with self.failing():
            return onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array), self._memory, 0)

    def get(self, value: "onnxruntime.OrtValue") -> NDArray[Any]:
        with self.failing():
            return np.array(value.numpy())

    def _session(self, path: str) -> "onnxruntime.InferenceSession":
        """The step's session; one of whose operators some would run on the processor is told of."""
        import onnxruntime

        def opened(strict: bool) -> onnxruntime.InferenceSession:
            options = onnxruntime.SessionOptions()
            options.log_severity_level = 4
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # the tracker needs the cores too
            if strict:
                options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
            if self.route.device == "directml":
                options.enable_mem_pattern = False
            return onnxruntime.InferenceSession(path, options, providers=[self._provider])

        if self.route.device == "cpu":
            return opened(strict=False)
        try:
            return opened(strict=True)
        except self.failures:
            session = opened(strict=False)
            self.notice = f"With {self.route.title}, parts of the network run on the processor."
            return session

    def _run(self, session: "onnxruntime.InferenceSession", *inputs: Any) -> Sequence[Any]:
        with self.failing():
            binding = session.io_binding()
            for slot, value in zip(session.get_inputs(), inputs, strict=True):
                binding.bind_ortvalue_input(slot.name, value)
            for slot in session.get_outputs():
                binding.bind_output(slot.name, self._memory)
            session.run_with_iobinding(binding)
            outputs: Sequence[Any] = binding.get_outputs()
        return outputs
