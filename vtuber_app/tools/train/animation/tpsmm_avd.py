"""Training of the network by which Thin-Plate Spline Motion Model keeps an avatar's shape, when the rest is trained."""

from typing import ClassVar, Self, cast

import torch
from torch import Tensor, nn

from vtuber_app.core.errors import SettingsError
from vtuber_app.nets.tpsmm import AVDNetwork, DenseMotionNetwork, InpaintingNetwork, KPDetector
from vtuber_app.tools.train.animation.config import Config
from vtuber_app.tools.train.animation.system import Losses, System

STRETCH = 0.25
"""How much wider or narrower, taller or smaller, the driver may be."""


class TpsmmAvdTraining(System):
    """Finds keypoints again that were stretched by lot; the other networks, of `start_from`, stay as they are.

    Source: Zhao and Zhang, Thin-Plate Spline Motion Model for Image Animation, CVPR 2022. Published with an lr of 1e-3,
    batches of 256 and 200 epochs with milestones 140 and 180.
    """

    phases: ClassVar = {"avd": ("avd_network",)}

    def __init__(self, config: Config) -> None:
        if config.start_from is None:
            raise SettingsError("tpsmm_avd goes on from a trained tpsmm: name its checkpoint in start_from.")
        super().__init__(config)

    def built(self) -> dict[str, nn.Module]:
        frozen = {
            "kp_detector": KPDetector(**self.hyper("kp_detector")),
            "dense_motion_network": DenseMotionNetwork(**self.hyper("dense_motion_network")),
            "inpainting_network": InpaintingNetwork(**self.hyper("inpainting_network")),
        }
        for network in frozen.values():
            network.requires_grad_(False)
        return {**frozen, "avd_network": AVDNetwork(**self.hyper("avd_network"))}

    def train(self, mode: bool = True) -> Self:
        super().train(mode)
        self.networks["kp_detector"].eval()
        return self

    def forward(self, phase: str, frames: Tensor) -> Losses:
        source, goal = (self.networks["kp_detector"](frame) for frame in frames.unbind(1))
        stretch = 1 + STRETCH * (2 * torch.rand(len(frames), 1, 2, device=frames.device) - 1)
        found: Tensor = self.networks["avd_network"](source, goal * stretch)
        return {"keypoints": (goal - found).abs().mean()}

    def reconstructed(self, frames: Tensor) -> Tensor:
        source, driving = frames[:, 0], frames[:, -1]
        find = self.networks["kp_detector"]
        dense = cast(DenseMotionNetwork, self.networks["dense_motion_network"])
        paint = cast(InpaintingNetwork, self.networks["inpainting_network"])
        with torch.inference_mode():
            still = find(source)
            motion = dense(dense.down(source), still, self.networks["avd_network"](still, find(driving)))
            made: Tensor = paint(source, paint.encode(source), motion)
        return made

    def load(self, state: dict[str, dict[str, Tensor]]) -> None:
        super().load({"avd_network": self.networks["avd_network"].state_dict(), **state})
