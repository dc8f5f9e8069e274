"""First Order Motion Model in steps."""

from collections.abc import Sequence

from torch import Tensor

from vtuber_app.nets.animation_steps import DetectorAnimation, relative_or_not
from vtuber_app.nets.fom import Encoded, OcclusionAwareGenerator
from vtuber_app.nets.keypoints import Keypoints


class FomAnimation(DetectorAnimation):
    """`encode` gives the small picture, features, and keypoints."""

    generator: OcclusionAwareGenerator

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
