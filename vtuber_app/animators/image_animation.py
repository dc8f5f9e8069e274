"""What the animators of image animation share: the driver's face in his frames, the picture's part that moves."""

from abc import abstractmethod
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vtuber_app.animators import checkpoints
from vtuber_app.animators.checkpoints import Hyper, Published
from vtuber_app.core.errors import VtuberError, WeightsError
from vtuber_app.core.parts import Animator, Needs
from vtuber_app.core.square import Square
from vtuber_app.core.types import Avatar, Driving, Frame
from vtuber_app.pose.following import Following, around
from vtuber_app.runtime.network import Network
from vtuber_app.runtime.plan import Plan, Step
from vtuber_app.runtime.route import RuntimeSettings

if TYPE_CHECKING:
    from torch import nn

    from vtuber_app.nets.animation_steps import Animation

Pixels = NDArray[np.uint8]
SAMPLE_SCALE = 1.1
NO_POSE = np.zeros(0, np.float32)


class ImageAnimationSettings(RuntimeSettings):
    """How a picture follows the driver, and where the networks run."""

    checkpoint: Path | None = Field(None, title="Checkpoint", description="A published file, or one of your own.")
    motion: Literal["relative", "absolute"] = Field(
        "relative",
        title="Motion",
        description="relative: moves as you move from your first picture. absolute: takes your place and shape.",
    )
    adapt_scale: bool = Field(True, title="Adapt the scale", description="Of the motion, to the picture's face.")
    follow: bool = Field(True, title="Follow the face", description="Off: the middle of your picture is used as it is.")
    paste: bool = Field(True, title="Show the whole picture", description="Off: only the part that moves.")


S = TypeVar("S", bound=ImageAnimationSettings)


class ImageAnimation(Animator[S]):
    """Moves a part of any picture as the driver's frames say.

    The first frame with a face is the one from which relative motion is counted, unless `begin` said another.

    Attributes:
        published: The published checkpoints, by the setting `variant`.
        keypoints: Names of what they find in a frame.
        size: Of the networks' pictures, px.
    """

    needs = Needs.FRAME
    requires = ("torch",)
    hot = frozenset({"motion", "adapt_scale", "follow", "paste"})
    published: ClassVar[dict[str, Published]]
    keypoints: ClassVar[tuple[str, ...]]
    size = 256

    def __init__(self, settings: S) -> None:
        super().__init__(settings)
        self._network: Network | None = None
        self._about = ""
        self._forget()

    def __exit__(self, *exc: object) -> None:
        if self._network:
            self._network.__exit__(None, None, None)
        self._network = None

    @abstractmethod
    def animation(self, checkpoint: Path, network: Hyper) -> "Animation":
        """The networks, loaded; WeightsError if the checkpoint is of others."""

    @abstractmethod
    def source(self, network: Hyper) -> tuple[str, ...]:
        """Names of what the networks make of the picture once, its keypoints last, as "source_" and their names."""

    def plan(self, checkpoint: Path, network: Hyper) -> Plan:
        """The networks in steps, which take "picture", "initial", "driving" and "options", and give a picture."""

        def modules() -> "dict[str, nn.Module]":
            from vtuber_app.nets.animation_steps import steps

            try:
                return steps(self.animation(checkpoint, network))
            except (WeightsError, TypeError) as error:
                raise checkpoints.explained(error, checkpoint, self.title) from error

        source = ("image", "alpha", *self.source(network))
        initial = tuple(f"initial_{name}" for name in self.keypoints)
        steps = (
            Step("source", ("picture",), source),
            Step("initial", ("initial",), initial),
            Step("frame", ("driving",), self.keypoints),
            Step("picture", (*source, *initial, *self.keypoints, "options"), ("pixels", "total")),
        )
        given = partial(sample, self.size, self.options(SAMPLE_SCALE))
        return Plan(self.plan_name(), steps, modules, (checkpoint, *self.further_files()), given, ("driving",))

    def plan_name(self) -> str:
        """Of the networks' folder in the cache."""
        return self.kind()

    def further_files(self) -> tuple[Path, ...]:
        """Files of networks beside the checkpoint; WeightsError if one is missing."""
        return ()

    def options(self, scale: float) -> NDArray[np.float32]:
        """What the networks are told beside the pictures; see `nets.animation_steps.Animation.animate`."""
        return np.array([scale], np.float32)

    def scale(self, network: Network) -> float:
        """How much larger the picture's face is than the driver's in the initial frame, by what the networks found."""
        import torch

        from vtuber_app.nets.keypoints import movement_scale

        first = self.keypoints[0]
        source, initial = (torch.from_numpy(network.value(f"{whose}_{first}")) for whose in ("source", "initial"))
        return movement_scale(source, initial)

    def begin(self, driving: Driving) -> None:
        """Count relative motion from that moment, which shows a face."""
        frame = self._driver(driving)
        assert frame is not None
        self._begin(frame)
        self._following = Following()

    def set_avatar(self, avatar: Avatar) -> None:
        from vtuber_app.avatars import faces, framing

        if self._network is None:
            self._open()
        face = faces.find(avatar.pixels) if self.settings.follow else None
        square = around(face.points) if face else framing.middle(avatar.pixels)
        self._about = ""
        if self.settings.follow and face is None:
            self._about = f"No face is found in {avatar.name}: its middle square moves."
        self._setting = framing.Setting(avatar.pixels, square)
        self._part = framing.taken(avatar.pixels, square, self.size)
        assert self._network
        self._network.put("picture", self._part)
        self._last = self._shown(self._part)
        self._forget()

    def render(self, driving: Driving) -> Frame:
        assert self._network
        frame = self._driver(driving)
        if frame is None:  # nobody to follow: the last picture stays
            return Frame(self._last, driving.time)
        if not self._began:
            self._begin(frame)
        self._network.put("driving", frame)
        if (part := self._moved()) is not None:
            self._last = self._shown(part)
        return Frame(self._last, driving.time)

    @property
    def notice(self) -> str | None:
        said = [self._network.notice if self._network else None, self._about]
        return " ".join(sentence for sentence in said if sentence) or None

    def _driver(self, driving: Driving) -> Pixels | None:
        """The part of the driver's frame (S, S, 3) that the picture follows; None before it shows a face."""
        if driving.frame is None:
            return None
        from vtuber_app.avatars import framing

        pixels = driving.frame.pixels[..., :3]
        square: Square | None = framing.middle(pixels)
        if self.settings.follow:
            square = self._following(driving.face.landmarks if driving.face else None, driving.time)
        if square is None:
            return None
        if driving.mirrored:
            square = square._replace(x=pixels.shape[1] - square.x)
        part = framing.taken(pixels, square, self.size)
        return np.ascontiguousarray(part[:, ::-1]) if driving.mirrored else part

    def _forget(self) -> None:
        self._following = Following()
        self._began = False
        self._scale = 1.0

    def _begin(self, frame: Pixels) -> None:
        """Count from that frame."""
        assert self._network
        self._network.put("initial", frame)
        self._network.put("driving", frame)
        self._moved()
        self._scale = self.scale(self._network)
        self._began = True

    def _moved(self) -> Pixels | None:
        """The picture's part as the networks move it; None if they gave no numbers."""
        assert self._network
        scale = self._scale if self.settings.adapt_scale else 1.0
        self._network.put("options", self.options(scale if self.settings.motion == "relative" else 0.0))
        return self._network.run(NO_POSE)

    def _shown(self, part: Pixels) -> Pixels:
        whole = self._setting.with_part(part) if self.settings.paste else part
        whole.setflags(write=False)
        return whole

    def chosen(self) -> Plan:
        """The plan of the checkpoint that the settings name; WeightsError if there is none."""
        path = self.settings.checkpoint
        if path is None:
            raise WeightsError(
                f"{self.title} needs a checkpoint: a published file such as vox-cpk.pth.tar, or your own."
            )
        if not path.is_file():
            raise WeightsError(f"There is no checkpoint {path}.")
        made = checkpoints.own(path) or self.published[getattr(self.settings, "variant", "vox")]
        self.size = made.size
        return self.plan(path, made.network)

    def _open(self) -> None:
        self._network = Network(self.chosen(), self.settings)
        try:
            self._network.__enter__()
        except VtuberError:
            self._network = None
            raise


def sample(size: int, options: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """A picture, and frames by lot as smooth as pictures are."""
    import cv2

    rng = np.random.default_rng(5)

    def smooth(channels: int) -> Pixels:
        coarse = rng.integers(0, 256, (size // 16, size // 16, channels), np.uint8)
        return np.asarray(cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC), np.uint8)

    picture = smooth(4)
    picture[..., 3] = 255
    return {"picture": picture, "initial": smooth(3), "driving": smooth(3), "options": options, "pose": NO_POSE}
