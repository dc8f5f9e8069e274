"""Thin-Plate Spline Motion Model in steps."""

from collections.abc import Sequence

from torch import Tensor

from vtuber_app.nets.animation_steps import Animation, chosen
from vtuber_app.nets.keypoints import relative_motion
from vtuber_app.nets.tpsmm import AVDNetwork, DenseMotionNetwork, InpaintingNetwork, KPDetector, Motion, through


class TpsmmAnimation(Animation):
    """`encode` gives the small picture, features of every size, and keypoints; `find` gives keypoints.

    With an `avd_network` the keypoints are what that makes of the driver's, whatever the options are.
    """

    n_keypoints = 1

    def __init__(
        self,
        kp_detector: KPDetector,
        dense_motion_network: DenseMotionNetwork,
        inpainting_network: InpaintingNetwork,
        avd_network: AVDNetwork | None = None,
    ) -> None:
        super().__init__()
        self.kp_detector = kp_detector
        self.dense_motion_network = dense_motion_network
        self.inpainting_network = inpainting_network
        self.avd_network = avd_network

    def encode(self, image: Tensor) -> tuple[Tensor, ...]:
        small: Tensor = self.dense_motion_network.down(image)
        return small, *self.inpainting_network.encode(image), *self.find(image)

    def find(self, image: Tensor) -> tuple[Tensor, ...]:
        return (self.kp_detector(image),)

    def animate(
        self,
        pictures: tuple[Tensor, Tensor],
        source: Sequence[Tensor],
        initial: Sequence[Tensor],
        driving: Sequence[Tensor],
        options: Tensor,
    ) -> tuple[Tensor, Tensor]:
        image, alpha = pictures
        small, *features, still = source
        if self.avd_network is None:
            moved = relative_motion(driving[0], initial[0], still, options)
            (moved,) = chosen(options, (moved,), driving)
        else:
            moved = self.avd_network(still, driving[0])
        motion: Motion = self.dense_motion_network(small, still, moved)
        generated: Tensor = self.inpainting_network(image, features, motion)
        return generated, through(alpha, motion)
