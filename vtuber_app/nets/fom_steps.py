"""First Order Motion Model in steps."""

from collections.abc import Sequence

from torch import Tensor

from vtuber_app.nets.animation_steps import Animation, relative_or_not
from vtuber_app.nets.fom import Encoded, KPDetector, OcclusionAwareGenerator
from vtuber_app.nets.keypoints import Keypoints


class FomAnimation(Animation):
    """`encode` gives the small picture, features, and keypoints; `find` gives keypoints."""

    n_keypoints = 2

    def __init__(self, kp_detector: KPDetector, generator: OcclusionAwareGenerator) -> None:
        super().__init__()
        self.kp_detector = kp_detector
        self.generator = generator

    def encode(self, image: Tensor) -> tuple[Tensor, ...]:
        return *self.generator.encode(image)[1:], *self.find(image)

    def find(self, image: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.kp_detector(image))

    def animate(
        self,
        pictures: tuple[Tensor, Tensor],
        source: Sequence[Tensor],
        initial: Sequence[Tensor],
        driving: Sequence[Tensor],
        options: Tensor,
    ) -> tuple[Tensor, Tensor]:
        image, alpha = pictures
        small, features, *places = source
        wanted = relative_or_not(places, initial, driving, options)
        generated, motion = self.generator.animate(Encoded(image, small, features), Keypoints(*places), wanted)
        return generated, self.generator.moved(alpha, motion)
