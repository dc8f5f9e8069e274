"""monkey-net in steps."""

from collections.abc import Sequence

import torch
from torch import Tensor

from vtuber_app.nets.animation_steps import DetectorAnimation, chosen
from vtuber_app.nets.monkeynet import Generated, Keypoints, MotionTransferGenerator, relative_keypoints


class MonkeyNetAnimation(DetectorAnimation):
    """`encode` gives features of every size, and keypoints.

    The second of the options is 1 if the Gaussians are the source's, deformed as the driver's were.
    """

    generator: MotionTransferGenerator

    def animate(
        self,
        pictures: tuple[Tensor, Tensor],
        source: Sequence[Tensor],
        initial: Sequence[Tensor],
        driving: Sequence[Tensor],
        options: Tensor,
    ) -> tuple[Tensor, Tensor]:
        image, alpha = pictures
        *features, mean, var = source
        still, now, first = Keypoints(mean, var), Keypoints(*driving), Keypoints(*initial)
        relative = relative_keypoints(now, first, still, options[:1])
        adapted = relative_keypoints(now, first, still, options[:1], adapt_variance=True)
        relative = relative._replace(var=torch.where(options[1:] > 0, adapted.var, relative.var))
        wanted = Keypoints(*chosen(options, relative, driving))
        generated: Generated = self.generator.animate([image, *features], still, wanted)
        return generated.prediction, self.generator.moved(alpha, generated.motion)
