"""face-vid2vid in steps."""

from collections.abc import Sequence

import torch
from torch import Tensor

from vtuber_app.nets.animation_steps import Animation, chosen
from vtuber_app.nets.facevid2vid import Encoded, Generated, VolumeMover
from vtuber_app.nets.facevid2vid_pose import Head, HEEstimator, KPDetector, posed
from vtuber_app.nets.keypoints import relative_motion
from vtuber_app.nets.warping import deform, resized_grid


class FaceVid2VidAnimation(Animation):
    """`encode` gives volumes, the avatar's own keypoints, and those in the picture; `find` gives the driver's head.

    Further options: which of yaw, pitch and roll are not the driver's (3), and what they are then (3), degrees.
    """

    n_keypoints = 3

    def __init__(self, kp_detector: KPDetector, he_estimator: HEEstimator, generator: VolumeMover) -> None:
        super().__init__()
        self.kp_detector = kp_detector
        self.he_estimator = he_estimator
        self.generator = generator

    def encode(self, image: Tensor) -> tuple[Tensor, ...]:
        canonical: Tensor = self.kp_detector(image)
        return *self.generator.encode(image), canonical, posed(canonical, Head(*self.find(image)))

    def find(self, image: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.he_estimator(image))

    def animate(
        self,
        pictures: tuple[Tensor, Tensor],
        source: Sequence[Tensor],
        initial: Sequence[Tensor],
        driving: Sequence[Tensor],
        options: Tensor,
    ) -> tuple[Tensor, Tensor]:
        volume, compressed, canonical, still = source
        head = Head(*driving)
        head = head._replace(angles=torch.where(options[1:4] > 0, options[4:], head.angles))
        now, first = posed(canonical, head), posed(canonical, Head(*initial))
        (wanted,) = chosen(options, [relative_motion(now, first, still, options[:1])], [now])
        generated: Generated = self.generator.animate(Encoded(volume, compressed), still, wanted)
        alpha = pictures[1]
        seen = generated.motion.deformation.mean(dim=1)[..., :2]  # alpha has no depth: it moves as all depths do
        grid = resized_grid(seen, alpha.shape[2:])
        return generated.prediction, deform(alpha, grid, self.generator.align_corners, "border")
