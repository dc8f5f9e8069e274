"""Finding landmarks and parts in a flat portrait, by the network that learnt from the composer."""

from pathlib import Path

import cv2
import numpy as np

from vtuber_app.avatars.autorig.fill import strongest
from vtuber_app.avatars.autorig.found import LANDMARKS, MASKS, SIDES, Found, Pixels, Plane
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError

SIZE = 256
"""Of what the network looks at, px."""
SHARE, NEAR = 0.55, 1.1
"""Of that, how much the head fills from crown to chin in the looks at the head and in the last one, at the face."""
LOOKS = 3
"""The first at the whole figure, two at the head where the last one found it; one at the face follows."""
GROUND = 200
SURE = 0.15
"""How sure the network must be of the landmarks of a face, on average."""


class Finder:
    """The network, loaded once."""

    def __init__(self, path: Path | None = None) -> None:
        """By default the network that comes with the program."""
        file = path or paths.assets() / "rig" / "portrait.onnx"
        self._network = cv2.dnn.readNetFromONNX(np.fromfile(file, np.uint8))

    def find(self, pixels: Pixels) -> Found:
        """Find the parts of a portrait.

        Args:
            pixels: (H, W, 4) RGBA, straight alpha, cut out.

        Raises:
            SettingsError: No face of a drawn character is seen in it.
        """
        shape = pixels.shape[0], pixels.shape[1]
        shown = on_ground(pixels)
        x, y, wide, tall = cv2.boundingRect(np.ascontiguousarray(pixels[..., 3]))
        centre, side = (
            np.array([x + wide / 2, y + min(tall, wide * 1.2) / 2]),
            1.1 * float(min(max(wide, tall), wide * 1.6)),
        )
        for _ in range(LOOKS):
            points, sure, logits = self._look(shown, centre, side)
            head, seen = _head(points), (centre, side)
            centre, side = head.mean(axis=0), _reach(head, SHARE, shape)
        if sure.mean() < SURE:
            raise SettingsError(
                "No drawn face was found in this picture. Choose one that shows a face from the front, eyes and mouth "
                "in sight, and large enough."
            )
        shares = _spread(logits, shape, *seen)
        irises = points[[LANDMARKS.index(f"{one} iris") for one in SIDES]].mean(axis=0)
        near = (irises + head[1]) / 2, _reach(head, NEAR, shape)
        nearer, _, logits = self._look(shown, *near)
        inside = (np.abs(points - near[0]) < 0.45 * near[1]).all(axis=1)
        points = np.where(inside[:, None], nearer, points)
        close = _spread(logits, shape, *near)
        shares = np.where(close.sum(axis=0) > 0.5, close, shares)
        return Found(points, _parts(shares, pixels, float(head[1, 1])))

    def _look(self, shown: Pixels, centre: Plane, side: float) -> tuple[Plane, Plane, Plane]:
        """Landmarks in px of the picture, how sure it is of each, and (masks, SIZE, SIZE) logits."""
        scale = SIZE / side
        matrix = np.array([[scale, 0, SIZE / 2 - centre[0] * scale], [0, scale, SIZE / 2 - centre[1] * scale]])
        near = max(int(1 / scale), 1)
        smooth = cv2.blur(shown, (near, near)) if near > 1 else shown
        crop = cv2.warpAffine(smooth, matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR, borderValue=(GROUND,) * 3)
        batch = crop.astype(np.float32).transpose(2, 0, 1)[None] / np.float32(127.5) - 1
        self._network.setInput(batch, "picture")
        points, sure, masks = (
            np.asarray(one, np.float32) for one in self._network.forward(["points", "sure", "masks"])
        )
        return (points[0] * SIZE - SIZE / 2) / scale + centre, sure[0], masks[0]


def on_ground(pixels: Pixels) -> Pixels:
    """(H, W, 3) RGB, a picture (H, W, 4), straight alpha, over plain grey."""
    alpha = pixels[..., 3:].astype(np.float32) / 255
    return np.asarray(pixels[..., :3] * alpha + GROUND * (1 - alpha), np.uint8)


def _head(points: Plane) -> Plane:
    """(2, 2) px, crown and chin."""
    return points[[LANDMARKS.index("crown"), LANDMARKS.index("chin")]]


def _reach(head: Plane, share: float, shape: tuple[int, int]) -> float:
    """The side of a look that a head fills by that share, px."""
    tall = max(float(np.hypot(*(head[1] - head[0]))), 8.0)
    return float(np.clip(tall / share, 16, 4 * max(shape)))


def _spread(logits: Plane, shape: tuple[int, int], centre: Plane, side: float) -> Plane:
    """(masks, H, W) how likely each part is seen, of the picture's size; 0 where the look did not reach."""
    scale = side / logits.shape[1]
    offset = centre - side / 2
    matrix = np.array([[scale, 0, offset[0] + scale / 2 - 0.5], [0, scale, offset[1] + scale / 2 - 0.5]])
    shares = np.exp(logits - logits.max(axis=0))
    shares /= shares.sum(axis=0)
    far = [cv2.warpAffine(share, matrix, shape[::-1], flags=cv2.INTER_LINEAR) for share in shares]
    return np.stack(far).astype(np.float32)


def _parts(shares: Plane, pixels: Pixels, chin: float) -> Pixels:
    """Which part each pixel of the picture shows; out of sight it is hair above the chin, and body below."""
    rows = np.arange(pixels.shape[0])[:, None]
    unseen = shares.sum(axis=0) < 0.5
    parts = strongest(shares[1:]) + 1  # the alpha says better what is ground
    hair, body = MASKS.index("top") + 1, MASKS.index("body") + 1
    parts = np.where(unseen, np.where(rows < chin, hair, body), parts)
    return np.where(pixels[..., 3] > 25, parts, 0).astype(np.uint8)
