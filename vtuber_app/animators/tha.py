"""What the animators of Talking Head Anime share: settings, the pose of a moment, networks that make a picture."""

from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

import numpy as np
from pydantic import Field

from vtuber_app.avatars.square import square
from vtuber_app.core import paths, weights
from vtuber_app.core.errors import VtuberError
from vtuber_app.core.parts import Animator
from vtuber_app.core.types import Avatar, Driving, FaceState, Frame, Pose
from vtuber_app.pose import tha
from vtuber_app.pose.held import over, shown
from vtuber_app.runtime.network import Network
from vtuber_app.runtime.pictures import Pictures
from vtuber_app.runtime.plan import Arrays, Plan, Step
from vtuber_app.runtime.route import RuntimeSettings
from vtuber_app.store import require

if TYPE_CHECKING:
    from torch import nn

    from vtuber_app.nets.tha_steps import Modules

SAMPLE = "sora"
"""The avatar with whose picture ways to run networks are compared."""
STEPS = {"exact": 0.0, "fine": 0.01, "coarse": 0.04}
"""How near two values of a pose must be to count as one."""
FACE_NETWORKS = ("eyebrow_decomposer", "eyebrow_morphing_combiner", "face_morpher")
FACE_STEPS = (
    Step("picture", ("picture",), ("image", "background", "eyebrow", "encoded")),
    Step("brows", ("image", "background", "eyebrow", "encoded"), ("head", "features"), slice(0, 12)),
    Step("face", ("image", "head", "features"), ("full",), slice(12, 39)),
)
"""Of THA2, 3 and 4, before they turn the head."""


class ThaSettings(RuntimeSettings):
    """How a character shows what its performer does, and where the networks run."""

    brows: tha.Brows = Field("angry", title="Lowered brows look")
    wink: tha.Wink = Field("normal", title="Closed eyes look")
    iris_small: float = Field(0.0, ge=0, le=1, title="Small irises")
    rest: float = Field(
        tha.OPEN,
        ge=0,
        le=0.6,
        title="Open eyes",
        description="Blinks up to that leave the eyes open: webcams see some in open eyes too. 0: as published.",
    )
    lips: float = Field(
        tha.PARTED, ge=0, le=1, title="Parted lips", description="Teeth show though the jaw is shut. 0: as published."
    )
    breaths: float = Field(20.0, ge=0, le=60, title="Breaths a minute", description="0: the chest rests.")
    steps: Literal["exact", "fine", "coarse"] = Field(
        "fine", title="Steps of motion", description="Poses as near as that share a picture: coarse saves work."
    )
    cache_mb: int = Field(256, ge=0, le=16384, title="Remembered pictures (MB)")


S = TypeVar("S", bound=ThaSettings)


class TalkingHead(Animator[S]):
    """Moves a picture by networks in steps.

    Attributes:
        networks: Names of their files.
        order: The steps.
        size: Of their square picture.
        length: Of a pose.
        licence: A sentence that must be read beside what they make, or None.
    """

    requires = ("torch",)
    hot = frozenset({"brows", "wink", "iris_small", "rest", "lips", "breaths", "steps"})
    shows = shown(45)
    networks: ClassVar[tuple[str, ...]]
    order: ClassVar[tuple[Step, ...]]
    size: ClassVar[int] = 512
    length: ClassVar[int] = 45
    licence: ClassVar[str | None] = None

    def __init__(self, settings: S) -> None:
        super().__init__(settings)
        self._network: Network | None = None
        self._repaired: str | None = None

    def __exit__(self, *exc: object) -> None:
        if self._network:
            self._network.__exit__(None, None, None)
        self._network = None

    @abstractmethod
    def poser(self) -> "nn.Module":
        """The networks, without weights."""

    @abstractmethod
    def modules(self, poser: Any) -> "Modules":
        """The networks cut into the steps of `order`."""

    @abstractmethod
    def pose(self, driving: Driving) -> Pose:
        """The pose of that moment, at rest if it has no face."""

    @property
    def card(self) -> str:
        """Name of the networks in the model store."""
        return self.kind()

    def plan(self, avatar: Avatar) -> Plan:
        """The networks for that avatar; WeightsError if they aren't there."""
        folder = require(self.card)
        return self.planned(self.card, folder, partial(sample, self.size, self.length))

    def planned(self, name: str, folder: Path, sample: Callable[[], Arrays]) -> Plan:
        """The networks with the weights in that folder."""
        files = tuple(folder / f"{network}.pt" for network in self.networks)
        return Plan(name, self.order, lambda: self.modules(_loaded(self.poser, files)), files, sample)

    def fitted(self, avatar: Avatar) -> Avatar:
        """The avatar that is moved when this one is chosen."""
        return avatar

    def set_avatar(self, avatar: Avatar) -> None:
        avatar = self.fitted(avatar)
        plan = self.plan(avatar)
        if self._network is None or not self._network.serves(plan):
            self._open(Network(plan, self.settings))
        assert self._network
        self._repaired = _repaired(avatar, self.size)
        self._last = square(avatar.pixels, self.size)
        self._last.setflags(write=False)
        self._network.put("picture", self._last)
        self._pictures = Pictures(self.settings.cache_mb << 20)

    def render(self, driving: Driving) -> Frame:
        assert self._network
        pose = self.pose(driving)
        if step := STEPS[self.settings.steps]:
            pose = (np.rint(pose / step) * step).astype(np.float32)
        key = pose.tobytes()
        pixels = self._pictures.get(key)
        if pixels is None:
            pixels = self._network.run(pose)
            if pixels is None:  # the networks gave none; the one before stands in
                return Frame(self._last, driving.time)
            pixels.setflags(write=False)
            self._pictures.put(key, pixels)
        self._last = pixels
        return Frame(pixels, driving.time)

    def _open(self, network: Network) -> None:
        self.__exit__()
        self._network = network  # at once, since it has to tell how it is prepared
        try:
            network.__enter__()
        except VtuberError:
            self._network = None
            raise

    @property
    def notice(self) -> str | None:
        network = self._network
        said = [network.notice if network else None, self._repaired, self.licence]
        if network and network.n_broken:
            said.append(f"{network.n_broken} pictures were dropped: the networks gave no numbers.")
        return " ".join(sentence for sentence in said if sentence) or None


def pose45(driving: Driving, settings: ThaSettings) -> Pose:
    """The pose of THA3 and 4 at that moment, (45,), of the kind the networks were trained with; at rest if faceless."""
    breathing = tha.breath(driving.time, settings.breaths)
    return tha.bounded(over(tha.pose45(driving.face or FaceState(), style(settings), breathing), driving.held))


def style(settings: ThaSettings) -> tha.Style:
    """As the settings say."""
    return tha.Style(settings.brows, settings.wink, settings.iris_small, settings.rest, settings.lips)


def _loaded(make: "Callable[[], nn.Module]", files: tuple[Path, ...]) -> Any:
    """A poser whose networks have the weights of the files that are named as they."""
    import torch

    with torch.device("meta"):
        poser = make()
    for file in files:
        weights.load_into(poser.get_submodule(file.stem), file)
    return poser


def sample(size: int, length: int) -> Arrays:
    """A picture that ships with the program, and a pose in which all moves."""
    from vtuber_app.avatars import gallery

    pose = np.random.default_rng(4).uniform(0.3, 0.6, length).astype(np.float32)
    if length > len(tha.PARAMETERS_THA1):
        pose[: tha.PLACE["iris_rotation_x"]] /= 4  # so that there is room for all that acts on one feature
        pose = tha.bounded(pose)
    return {"picture": square(gallery.load(paths.assets() / "avatars" / SAMPLE).pixels, size), "pose": pose}


def _repaired(avatar: Avatar, size: int) -> str | None:
    """What was done to a picture that isn't as the networks want it."""
    height, width = avatar.pixels.shape[:2]
    said = []
    if height != width:
        said.append(f"{avatar.name} is {width}x{height}: its middle square is used.")
    elif height < size:
        said.append(f"{avatar.name} is only {width}x{height}: it was enlarged to {size}x{size} and looks soft.")
    if avatar.pixels[..., 3].min() == 255:
        said.append(f"{avatar.name} has no transparent background: the networks move the background too.")
    return " ".join(said) or None
