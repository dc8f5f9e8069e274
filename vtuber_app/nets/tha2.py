"""Talking Head Anime 2: brows, eyes and mouth move in many ways; the head turns by the networks of THA1.

Source: Khungurn, Talking Head Anime from a Single Image 2: More Expressive, 2021.
"""

from torch import Tensor

from vtuber_app.nets.tha1 import Combined, Combiner, Rotated, TwoAlgoFaceRotator
from vtuber_app.nets.tha_face import FacePoser

EYEBROWS, FACE, ROTATION = slice(0, 12), slice(12, 39), slice(39, 42)
"""Of the pose."""


class Poser(FacePoser):
    """The five networks together; each is named as its published file."""

    left = 64

    def __init__(self) -> None:
        super().__init__()
        self.two_algo_face_rotator = TwoAlgoFaceRotator()
        self.combiner = Combiner()

    def rotate(self, image: Tensor, pose: Tensor) -> tuple[Combined, Rotated]:
        """Once for each pose of the head (B, 3)."""
        rotated: Rotated = self.two_algo_face_rotator(image, pose)
        combined: Combined = self.combiner(rotated.color_changed, rotated.resampled, pose)
        return combined, rotated

    def forward(self, image: Tensor, pose: Tensor) -> Tensor:
        """The picture (B, 4, 256, 256) in that pose (B, 42)."""
        eyebrows = self.move_eyebrows(self.decompose(image), pose[:, EYEBROWS])
        full = self.paste(image, self.move_face(image, eyebrows, pose[:, FACE]))
        return self.rotate(full, pose[:, ROTATION])[0].final_image
