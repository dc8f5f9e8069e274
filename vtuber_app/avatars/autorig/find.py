"""Finding landmarks and parts in a flat portrait, by the network that learnt from the composer."""

from pathlib import Path

import cv2
import numpy as np

from vtuber_app.avatars.autorig.fill import strongest
from vtuber_app.avatars.autorig.found import BROW, EYE, LANDMARKS, MASKS, SIDES, Found, Pixels, Plane
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError

SIZE = 256
"""Of what the network looks at, px."""
SHARE, NEAR, CLOSE = 0.55, 1.1, 1.25
"""Of that, how much the head fills from crown to chin in the looks at the head, at the face, and at eyes and mouth."""
LOOKS = 3
"""The first at the whole figure, two at the head where the last one found it; then at the face, eyes and mouth."""
FADES = 0.12
"""Over so much of its side at the border what a nearer look sees gives way to the last one's."""
GROUND = 200
SURE = 0.15
"""How sure the network must be of the landmarks of a face, on average."""


def _in_a_mirror(name: str) -> str:
    """What a landmark is called there: sides change, and lines begin where they ended."""
    side, _, rest = name.partition(" ")
    ends = {"corner": "far corner", "far corner": "corner"}
    if rest in EYE or rest in BROW:
        rest = ends.get(rest, rest.replace("1", "#").replace("3", "1").replace("#", "3"))
    swapped = {"right": "left", "left": "right"}
    return f"{swapped.get(side, side)} {swapped.get(rest, rest)}".strip()


MIRRORED = [LANDMARKS.index(_in_a_mirror(name)) for name in LANDMARKS]
"""Of each landmark the place of that which a mirror shows there."""


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
        for look in range(LOOKS):
            see = self._look if look < LOOKS - 1 else self._looks
            points, sure, logits = see(shown, centre, side)
            head, seen = _head(points), (centre, side)
            centre, side = head.mean(axis=0), _reach(head, SHARE, shape)
        if sure.mean() < SURE:
            raise SettingsError(
                "No drawn face was found in this picture. Choose one that shows a face from the front, eyes and mouth "
                "in sight, and large enough."
            )
        shares = _spread(logits, shape, *seen)
        irises = [points[LANDMARKS.index(f"{one} iris")] for one in SIDES]
        near = (np.mean(irises, axis=0) + head[1]) / 2, _reach(head, NEAR, shape)
        nearer, _, logits = self._looks(shown, *near)
        inside = (np.abs(points - near[0]) < 0.45 * near[1]).all(axis=1)
        points = np.where(inside[:, None], nearer, points)
        _lay(shares, logits, *near)
        for centre in (*irises, points[LANDMARKS.index("mouth top")]):
            close = centre, _reach(head, CLOSE, shape)
            _lay(shares, self._looks(shown, *close)[2], *close)
        return Found(points, _parts(shares, pixels, float(head[1, 1])))

    def _looks(self, shown: Pixels, centre: Plane, side: float) -> tuple[Plane, Plane, Plane]:
        """The mean of `_look` and of what it sees in a mirror."""
        width = shown.shape[1]
        points, sure, logits = self._look(shown, centre, side)
        mirror = np.ascontiguousarray(shown[:, ::-1])
        there, surely, parts = self._look(mirror, np.array([width - centre[0], centre[1]]), side)
        there, surely = there[MIRRORED] * (-1, 1) + (width, 0), surely[MIRRORED]
        return (points + there) / 2, (sure + surely) / 2, (logits + parts[..., ::-1]) / 2

    def _look(self, shown: Pixels, centre: Plane, side: float) -> tuple[Plane, Plane, Plane]:
        """Landmarks in px of the picture, how sure it is of each, and (masks, SIZE, SIZE) logits."""
        scale = SIZE / side
        # Pixels' middles lie half a pixel beside what OpenCV counts.
        x, y = SIZE / 2 - 0.5 - (centre - 0.5) * scale
        matrix = np.array([[scale, 0, x], [0, scale, y]])
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


def _lay(shares: Plane, logits: Plane, centre: Plane, side: float) -> None:
    """Lay what a nearer look saw over what the others did, (masks, H, W), in place."""
    x0, y0 = np.maximum(np.floor(centre - side / 2), 0).astype(int)
    x1, y1 = np.maximum(np.ceil(centre + side / 2), 0).astype(int)
    part = shares[:, y0:y1, x0:x1]
    if not part.size:
        return
    shape, centre = (part.shape[1], part.shape[2]), centre - (x0, y0)
    down, across = (np.abs(np.arange(n) + 0.5 - at) for n, at in zip(shape, centre[::-1], strict=True))
    weight = np.clip((side / 2 - np.maximum(down[:, None], across)) / (FADES * side), 0, 1).astype(np.float32)
    part += weight * (_spread(logits, shape, centre, side) - part)


def _parts(shares: Plane, pixels: Pixels, chin: float) -> Pixels:
    """Which part each pixel of the picture shows; out of sight it is hair above the chin, and body below."""
    rows = np.arange(pixels.shape[0])[:, None]
    unseen = shares.sum(axis=0) < 0.5
    parts = strongest(shares[1:]) + 1  # the alpha says better what is ground
    hair, body = MASKS.index("cap") + 1, MASKS.index("body") + 1
    parts = np.where(unseen, np.where(rows < chin, hair, body), parts)
    return np.where(pixels[..., 3] > 25, parts, 0).astype(np.uint8)
