"""The puppet format: layers of one character and how they move, in a folder with `puppet.json`.

All coordinates are canvas pixels, x right and y down. The canvas is square and framed as Talking Head Anime
wants its pictures: the head fills the box from 3/8 to 5/8 of the width and from 1/8 to 3/8 of the height.
`portrait` is the square that is shown by default. Left and right are the character's own.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from vtuber_app.core.errors import SettingsError
from vtuber_app.core.settings import Settings

Point = tuple[float, float]
Curve = Annotated[tuple[Point, ...], Field(min_length=3)]
"""A line of points with growing x, read as y(x) and held beyond its ends."""
Colour = tuple[int, int, int]
"""sRGB."""


class Image(Settings):
    """One cut-out picture: RGBA PNG with straight alpha, its top left corner at `at`."""

    file: str
    at: tuple[int, int]


class Sway(Settings):
    """A spring: the layer swings about `root`, more the farther below it (above, if `upward`), fully at `length` px."""

    root: Point
    length: float = Field(gt=0)
    gain: float = Field(1.0, ge=0, le=3)
    frequency: float = Field(1.5, gt=0, le=10, description="Hz")
    damping: float = Field(0.35, ge=0, le=2, description="1 is critical")
    upward: bool = Field(False, description="a lock that stands up from its root")


class Layer(Image):
    """A picture that moves as one.

    Attributes:
        parent: What carries it. A `face` layer is a feature: it is drawn onto the layer named `face`
            before that one is bent, so it follows the curve of the face.
        depth: Distance in front of the head's rounded front, px; negative lies behind. For a feature it is the
            additional depth over the face (a nose's tip).
        curve: 1 is rounded as the head's front is, 0 is flat as a board through the head's axis.
        hang: (y0, y1): above y0 it moves with the head, below y1 with the body, blended between (long hair).
    """

    kind: Literal["layer"] = "layer"
    name: str
    parent: Literal["head", "face", "neck", "body"]
    depth: float = 0.0
    curve: float = Field(1.0, ge=0, le=1)
    sway: Sway | None = None
    hang: tuple[float, float] | None = None


class Eye(Settings):
    """An eye: white and iris seen through the opening between two lid curves.

    Attributes:
        upper: The upper lid's edge, open; it moves toward `closed` (or `smile`, for a smiling eye).
        lower: The lower lid's edge.
        closed: Where the lids meet in a blink, bent down like a bowl; `smile` is the arch of a happy eye.
        white: The eyeball with the lid's shadow; larger than the opening, which cuts it.
        iris: The whole iris with pupil; `highlight` lies over it and moves less.
        lash: Upper lash line, drawn open; each column shifts with the lid. `lower_lash` and `crease` alike.
        shut: The lash line of the closed eye, drawn along `closed`, where that isn't simply `lash` moved.
        gaze: How far the iris moves, px, to the side and up or down.
    """

    kind: Literal["eye"] = "eye"
    side: Literal["left", "right"]
    upper: Curve
    lower: Curve
    closed: Curve
    smile: Curve
    white: Image
    iris: Image
    highlight: Image | None = None
    lash: Image
    lower_lash: Image | None = None
    crease: Image | None = None
    shut: Image | None = None
    gaze: Point


class Brow(Image):
    """A brow, drawn at rest.

    Attributes:
        travel: How far it rises at full raise, px.
        through: How much of it is seen through the hair, 0…1.
    """

    kind: Literal["brow"] = "brow"
    side: Literal["left", "right"]
    travel: float = Field(gt=0)
    through: float = Field(0.6, ge=0, le=1)


class Mouth(Settings):
    """A mouth, drawn by the renderer from its pose in the character's colours.

    Attributes:
        centre: The middle of the closed line.
        width: Of the closed line at rest, px.
        height: Of the opening at full jawOpen, px.
        smile: How far the corners rise at rest, px (negative droops).
        rest: The mouth at rest, if that is a picture: it gives way to the drawn one as the mouth opens.
        opened: How far open it is in that picture, 0…1; it opens on from there.
    """

    kind: Literal["mouth"] = "mouth"
    centre: Point
    width: float = Field(gt=0)
    height: float = Field(gt=0)
    smile: float = 0.0
    line: Colour
    line_width: float = Field(gt=0)
    inside: Colour
    inside_shade: Colour
    tongue: Colour
    teeth: Colour
    lip_shade: Colour = Field(description="the soft shadow under the lower lip")
    fang: bool = Field(False, description="a small canine on the character's left")
    rest: Image | None = None
    opened: float = Field(0.0, ge=0, le=1)


class Head(Settings):
    """The ellipsoid the head's layers are bent around; it nods and turns about `pivot`, in the neck."""

    centre: Point
    radius: Point
    pivot: Point


class Body(Settings):
    """The torso leans about `pivot`; breathing widens it around `chest`, (x, y), by up to `breath` px."""

    pivot: Point
    chest: Point
    breath: float = Field(6.0, ge=0)


Part = Annotated[Layer | Eye | Brow | Mouth, Field(discriminator="kind")]


class Rig(Settings):
    """A puppet: `parts` from back to front, exactly one layer named `face`; eyes, brows and mouth lie on it."""

    format: Literal["vtuber-puppet"] = "vtuber-puppet"
    version: Literal[1] = 1
    name: str
    author: str = ""
    licence: str = ""
    canvas: int = Field(2048, ge=256, le=8192)
    portrait: tuple[float, float, float] = Field(description="x, y of the top left corner, side")
    head: Head
    body: Body
    parts: tuple[Part, ...]


def load(folder: Path) -> Rig:
    """Read `puppet.json`; SettingsError says what is wrong in it."""
    path = folder / "puppet.json"
    try:
        return Rig.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The puppet {folder.name} can't be read: {error.strerror}: {path}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(place) for place in first["loc"])
        raise SettingsError(
            f"The puppet {folder.name} has a mistake in puppet.json at {where}: {first['msg']}"
        ) from error


def save(rig: Rig, folder: Path) -> None:
    """Write `puppet.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "puppet.json").write_text(rig.model_dump_json(indent=1, exclude_defaults=False), encoding="utf-8")


def scaled(rig: Rig, factor: float) -> Rig:
    """The rig for pictures drawn `factor` as large; frequencies, shares and colours stay."""
    lengths = {
        "centre", "radius", "pivot", "chest", "breath", "portrait", "depth", "hang", "root", "length", "upper", "lower",
        "closed", "smile", "gaze", "travel", "width", "height", "line_width",
    }  # fmt: skip

    def times(value: Any) -> Any:
        return [times(one) for one in value] if isinstance(value, list | tuple) else value * factor

    def of(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: of(inner, key) for key, inner in value.items()}
        if name == "at":
            return [round(one * factor) for one in value]
        if name in lengths and value is not None:
            return times(value)
        return [of(one) for one in value] if isinstance(value, list | tuple) and name == "parts" else value

    return Rig.model_validate(of(rig.model_dump()) | {"canvas": round(rig.canvas * factor)})
