"""Training of Thin-Plate Spline Motion Model."""

from dataclasses import dataclass
from typing import ClassVar, cast

import torch
from torch import Tensor, nn

from vtuber_app.nets.equivariance import RandomWarp
from vtuber_app.nets.tpsmm import BGMotionPredictor, DenseMotionNetwork, InpaintingNetwork, KPDetector
from vtuber_app.nets.tpsmm_losses import Networks, Weights, dropout, generator_losses
from vtuber_app.tools.train.animation.config import Config
from vtuber_app.tools.train.animation.system import Losses, PerceptualSystem


@dataclass(frozen=True)
class Schedule:
    """What changes with the epochs, by the published names; these are vox's, and mgif has no background.

    Attributes:
        bg_start: From which epoch the background's motion is learnt too.
        dropout_epoch: Until which epoch splines are left out by lot.
        dropout_maxp: How likely at most.
        dropout_startp: At first.
        dropout_inc_epoch: In how many epochs it grows by `dropout_maxp`.
    """

    bg_start: int = 10
    dropout_epoch: int = 35
    dropout_maxp: float = 0.3
    dropout_startp: float = 0.1
    dropout_inc_epoch: int = 10

    def probability(self, epoch: int) -> float:
        """That a spline is left out."""
        if epoch >= self.dropout_epoch:
            return 0
        return min(epoch / self.dropout_inc_epoch * self.dropout_maxp + self.dropout_startp, self.dropout_maxp)


class TpsmmTraining(PerceptualSystem):
    """Reconstructs one frame from another, without a discriminator.

    Source: Zhao and Zhang, Thin-Plate Spline Motion Model for Image Animation, CVPR 2022.
    """

    phases: ClassVar = {"generator": ("kp_detector", "dense_motion_network", "inpainting_network", "bg_predictor")}
    weight_decay = 1e-4
    clipped = ("kp_detector", "dense_motion_network", "bg_predictor")

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.weights = Weights(**config.loss_weights)
        self.schedule = Schedule(**config.schedule)

    def built(self) -> dict[str, nn.Module]:
        return {
            "kp_detector": KPDetector(**self.hyper("kp_detector")),
            "dense_motion_network": DenseMotionNetwork(**self.hyper("dense_motion_network")),
            "inpainting_network": InpaintingNetwork(**self.hyper("inpainting_network")),
            "bg_predictor": BGMotionPredictor(),
        }

    def forward(self, phase: str, frames: Tensor) -> Losses:
        source, driving = frames.unbind(1)
        warp = RandomWarp.drawn(driving, euclidean=True)
        splines = self.hyper("dense_motion_network").get("num_tps", 10)
        kept = dropout(len(frames), splines, self.schedule.probability(self.epoch), frames)
        losses, generated = generator_losses(
            self._networks(), self.vgg(frames), source, driving, warp, self.weights, kept
        )
        return self.completed(losses, generated, driving)

    def reconstructed(self, frames: Tensor) -> Tensor:
        source, driving = frames[:, 0], frames[:, -1]
        find, dense, paint, background = self._networks()
        with torch.inference_mode():
            turned = background(source, driving) if background is not None else None
            motion = dense(dense.down(source), find(source), find(driving), turned)
            made: Tensor = paint(source, paint.encode(source), motion)
        return made

    def _networks(self) -> Networks:
        find, dense, paint, background = self.networks.values()
        return Networks(
            cast(KPDetector, find),
            cast(DenseMotionNetwork, dense),
            cast(InpaintingNetwork, paint),
            cast(BGMotionPredictor, background) if self.epoch >= self.schedule.bg_start else None,
        )
