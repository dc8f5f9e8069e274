"""First Order Motion Model: a picture of whatever the checkpoint knows moves as the driver does."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from vtuber_app.animators.image_animation import Hyper, ImageAnimation, ImageAnimationSettings, sample
from vtuber_app.core import weights
from vtuber_app.runtime.network import Network
from vtuber_app.runtime.plan import Plan, Step

if TYPE_CHECKING:
    from torch import nn

KEYPOINTS = ("value", "jacobian")
SOURCE = ("image", "alpha", "small", "features", "source_value", "source_jacobian")
INITIAL = tuple(f"initial_{name}" for name in KEYPOINTS)
STEPS = (
    Step("source", ("picture",), SOURCE),
    Step("initial", ("initial",), INITIAL),
    Step("frame", ("driving",), KEYPOINTS),
    Step("picture", (*SOURCE, *INITIAL, *KEYPOINTS, "options"), ("pixels", "total")),
)


class FomSettings(ImageAnimationSettings):
    """Which checkpoint, how a picture follows the driver, and where the networks run."""

    kind: Literal["fom"] = "fom"
    variant: Literal["vox", "mgif"] = Field(
        "vox",
        title="Published as",
        description="vox: also vox-adv, taichi, fashion, nemo, bair. What you trained yourself is known as it is.",
    )


class Fom(ImageAnimation[FomSettings]):
    """Moves a picture by ten keypoints that the network found for itself."""

    title = "First Order Motion Model"

    published: ClassVar = {"vox": {}, "mgif": {"kp_detector_params": {"single_jacobian_map": True}}}

    def plan(self, checkpoint: Path, network: Hyper) -> Plan:
        modules = partial(_modules, checkpoint, network)
        return Plan("fom", STEPS, modules, (checkpoint,), partial(sample, self.size), ("driving",))

    def scale(self, network: Network) -> float:
        import torch

        from vtuber_app.nets.keypoints import movement_scale

        source, initial = (torch.from_numpy(network.value(name)) for name in ("source_value", "initial_value"))
        return movement_scale(source, initial)


def _modules(checkpoint: Path, network: Hyper) -> "dict[str, nn.Module]":
    import torch

    from vtuber_app.nets import animation_steps as steps
    from vtuber_app.nets import fom

    with torch.device("meta"):
        kp_detector = fom.KPDetector(**network.get("kp_detector_params", {}))
        generator = fom.OcclusionAwareGenerator(**network.get("generator_params", {}))
    weights.load_networks({"kp_detector": kp_detector, "generator": generator}, checkpoint)
    frame = steps.Frame(kp_detector)
    source, picture = steps.Source(kp_detector, generator), steps.Picture(generator)
    return {"source": source, "initial": frame, "frame": frame, "picture": picture}
