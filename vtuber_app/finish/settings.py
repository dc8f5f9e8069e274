"""What the user chose for the finish."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from vtuber_app.core.settings import Settings

Scale = Literal["as_rendered", "2x", "720p", "1080p"]
HEIGHTS: dict[Scale, int] = {"720p": 720, "1080p": 1080}
LARGEST = 4096
"""The longest side that a picture is enlarged to, px."""


class FinishSettings(Settings):
    """How sharp and how smooth pictures leave the program."""

    scale: Scale = Field(
        "as_rendered", title="Picture size", description="720p and 1080p: that high. No picture is made smaller."
    )
    upscaler: Path | None = Field(
        None,
        title="Enlarge with",
        description="An ONNX file, or the name of one in models/upscale. Empty: Lanczos, which is quick.",
    )
    interpolator: Path | None = Field(
        None,
        title="Pictures in between",
        description="Twice as many pictures, half a picture later. An ONNX file, or the name of one in "
        "models/interpolate. Give the virtual camera 60 pictures a second then.",
    )

    @property
    def changes_pictures(self) -> bool:
        """Whether there is anything to do."""
        return self.scale != "as_rendered" or self.interpolator is not None

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height that a picture of this size gets, px."""
        wanted = 2.0 if self.scale == "2x" else HEIGHTS.get(self.scale, 0) / height
        factor = max(1.0, min(wanted, LARGEST / max(width, height)))
        return round(width * factor), round(height * factor)
