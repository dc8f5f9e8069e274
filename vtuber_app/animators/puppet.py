"""The embedded animator: a layered puppet that needs no weights and runs on any CPU."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from vtuber_app.core.errors import SettingsError
from vtuber_app.core.parts import Animator
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Avatar, Driving, FaceState, Frame
from vtuber_app.pose.held import ON_FACES, onto_face
from vtuber_app.pose.puppet import PuppetPose, puppet_pose

if TYPE_CHECKING:
    from vtuber_app.avatars.rig.figure import View
    from vtuber_app.avatars.rig.format import Rig
    from vtuber_app.avatars.rig.textures import Pixels


READERS = 2
"""Threads that decode a puppet's pictures while it is loaded."""


class PuppetSettings(Settings):
    """How the puppet is shown and how strongly it moves."""

    kind: Literal["puppet"] = "puppet"
    size: int = Field(512, ge=256, le=2048, title="Size (px)")
    framing: Literal["portrait", "half_body"] = Field("portrait", title="Framing")
    zoom: float = Field(1.0, ge=0.5, le=2, title="Zoom")
    right: float = Field(0.0, ge=-0.5, le=0.5, title="Shift right", description="in picture widths")
    down: float = Field(0.0, ge=-0.5, le=0.5, title="Shift down", description="in picture heights")
    head: float = Field(1.0, ge=0, le=1.5, title="Head motion")
    body: float = Field(1.0, ge=0, le=2, title="Body motion")
    hair: float = Field(1.0, ge=0, le=2, title="Hair motion")
    mouth: float = Field(1.0, ge=0, le=2, title="Mouth motion")
    breathing: bool = Field(True, title="Breathing")


class Puppet(Animator[PuppetSettings]):
    """Moves the layers of a drawn character; a flat picture is cut into layers, or sways as a whole if it can't be."""

    title = "Puppet"
    shows = ON_FACES
    hot = frozenset({"framing", "zoom", "right", "down", "head", "body", "hair", "mouth", "breathing"})

    def __init__(self, settings: PuppetSettings) -> None:
        super().__init__(settings)
        self._avatar: Avatar | None = None
        self._read: Callable[[str], Pixels]
        self._doubt: str | None = None

    def set_avatar(self, avatar: Avatar) -> None:
        from vtuber_app.avatars import pictures
        from vtuber_app.avatars.rig import format
        from vtuber_app.avatars.rig.life import Life

        self._avatar = avatar
        self._doubt = None
        if (avatar.path / "puppet.json").is_file():
            self._rig = format.load(avatar.path)
            self._read = lambda file: pictures.read(avatar.path / file)
        else:
            self._rig, self._read, self._doubt = _cut(avatar)
        self._life = Life(self._rig)
        self._load()

    def update(self, settings: PuppetSettings) -> None:
        super().update(settings)
        if self._avatar is not None and self._figure.scale < self._view.scale:
            self._load()  # zoomed in beyond the textures' sharpness

    @property
    def notice(self) -> str | None:
        return self._doubt if self._avatar is not None else None

    def render(self, driving: Driving) -> Frame:
        chosen = self.settings
        pose = puppet_pose(onto_face(driving.face or FaceState(), driving.held))
        motion = self._life.motion(pose[:6], chosen.head, chosen.body, chosen.breathing, driving.time)
        pixels = self._figure.draw(self._view, motion, _features(pose, chosen.mouth), chosen.hair, driving.time)
        pixels.setflags(write=False)
        return Frame(pixels, driving.time)

    @property
    def _view(self) -> "View":
        """The square of the canvas that the settings show."""
        from vtuber_app.avatars.rig.figure import View

        chosen = self.settings
        x, y, side = self._rig.portrait if chosen.framing == "portrait" else (0.0, 0.0, float(self._rig.canvas))
        shown = side / chosen.zoom
        return View(
            x + (side - shown) / 2 - chosen.right * shown,
            y + (side - shown) / 2 - chosen.down * shown,
            shown,
            chosen.size,
        )

    def _load(self) -> None:
        from vtuber_app.avatars.keep import named_files
        from vtuber_app.avatars.rig.figure import Figure

        # Decoding is half of the work, and the old avatar stands still meanwhile: it goes on beside the other half.
        with ThreadPoolExecutor(READERS, thread_name_prefix="puppet") as pool:
            files = dict.fromkeys(named_files(self._rig.model_dump()))
            ready = {file: pool.submit(self._read, file) for file in files}
            self._figure = Figure(self._rig, lambda file: ready[file].result(), self._view.scale)


def _cut(avatar: Avatar) -> "tuple[Rig, Callable[[str], Pixels], str | None]":
    """The rig of a flat picture, its layers, and what the user should know."""
    from vtuber_app.avatars.autorig import remembered
    from vtuber_app.avatars.rig import flat

    try:
        made = remembered.cut(avatar.pixels, avatar.name)
    except SettingsError as error:
        return flat.rig(avatar), lambda _: avatar.pixels, f"{avatar.name} moves only as a whole. {error}"
    return made.rig, made.pictures.__getitem__, " ".join(made.doubts) or None


def _features(pose: PuppetPose, mouth: float) -> dict[str, tuple[float, ...]]:
    """What the face's features take, by name, the mouth moving `mouth` times as much."""
    lips = pose.mouth
    moved = lips._replace(opening=min(lips.opening * mouth, 1.0), left=lips.left * mouth, right=lips.right * mouth)
    return {
        "left eye": pose.left_eye,
        "right eye": pose.right_eye,
        "left brow": pose.left_brow,
        "right brow": pose.right_brow,
        "mouth": moved,
        "skin": (math.sin(pose.yaw), math.sin(pose.pitch)),
    }
