"""DaGAN in steps: as First Order Motion Model, with depth."""

from collections.abc import Sequence

from torch import Tensor

from vtuber_app.nets.animation_steps import Animation, relative_or_not
from vtuber_app.nets.dagan import DepthAwareGenerator, DepthEncoded, SPADEDepthAwareGenerator, with_depth
from vtuber_app.nets.depth import Depth
from vtuber_app.nets.fom import Encoded, Generated, KPDetector
from vtuber_app.nets.keypoints import Keypoints


class DaganAnimation(Animation):
    """`encode` gives the small picture, features, the depth's features, and keypoints; `find` gives keypoints."""

    n_keypoints = 2

    def __init__(
        self, kp_detector: KPDetector, generator: DepthAwareGenerator | SPADEDepthAwareGenerator, depth: Depth
    ) -> None:
        super().__init__()
        self.kp_detector = kp_detector
        self.generator = generator
        self.depth = depth

    def encode(self, image: Tensor) -> tuple[Tensor, ...]:
        far: Tensor = self.depth(image)
        encoded = self.generator.encode_with_depth(image, far)
        return *encoded.source[1:], encoded.depth, *self.kp_detector(with_depth(image, far))

    def find(self, image: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.kp_detector(with_depth(image, self.depth(image))))

    def animate(
        self,
        pictures: tuple[Tensor, Tensor],
        source: Sequence[Tensor],
        initial: Sequence[Tensor],
        driving: Sequence[Tensor],
        options: Tensor,
    ) -> tuple[Tensor, Tensor]:
        image, alpha = pictures
        small, features, depth, *places = source
        wanted = relative_or_not(places, initial, driving, options)
        encoded = DepthEncoded(Encoded(image, small, features), depth)
        generated: Generated = self.generator.animate(encoded, Keypoints(*places), wanted)
        return generated.prediction, self.generator.moved(alpha, generated.motion)
