"""The embedded animator: a layered puppet that needs no weights and runs on any CPU."""

import math
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from vtuber_app.core.parts import Animator
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Avatar, Driving, FaceState, Frame
from vtuber_app.pose.held import ON_FACES, onto_face
from vtuber_app.pose.puppet import PuppetPose, puppet_pose

if TYPE_CHECKING:
    from vtuber_app.avatars.rig.figure import View


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
    """Moves the layers of a drawn character; any other picture sways as a whole."""

    title = "Puppet"
    shows = ON_FACES
    hot = frozenset({"framing", "zoom", "right", "down", "head", "body", "hair", "mouth", "breathing"})

    def __init__(self, settings: PuppetSettings) -> None:
        super().__init__(settings)
        self._avatar: Avatar | None = None

    def set_avatar(self, avatar: Avatar) -> None:
        from vtuber_app.avatars.rig import flat, format
        from vtuber_app.avatars.rig.life import Life

        self._layered = (avatar.path / "puppet.json").is_file()
        self._avatar = avatar
        self._rig = format.load(avatar.path) if self._layered else flat.rig(avatar)
        self._life = Life(self._rig)
        self._load()

    def update(self, settings: PuppetSettings) -> None:
        super().update(settings)
        if self._avatar is not None and self._figure.scale < self._view.scale:
            self._load()  # zoomed in beyond the textures' sharpness

    @property
    def notice(self) -> str | None:
        if self._avatar is not None and not self._layered:
            return f"{self._avatar.name} is one flat picture, so it moves as a whole. Choose a puppet to see it alive."
        return None

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
        from vtuber_app.avatars import pictures
        from vtuber_app.avatars.rig.figure import Figure

        avatar = self._avatar
        assert avatar is not None
        if self._layered:
            self._figure = Figure(self._rig, lambda file: pictures.read(avatar.path / file), self._view.scale)
        else:
            self._figure = Figure(self._rig, lambda _: avatar.pixels, self._view.scale)


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
