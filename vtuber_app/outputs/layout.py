"""Size, place and transparency of the pictures that an output gives: one set of settings, and what they do."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from pydantic.config import JsonDict

from vtuber_app.core.settings import Settings
from vtuber_app.outputs import canvas

Alpha = Literal["straight", "premultiplied"]
PICTURE: JsonDict = {"group": "Picture"}
MOVES = frozenset({"scale", "right", "up", "mirrored"})
"""Settings that move the avatar within a picture of the same size."""
HOT = MOVES | {"width", "height", "filled", "colour", "alpha"}
"""All of them, for an output that takes pictures of changing sizes."""
LONGEST = 4096
"""The longest side that follows from the other one, px."""


class PlaceSettings(Settings):
    """Where the avatar stands in an output's picture."""

    scale: float = Field(1.0, ge=0.2, le=2.0, title="Avatar's size", json_schema_extra=PICTURE)
    right: float = Field(0.0, ge=-0.5, le=0.5, title="Avatar to the right", json_schema_extra=PICTURE)
    up: float = Field(0.0, ge=-0.5, le=0.5, title="Avatar up", json_schema_extra=PICTURE)
    mirrored: bool = Field(
        False,
        title="Mirrored",
        description="For programs that show you a mirror of yourself.",
        json_schema_extra=PICTURE,
    )


class LayoutSettings(PlaceSettings):
    """The same, for an output that keeps the transparency."""

    width: int | None = Field(
        None,
        ge=16,
        le=3840,
        title="Width, px",
        description="Automatic: as rendered, or as the height asks for.",
        json_schema_extra=PICTURE,
    )
    height: int | None = Field(
        None,
        ge=16,
        le=2160,
        title="Height, px",
        description="Automatic: as rendered, or as the width asks for.",
        json_schema_extra=PICTURE,
    )
    filled: bool = Field(
        False, title="Coloured background", description="Instead of transparency.", json_schema_extra=PICTURE
    )
    colour: str = Field(canvas.CALM, pattern=canvas.HEX, title="Background colour", json_schema_extra=PICTURE)
    alpha: Alpha = Field(
        "straight",
        title="Alpha",
        description="Straight: colours as they are, which this output's programs expect. Premultiplied: colours "
        "multiplied by their alpha.",
        json_schema_extra=PICTURE,
    )


class Layout:
    """Lays rendered pictures out as the settings say at that moment.

    Args:
        even: Sizes are made even, as films want them.
        fixed: The first picture's size is kept to the end.
    """

    def __init__(self, even: bool = False, fixed: bool = False) -> None:
        self._even = even
        self._fixed = fixed
        self._size: tuple[int, int] | None = None
        self._made_for: tuple[object, ...] = ()

    def __call__(self, pixels: NDArray[np.uint8], settings: LayoutSettings) -> NDArray[np.uint8]:
        """Give the picture that is shown.

        Args:
            pixels: (H, W, 4) RGBA with straight alpha, or (H, W, 3) RGB.
            settings: As they are now.

        Returns:
            (H', W', 4) RGBA, or (H', W', 3) RGB before a background. It may be `pixels` themselves, and is otherwise
            used again by the next call.
        """
        size = self._size if self._fixed and self._size else self._size_of(pixels, settings)
        self._size = size
        moved = settings.scale != 1 or settings.right or settings.up or settings.mirrored
        as_it_is = pixels.shape[2] == 4 and not settings.filled and settings.alpha == "straight"
        if as_it_is and not moved and size == (pixels.shape[1], pixels.shape[0]):
            return pixels
        wanted = (size, settings.filled, settings.colour, settings.alpha)
        if wanted != self._made_for:
            behind = canvas.plain(size, settings.colour) if settings.filled else None
            self._canvas = canvas.Canvas(size, behind, settings.alpha == "premultiplied")
            self._made_for = wanted
        return self._canvas.place(pixels, settings.scale, settings.right, settings.up, settings.mirrored)

    def _size_of(self, pixels: NDArray[np.uint8], settings: LayoutSettings) -> tuple[int, int]:
        high, wide = pixels.shape[:2]
        match settings.width, settings.height:
            case int() as width, int() as height:
                size = width, height
            case int() as width, None:
                size = width, min(max(1, round(high * width / wide)), LONGEST)
            case None, int() as height:
                size = min(max(1, round(wide * height / high)), LONGEST), height
            case _:
                size = wide, high
        return (size[0] + size[0] % 2, size[1] + size[1] % 2) if self._even else size
