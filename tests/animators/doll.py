"""A small puppet of plain shapes, the same on its left as on its right, in colours that tell what is what."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars.rig.format import Body, Brow, Eye, Head, Image, Layer, Mouth, Point, Rig, Sway

CANVAS = 512
SKIN, HAIR, BACK, SHIRT, IRIS, WHITE = (
    (250, 225, 205),
    (90, 60, 40),
    (60, 40, 30),
    (90, 160, 90),
    (20, 40, 250),
    (252,) * 3,
)
INSIDE = (200, 0, 60)
Pixels = NDArray[np.uint8]


class Doll:
    """The puppet and its pictures."""

    def __init__(self) -> None:
        self._pictures: dict[str, Pixels] = {}
        eyes = [self._eye("right", 216), self._eye("left", 296)]
        self.rig = Rig(
            name="Doll",
            canvas=CANVAS,
            portrait=(64, 64, 384),
            head=Head(centre=(256, 208), radius=(88, 100), pivot=(256, 300)),
            body=Body(pivot=(256, 480), chest=(256, 400)),
            parts=(
                self._layer("back hair", (256, 210), (110, 120), BACK, "head", depth=-30, sway=self._sway(110)),
                self._layer("body", (256, 520), (150, 180), SHIRT, "body"),
                self._layer("neck", (256, 320), (30, 60), SKIN, "neck"),
                self._layer("face", (256, 208), (88, 100), SKIN, "head"),
                *eyes,
                self._brow("right", 216),
                self._brow("left", 296),
                Mouth(
                    centre=(256, 262), width=44, height=30, smile=2, line=(120, 30, 30), line_width=3, inside=INSIDE,
                    inside_shade=INSIDE, tongue=INSIDE, teeth=(255, 255, 255), lip_shade=(240, 205, 190),
                ),
                self._layer("fringe", (256, 130), (96, 34), HAIR, "head", depth=14, sway=self._sway(100)),
            ),
        )  # fmt: skip

    def read(self, file: str) -> Pixels:
        """The picture of that name."""
        return self._pictures[file]

    def write(self, folder) -> None:  # type: ignore[no-untyped-def]
        """Save it as a puppet's folder."""
        from vtuber_app.avatars.rig import format

        format.save(self.rig, folder)
        for name, pixels in self._pictures.items():
            cv2.imwrite(str(folder / name), cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA))

    def _ellipse(self, name: str, centre: Point, radius: Point, colour: tuple[int, ...]) -> Image:
        left, top = int(centre[0] - radius[0]), int(centre[1] - radius[1])
        width, height = round(2 * (centre[0] - left)), round(2 * (centre[1] - top))
        x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
        distance = np.hypot((x - width / 2) / radius[0], (y - height / 2) / radius[1])
        alpha = np.clip((1 - distance) * min(radius) + 0.5, 0, 1)
        pixels = np.zeros((height, width, 4), np.uint8)
        pixels[..., :3], pixels[..., 3] = colour, np.rint(255 * alpha)
        pixels[pixels[..., 3] == 0] = 0
        self._pictures[name] = pixels
        return Image(file=name, at=(left, top))

    def _layer(self, name, centre, radius, colour, parent, depth=0.0, sway=None) -> Layer:  # type: ignore[no-untyped-def]
        image = self._ellipse(f"{name}.png", centre, radius, colour)
        return Layer(name=name, parent=parent, depth=depth, sway=sway, **image.model_dump())

    def _sway(self, top: float) -> Sway:
        return Sway(root=(256, top), length=200)

    def _eye(self, side: str, x: float) -> Eye:
        return Eye(
            side=side,
            upper=((x - 24, 212), (x - 14, 200), (x, 194), (x + 14, 200), (x + 24, 212)),
            lower=((x - 24, 212), (x, 230), (x + 24, 212)),
            closed=((x - 24, 216), (x, 226), (x + 24, 216)),
            smile=((x - 24, 222), (x, 208), (x + 24, 222)),
            white=self._ellipse(f"white {side}.png", (x, 212), (30, 28), WHITE),
            iris=self._ellipse(f"iris {side}.png", (x, 210), (11, 14), IRIS),
            lash=self._ellipse(f"lash {side}.png", (x, 195), (22, 3), (30, 20, 30)),
            lower_lash=self._ellipse(f"lower {side}.png", (x, 229), (10, 2), (90, 60, 60)),
            crease=self._ellipse(f"crease {side}.png", (x, 185), (16, 1.5), (200, 160, 150)),
            gaze=(8, 6),
        )

    def _brow(self, side: str, x: float) -> Brow:
        image = self._ellipse(f"brow {side}.png", (x, 174), (20, 3), (150, 10, 150))
        return Brow(side=side, travel=10, **image.model_dump())
