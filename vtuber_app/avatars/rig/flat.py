"""A rig for a picture that has no layers: it moves as one, its upper part with the head."""

import cv2
import numpy as np

from vtuber_app.avatars.rig.format import Body, Head, Layer, Rig
from vtuber_app.core.types import Avatar

SMALLEST = 256


def rig(avatar: Avatar) -> Rig:
    """The avatar's picture as the one layer of a square canvas, standing on its lower edge."""
    height, width = avatar.pixels.shape[:2]
    canvas = max(height, width, SMALLEST)
    at = (canvas - width) // 2, canvas - height
    left, top, wide, tall = cv2.boundingRect(np.ascontiguousarray(avatar.pixels[..., 3]))
    x, y = at[0] + left + wide / 2, at[1] + top
    size = 0.2 * max(min(tall, 1.5 * wide), 1)  # of a head, as half-body pictures have it
    layer = Layer(
        name="picture", file="", at=at, parent="head", hang=(y + 1.4 * size, y + 4 * size)
    )  # fmt: skip
    return Rig(
        name=avatar.name,
        canvas=canvas,
        portrait=(0, 0, canvas),
        head=Head(centre=(x, y + size), radius=(size, size), pivot=(x, y + 2.2 * size)),
        body=Body(pivot=(x, float(canvas)), chest=(x, y + 3.5 * size), breath=0.02 * size),
        parts=(layer,),
    )
