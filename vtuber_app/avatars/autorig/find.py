"""Finding landmarks and parts in a flat portrait, by the network that learnt from the composer."""

from pathlib import Path

import cv2
import numpy as np

from vtuber_app.avatars.autorig.found import LANDMARKS, MASKS, Found, Pixels, Plane
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError

SIZE = 256
"""Of what the network looks at, px."""
SHARE = 0.55
"""Of that, how much the head fills from crown to chin in the last look, as in training."""
LOOKS = 3
"""The first at the whole figure, the others at the head where the last one found it."""
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
        height, width = pixels.shape[:2]
        alpha = pixels[..., 3:].astype(np.float32) / 255
        shown = (pixels[..., :3] * alpha + GROUND * (1 - alpha)).astype(np.uint8)
        x, y, wide, tall = cv2.boundingRect(np.ascontiguousarray(pixels[..., 3]))
        centre, side = (
            np.array([x + wide / 2, y + min(tall, wide * 1.2) / 2]),
            1.1 * float(min(max(wide, tall), wide * 1.6)),
        )
        for _ in range(LOOKS):
            points, sure, logits = self._look(shown, centre, side)
            crown, chin = (points[LANDMARKS.index(name)] for name in ("crown", "chin"))
            head = max(float(np.hypot(*(chin - crown))), 8.0)
            looked = centre, side
            centre, side = (crown + chin) / 2, float(np.clip(head / SHARE, 16, 4 * max(height, width)))
        if sure < SURE:
            raise SettingsError(
                "No drawn face was found in this picture. Choose one that shows a face from the front, eyes and mouth "
                "in sight, and large enough."
            )
        return Found(points, self._parts(logits, pixels, *looked, float(chin[1])))

    def _look(self, shown: Pixels, centre: Plane, side: float) -> tuple[Plane, float, Plane]:
        """Landmarks in px of the picture, how sure they are, and (masks, SIZE / 2, SIZE / 2) logits."""
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
        return (points[0] * SIZE - SIZE / 2) / scale + centre, float(sure[0].mean()), masks[0]

    def _parts(self, logits: Plane, pixels: Pixels, centre: Plane, side: float, chin: float) -> Pixels:
        """Which part each pixel of the picture shows; out of sight it is hair above the chin, and body below."""
        height, width = pixels.shape[:2]
        scale = side / logits.shape[1]
        offset = centre - side / 2
        matrix = np.array([[scale, 0, offset[0] + scale / 2 - 0.5], [0, scale, offset[1] + scale / 2 - 0.5]])
        shares = np.exp(logits - logits.max(axis=0))
        shares /= shares.sum(axis=0)
        far = np.zeros((len(logits), height, width), np.float32)
        for i, share in enumerate(shares):
            far[i] = cv2.warpAffine(share, matrix, (width, height), flags=cv2.INTER_CUBIC)
        rows = np.arange(height)[:, None]
        unseen = far.sum(axis=0) < 0.5
        parts = far[1:].argmax(axis=0) + 1  # the alpha says better what is ground
        hair, body = MASKS.index("top") + 1, MASKS.index("body") + 1
        parts = np.where(unseen, np.where(rows < chin, hair, body), parts)
        return np.where(pixels[..., 3] > 25, parts, 0).astype(np.uint8)
