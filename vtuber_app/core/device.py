"""Where networks run."""

from typing import TYPE_CHECKING, Literal

from vtuber_app.core.errors import DeviceError

if TYPE_CHECKING:
    import torch

Device = Literal["auto", "cpu", "cuda", "mps"]
"""The fastest at hand, the processor, NVIDIA's and AMD's graphics cards, Apple's."""


def torch_device(chosen: Device) -> "torch.device":
    """The device that is meant; DeviceError if PyTorch can't use it here."""
    import torch

    usable = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if chosen == "auto":
        return torch.device(next(name for name, works in usable.items() if works))
    if not usable[chosen]:
        raise DeviceError(
            f"PyTorch {torch.__version__} finds no {chosen} device here. Choose auto or cpu, or install the build of "
            "PyTorch that is made for your graphics card."
        )
    return torch.device(chosen)
