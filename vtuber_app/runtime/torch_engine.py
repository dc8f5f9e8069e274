"""PyTorch: on NVIDIA's and AMD's graphics cards as CUDA graphs, on Apple's, and on the processor."""

import importlib.metadata
import runpy
import sys
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vtuber_app.runtime.engine import Engine, Program
from vtuber_app.runtime.plan import Step
from vtuber_app.runtime.prepared import Prepared
from vtuber_app.runtime.route import Route

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

WARM_UP = 3
"""Runs before a graph is recorded, in which the libraries choose their kernels."""


class TorchEngine(Engine):
    """Runs the modules themselves."""

    def __init__(self, route: Route, prepared: Prepared) -> None:
        import torch

        super().__init__(route, prepared)
        self._device = torch.device(route.device)
        self._dtype: torch.dtype = getattr(torch, route.precision)
        with self.failing():
            self._modules = {name: self._placed(module) for name, module in prepared.modules().items()}

    @classmethod
    def routes(cls) -> list[Route]:
        spec = find_spec("torch")
        if spec is None or not spec.origin:
            return []
        routes = [Route("torch", "cpu"), Route("torch", "cpu", "bfloat16")]
        build = runpy.run_path(str(Path(spec.origin).with_name("version.py")))  # torch itself takes a second to import
        if sys.platform == "darwin":
            import torch

            if torch.backends.mps.is_available():
                routes = [Route("torch", "mps", "float16"), Route("torch", "mps"), *routes]
        elif build.get("cuda") or build.get("hip"):
            import torch

            if torch.cuda.is_available():
                half = [Route("torch", "cuda", "float16"), Route("torch", "cuda", "bfloat16")]
                routes = [*half, Route("torch", "cuda"), *routes]
        return routes

    @classmethod
    def version(cls) -> str:
        return importlib.metadata.version("torch")

    def load(self, step: Step) -> Program:
        module = self._modules[step.name]
        run = Graphed(module) if self._device.type == "cuda" else module
        return partial(self._run, run)

    def put(self, array: NDArray[Any]) -> "Tensor":
        import torch

        with self.failing():
            value = torch.from_numpy(np.array(array))  # a copy, since tensors can't be read-only
            value = value.to(self._dtype) if value.is_floating_point() else value
            return value.to(self._device)

    def get(self, value: "Tensor") -> NDArray[Any]:
        import torch

        with self.failing():
            if value.device.type != "cuda":
                return np.array(value.cpu().numpy())
            host = torch.empty(value.shape, dtype=value.dtype, pin_memory=True)
            host.copy_(value, non_blocking=True)
            torch.cuda.current_stream().synchronize()
            return np.array(host.numpy())

    def wait(self) -> None:
        import torch

        if self._device.type == "cuda":
            torch.cuda.synchronize()
        elif self._device.type == "mps":
            torch.mps.synchronize()

    def close(self) -> None:
        import torch

        self._modules.clear()
        if self._device.type == "cuda":
            with self.failing():
                torch.cuda.empty_cache()

    def _placed(self, module: "nn.Module") -> "nn.Module":
        import torch

        module = module.to(self._device, self._dtype)
        if self._device.type == "cuda":
            for parameter in module.parameters():
                if parameter.dim() == 4:
                    parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
        return module

    def _run(self, module: Any, *inputs: "Tensor") -> "Sequence[Tensor]":
        import torch

        with self.failing(), torch.inference_mode():
            outputs = module(*inputs)
        return outputs if isinstance(outputs, tuple) else (outputs,)


class Graphed:
    """A module as a CUDA graph: some hundred kernels are started at once, not one by one from Python."""

    def __init__(self, module: "nn.Module") -> None:
        self._module = module
        self._graph: torch.cuda.CUDAGraph | None = None
        self._inputs: list[Tensor] = []
        self._outputs: Any = None

    def __call__(self, *inputs: "Tensor") -> Any:
        """What the module gives; overwritten by the next call."""
        if self._graph is None:
            self._record(inputs)
        assert self._graph
        for mine, given in zip(self._inputs, inputs, strict=True):
            mine.copy_(given)
        self._graph.replay()
        return self._outputs

    def _record(self, inputs: "Sequence[Tensor]") -> None:
        import torch

        self._inputs = [value.clone() for value in inputs]
        aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(WARM_UP):
                self._module(*self._inputs)
        torch.cuda.current_stream().wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, capture_error_mode="thread_local"):  # other threads may use the card meanwhile
            self._outputs = self._module(*self._inputs)
        self._graph = graph
