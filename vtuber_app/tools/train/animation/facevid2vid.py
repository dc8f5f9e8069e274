"""Training of face-vid2vid."""

from typing import ClassVar, cast

import torch
from torch import Tensor, nn

from vtuber_app.core import weights
from vtuber_app.nets.discriminator import MultiScaleDiscriminator
from vtuber_app.nets.equivariance import RandomWarp
from vtuber_app.nets.facevid2vid import OcclusionAwareGenerator, OcclusionAwareSPADEGenerator, VolumeMover
from vtuber_app.nets.facevid2vid_losses import Networks, Weights, discriminator_losses, generator_losses
from vtuber_app.nets.facevid2vid_pose import HEEstimator, Hopenet, KPDetector, posed
from vtuber_app.tools.train.animation.config import Config
from vtuber_app.tools.train.animation.system import Losses, PerceptualSystem


class FaceVid2VidTraining(PerceptualSystem):
    """Reconstructs one frame from another; keypoints are a head that is turned, moved and bent.

    Source: Wang et al., One-Shot Free-View Neural Talking-Head Synthesis for Video Conferencing, CVPR 2021. Published
    with 300 epochs, milestone 180.
    """

    phases: ClassVar = {
        "generator": ("generator", "kp_detector", "he_estimator"),
        "discriminator": ("discriminator",),
    }

    _made: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.weights = Weights(**config.loss_weights)
        self._teacher: list[Hopenet] = []  # a list, so that it is no part of the checkpoint
        if config.hopenet:
            self._teacher.append(Hopenet())
            weights.load_into(self._teacher[0], config.hopenet)
            self._teacher[0].eval()

    def built(self) -> dict[str, nn.Module]:
        kind = OcclusionAwareSPADEGenerator if self.config.spade else OcclusionAwareGenerator
        return {
            "generator": kind(**self.hyper("generator")),
            "kp_detector": KPDetector(**self.hyper("kp_detector")),
            "he_estimator": HEEstimator(**self.hyper("he_estimator")),
            "discriminator": MultiScaleDiscriminator(**{"sn": True} | self.hyper("discriminator")),
        }

    def forward(self, phase: str, frames: Tensor) -> Losses:
        source, driving = frames.unbind(1)
        nets = self._networks()
        if phase == "discriminator":
            return discriminator_losses(nets.discriminator, self._made, driving)
        teacher = self._teacher[0].to(frames.device) if self._teacher else None
        warp = RandomWarp.drawn(driving)
        losses, generated = generator_losses(nets, self.vgg(frames), teacher, source, driving, warp, self.weights)
        self._made = generated.prediction.detach()
        return self.completed(losses, generated.prediction, driving)

    def reconstructed(self, frames: Tensor) -> Tensor:
        source, driving = frames[:, 0], frames[:, -1]
        nets = self._networks()
        with torch.inference_mode():
            canonical = nets.kp_detector(source)
            still, found = (posed(canonical, nets.he_estimator(frame)) for frame in (source, driving))
            made: Tensor = nets.generator(source, still, found).prediction
        return made

    def _networks(self) -> Networks:
        generator, find, look, judge = self.networks.values()
        return Networks(cast(VolumeMover, generator), cast(KPDetector, find), cast(HEEstimator, look), judge)
