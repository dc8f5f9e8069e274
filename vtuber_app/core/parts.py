"""The four kinds of part. A part knows no threads, no Qt, no settings file and no other part."""

import platform
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from enum import Enum, IntEnum
from importlib.util import find_spec
from typing import ClassVar, Generic, Self, TypeVar, get_args

from vtuber_app.core.settings import Settings
from vtuber_app.core.types import FACE_PARTS, Avatar, Driving, FacePart, Frame, Reader, StreamEnded

S = TypeVar("S", bound=Settings)
T = TypeVar("T")

TICK = 0.1
"""The longest a reader waits before it looks whether it should stop, s."""


class Part(ABC, Generic[S]):
    """Something that is opened, used and closed by one thread.

    Attributes:
        title: Its name for the user.
        requires: Optional packages; where one is missing the part is shown greyed out, with the reason.
        systems: Where it can be used, as `platform.system()` names them; empty: everywhere.
        hot: Settings it takes while running, by `update`; any other change restarts it.
    """

    title: ClassVar[str]
    requires: ClassVar[tuple[str, ...]] = ()
    systems: ClassVar[tuple[str, ...]] = ()
    hot: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, settings: S) -> None:
        self.settings = settings

    def __enter__(self) -> Self:
        """Open the device, load the weights."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close what was opened; safe after a failure."""

    def update(self, settings: S) -> None:
        """Take new settings that differ in `hot` fields only; called between two values, on the part's thread."""
        self.settings = settings

    @property
    def notice(self) -> str | None:
        """A sentence the user should know while it runs, e.g. what it does without; None if all is well."""
        return None

    @classmethod
    def settings_class(cls) -> type[Settings]:
        """The class in the brackets of the part's base."""
        for base in getattr(cls, "__orig_bases__", ()):
            for argument in get_args(base):
                if isinstance(argument, type) and issubclass(argument, Settings):
                    return argument
        raise TypeError(f"{cls.__name__} names no settings class in its base's brackets")

    @classmethod
    def kind(cls) -> str:
        """Its name in the registry and in settings files."""
        return str(cls.settings_class().model_fields["kind"].default)

    @classmethod
    def missing(cls) -> tuple[str, ...]:
        """Those of `requires` that are not installed."""
        return tuple(package for package in cls.requires if find_spec(package) is None)

    @classmethod
    def why_not(cls) -> str:
        """Why it can't be used on this computer, in a sentence; empty if it can."""
        if cls.systems and platform.system() not in cls.systems:
            return f"{cls.title} is there on {' and '.join(cls.systems)} only."
        if missing := cls.missing():
            return f"{cls.title} needs a package that is not installed. Type: pip install {' '.join(missing)}"
        return ""


class Source(Part[S]):
    """Pictures in: a camera, a video, a still picture."""

    @abstractmethod
    def read(self, timeout: float) -> Frame | None:
        """Give the next frame, or None if there is none within `timeout` s."""


class Rank(IntEnum):
    """How far a tracker is believed about a part of the face, where several are at work."""

    INVENTED = 0
    """It doesn't know, and has the part live by itself."""
    INDIRECT = 1
    """From something else than a picture of it: a mouth from its sound, a look from where the pointer is."""
    CAMERA = 2
    PHONE = 3
    """From a phone's depth camera, or a program that was chosen to send faces."""
    LEADS = 4
    """The user wants it so."""


class Tracker(Part[S]):
    """The performer's state, from pictures or from the network.

    Attributes:
        uses_camera: It reads the frames that a source gives.
    """

    uses_camera: ClassVar[bool] = False

    def __init__(self, settings: S, frames: Reader[Frame] | None = None) -> None:
        super().__init__(settings)
        self.frames = frames

    @classmethod
    def ranks(cls, settings: S) -> Mapping[FacePart, Rank]:
        """How far it is believed about each part of the face; what is left out it invents."""
        return dict.fromkeys(FACE_PARTS, Rank.CAMERA)

    @abstractmethod
    def read(self, timeout: float) -> Driving | None:
        """Give the next moment, or None if there is none within `timeout` s; PacketError for one bad datagram."""


class Needs(Enum):
    """What drives an animator."""

    FACE = "face"
    FRAME = "frame"


class Animator(Part[S]):
    """Makes the avatar move.

    Attributes:
        shows: Of the parameters that may be held (`Driving.held`), those it can show.
    """

    needs: ClassVar[Needs] = Needs.FACE
    shows: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def set_avatar(self, avatar: Avatar) -> None:
        """Do the work that is needed once for each avatar."""

    @abstractmethod
    def render(self, driving: Driving) -> Frame:
        """Give the avatar at that moment, RGBA, with the driving's time."""


class Output(Part[S]):
    """Where pictures go.

    Attributes:
        lossless: It wants every picture (a recording), not only the newest.
    """

    lossless: ClassVar[bool] = False

    @abstractmethod
    def send(self, picture: Frame) -> None:
        """Deliver one RGBA picture of any size."""


class FaceOutput(Part[S]):
    """Where the performer's face goes: other programs that have an avatar of their own.

    The face is calibrated, smoothed, and idles while nobody is seen, as the avatar's does; left and right are the
    performer's own, whether or not our avatar is mirrored. What is held by hand or by an expression isn't in it.
    """

    @abstractmethod
    def send(self, driving: Driving) -> None:
        """Deliver one moment; it has a face. While no one listens that takes no longer than otherwise."""


def each(reader: Reader[T]) -> Iterator[T]:
    """Yield until the stream ends."""
    while True:
        try:
            value = reader.read(TICK)
        except StreamEnded:
            return
        if value is not None:
            yield value
