"""What the cases of the image-animation systems have in common."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from vtuber_app.nets import keypoints
from vtuber_app.nets.equivariance import RandomWarp
from vtuber_app.nets.keypoints import Keypoints

from .case import Case, Check

Net = TypeVar("Net", bound=nn.Module)
Outputs = dict[str, Tensor]
Parameters = dict[str, Any]


def built(kind: Callable[..., Net], parameters: Parameters) -> Net:
    """A network of published hyper-parameters, of which it takes those that it knows; still without numbers."""
    known = inspect.signature(kind).parameters
    with torch.device("meta"):
        return kind(**{name: value for name, value in parameters.items() if name in known})


class Weighted:
    """The agreed weights of a case, and its inputs."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.dtype = getattr(torch, case.manifest["dtype"])
        self.corners = bool(case.manifest["grid_sample_align_corners"])
        self._state = {name: torch.from_numpy(value) for name, value in case.weights().items()}
        self._inputs = {name: torch.from_numpy(value).to(self.dtype) for name, value in case.inputs().items()}

    def __getitem__(self, name: str) -> Tensor:
        return self._inputs[name]

    def fill(self, entry: str, net: Net, remap: Callable[[Outputs], Outputs] | None = None) -> Net:
        """The network with all numbers of that entry of the checkpoint, and no others."""
        start = f"{entry}."
        state = {name.removeprefix(start): value for name, value in self._state.items() if name.startswith(start)}
        net.load_state_dict(remap(state) if remap else state, strict=True, assign=True)
        return net.to(self.dtype).train(self.case.manifest["mode"] == "train")

    def keypoints(self, name: str) -> Keypoints:
        jacobian = torch.eye(2, dtype=self.dtype) + self[f"{name}.jacobian_minus_identity"]
        return Keypoints(self[f"{name}.value"], jacobian)

    def warp(self, suffix: str = "", euclidean: bool = False) -> RandomWarp:
        theta = torch.eye(2, 3, dtype=self.dtype) + self[f"transform.theta_minus_identity{suffix}"]
        return RandomWarp(theta, self[f"transform.control_params{suffix}"].flatten(1), euclidean)

    def gradients(self, entry: str, net: nn.Module) -> Tensor:
        """The norm of each parameter's gradient, in the published order; the names must be the published ones."""
        named = {f"{entry}.{name}": parameter for name, parameter in net.named_parameters()}
        order = [name for name in self._state if name in named]
        assert len(order) == len(named)
        gradients = (named[name].grad for name in order)
        return torch.stack([torch.zeros((), dtype=self.dtype) if grad is None else grad.norm() for grad in gradients])


@contextmanager
def tapped(net: nn.Module, **modules: str) -> Iterator[Outputs]:
    """What modules inside gave the last time they ran, by the names given them here."""
    seen: Outputs = {}

    def keep(name: str) -> Callable[..., None]:
        return lambda module, given, output: seen.update({name: output})

    hooks = [net.get_submodule(path).register_forward_hook(keep(name)) for name, path in modules.items()]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()


def channels_first(grid: Tensor) -> Tensor:
    """A grid whose coordinates are last, as it was recorded; all are kept in two dimensions."""
    return grid.movedim(-1, -grid.shape[-1] - 1)


def compare(case: Case, outputs: Outputs) -> list[Check]:
    return case.compare({name: np.atleast_1d(value.numpy(force=True)) for name, value in outputs.items()})


def named(prefix: str, found: Any) -> Outputs:
    """The fields of a tuple, with that prefix."""
    return {f"{prefix}.{name}": value for name, value in found._asdict().items()}


def transferred(source: Keypoints, driving: Keypoints, initial: Keypoints) -> dict[str, Keypoints]:
    """What the driver's keypoints become in each mode of FOM's demonstration."""
    scale = keypoints.movement_scale(source.value, initial.value)
    return {
        "absolute": driving,
        "relative": keypoints.relative_keypoints(driving, initial, source),
        "relative_adapt_scale": keypoints.relative_keypoints(driving, initial, source, scale),
    }
