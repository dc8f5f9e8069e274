"""Painting on a transparent sheet with skia: fills, gradients, tapered ink, and shade kept inside a shape."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import skia
from numpy.typing import NDArray

from vtuber_app.avatars.composer.lines import PointLike, Points, along, curve, ribbon
from vtuber_app.avatars.composer.palette import Colour

Stop = tuple[float, Colour, float]
"""Place 0…1, colour, opacity 0…1."""


def fade(colour: Colour, start: float = 1.0, end: float = 0.0) -> tuple[Stop, ...]:
    """One colour from opacity `start` to `end`."""
    return (0.0, colour, start), (1.0, colour, end)


@dataclass(frozen=True)
class Gradient:
    """Colours along the line from `start` to `end`."""

    start: tuple[float, float]
    end: tuple[float, float]
    stops: Sequence[Stop]


@dataclass(frozen=True)
class Glow:
    """Colours from a centre outward, over an ellipse of the given radii."""

    centre: tuple[float, float]
    radius: tuple[float, float]
    stops: Sequence[Stop]


Paint = Colour | Gradient | Glow
Shape: TypeAlias = PointLike | skia.Path

MODES = {
    "over": skia.BlendMode.kSrcOver,
    "atop": skia.BlendMode.kSrcATop,
    "erase": skia.BlendMode.kDstOut,
}


def _argb(colour: Colour, opacity: float) -> int:
    return int(skia.Color(*colour, round(255 * min(1.0, max(0.0, opacity)))))


SHAPES = 6000
"""How many outlines are remembered: most of a character's are those of others too."""


def path(*outlines: PointLike) -> skia.Path:
    """A closed path of one or more outlines, which nobody may add to: it may be another sheet's too."""
    return _path(*(np.asarray(outline, np.float64).tobytes() for outline in outlines))


@lru_cache(SHAPES)
def _path(*outlines: bytes) -> skia.Path:
    return _closed(*(np.frombuffer(outline).reshape(-1, 2) for outline in outlines))


def _closed(*outlines: Points) -> skia.Path:
    result = skia.Path()
    for outline in outlines:
        across, down = outline.T.tolist()  # NumPy's own numbers would take four times as long
        result.addPoly(list(map(skia.Point, across, down)), True)
    return result


@lru_cache(SHAPES)
def _stroke(points: bytes, width: float, start: float, end: float) -> skia.Path:
    """The outline of a pen line, as `Sheet.ink` takes it."""
    spine = np.frombuffer(points).reshape(-1, 2)
    if len(spine) < 12:
        spine = curve(spine)
    t = along(spine)
    press = np.ones_like(t)
    if start > 0:
        press *= np.clip(t / start, 0, 1) ** 0.75
    if end > 0:
        press *= np.clip((1 - t) / end, 0, 1) ** 0.75
    half = 0.5 * width * press
    return _closed(ribbon(spine, half, half))


def ellipse(x: float, y: float, rx: float, ry: float, tilt: float = 0.0) -> Points:
    """An ellipse's outline; `tilt` in degrees, clockwise."""
    a = np.linspace(0, 2 * np.pi, max(24, int((rx + ry) * 1.2)), endpoint=False)
    c, s = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
    px, py = rx * np.cos(a), ry * np.sin(a)
    return np.stack([x + px * c - py * s, y + px * s + py * c], axis=1)


CANVAS = 2048
"""Width and height of the canvas in whose px everything is drawn."""


@dataclass(frozen=True)
class Manner:
    """How sheets are painted.

    Attributes:
        size: Of a sheet, px, of which the canvas fills all.
        ink: Factor on the width of pen lines.
        soft: Factor on the softness of edges: 0 is cel shading, 1.6 is airbrush.
    """

    size: int = CANVAS
    ink: float = 1.0
    soft: float = 1.0


PLAIN = Manner()
_manner: ContextVar[Manner] = ContextVar("_manner", default=PLAIN)


@contextmanager
def painted(manner: Manner) -> Iterator[None]:
    """What is painted here is painted so."""
    before = _manner.set(manner)
    try:
        yield
    finally:
        _manner.reset(before)


def manner() -> Manner:
    """How sheets are painted now."""
    return _manner.get()


class Sheet:
    """A transparent sheet that shows the canvas.

    Attributes:
        size: Width and height, px.
    """

    def __init__(self) -> None:
        self._manner = _manner.get()
        self.size = self._manner.size
        self._surface = skia.Surface(self.size, self.size)
        self._canvas = self._surface.getCanvas()
        self._canvas.scale(self.size / CANVAS, self.size / CANVAS)

    def fill(self, shape: Shape, paint: Paint, opacity: float = 1.0, blur: float = 0.0, mode: str = "over") -> None:
        """Fill a shape; `blur` is the softness of its edge, px."""
        outline = shape if isinstance(shape, skia.Path) else path(shape)
        self._canvas.drawPath(outline, self._paint(paint, opacity, blur, mode))

    def ink(
        self,
        points: PointLike,
        width: float,
        paint: Paint,
        start: float = 0.35,
        end: float = 0.35,
        opacity: float = 1.0,
        mode: str = "over",
    ) -> None:
        """A pen line that swells to `width`; `start` and `end` are the shares of its length over which it tapers."""
        line = np.asarray(points, np.float64).tobytes()
        self.fill(_stroke(line, width * self._manner.ink, start, end), paint, opacity, mode=mode)

    @contextmanager
    def inside(self, shape: Shape) -> Iterator[None]:
        """What is painted here stays within the shape."""
        outline = shape if isinstance(shape, skia.Path) else path(shape)
        self._canvas.save()
        self._canvas.clipPath(outline, True)
        try:
            yield
        finally:
            self._canvas.restore()

    @contextmanager
    def group(self, opacity: float = 1.0, mode: str = "over") -> Iterator[None]:
        """What is painted here is laid down as one picture."""
        self._canvas.saveLayer(None, skia.Paint(Alphaf=opacity, BlendMode=MODES[mode]))
        try:
            yield
        finally:
            self._canvas.restore()

    def under(self, other: "Sheet") -> "Sheet":
        """A new sheet: this one with another over it."""
        with painted(self._manner):
            both = Sheet()
        with both._unscaled():
            for sheet in (self, other):
                both._canvas.drawImage(sheet._surface.makeImageSnapshot(), 0, 0)
        return both

    @contextmanager
    def _unscaled(self) -> Iterator[None]:
        self._canvas.save()
        self._canvas.resetMatrix()
        try:
            yield
        finally:
            self._canvas.restore()

    def pixels(self) -> NDArray[np.uint8]:
        """(size, size, 4) RGBA, straight alpha."""
        return np.asarray(self._surface.makeImageSnapshot().toarray(colorType=skia.kRGBA_8888_ColorType))

    def _paint(self, paint: Paint, opacity: float, blur: float, mode: str) -> skia.Paint:
        settings: dict[str, Any] = {"AntiAlias": True, "BlendMode": MODES[mode]}
        if (blur := blur * self._manner.soft) > 0:
            settings["MaskFilter"] = skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur)
        if isinstance(paint, Gradient):
            settings["Shader"] = skia.GradientShader.MakeLinear(
                [skia.Point(*paint.start), skia.Point(*paint.end)],
                [_argb(c, a * opacity) for _, c, a in paint.stops],
                [s for s, _, _ in paint.stops],
            )
        elif isinstance(paint, Glow):
            matrix = skia.Matrix.Scale(1.0, paint.radius[1] / paint.radius[0])
            matrix.postTranslate(*paint.centre)
            settings["Shader"] = skia.GradientShader.MakeRadial(
                skia.Point(0, 0),
                paint.radius[0],
                [_argb(c, a * opacity) for _, c, a in paint.stops],
                [s for s, _, _ in paint.stops],
                skia.TileMode.kClamp,
                0,
                matrix,
            )
        else:
            settings["Color"] = _argb(paint, opacity)
        return skia.Paint(**settings)
