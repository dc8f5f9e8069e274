"""What a phone is shown, and what it may wish for."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from pydantic import Field

from vtuber_app import actions, choices, plugins
from vtuber_app.core.settings import Settings
from vtuber_app.pose import wearing
from vtuber_app.pose.expressions import Expression
from vtuber_app.session import Status
from vtuber_app.settings import AppSettings

OUTPUTS = ("virtual_camera", "recorder")
"""Those that a phone may switch."""


class Wish(Settings):
    """One thing that a phone asks for.

    Attributes:
        do: `watch` is the live preview, `thumbnail` an avatar's picture; the rest changes what is seen.
        what: Which avatar, expression or output, by its `Choice.id`: no name and no path ever comes from a phone.
    """

    do: Literal["avatar", "expression", "calibrate", "rest", "output", "watch", "thumbnail"]
    what: str = Field("", max_length=40)
    on: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen or switched; `words` says how it fares, `fault` that this is bad."""

    id: str
    name: str
    on: bool
    words: str = ""
    fault: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """All that a phone shows.

    Attributes:
        resting: The avatar doesn't follow the performer.
        words: How the session fares.
    """

    avatars: tuple[Choice, ...] = ()
    expressions: tuple[Choice, ...] = ()
    outputs: tuple[Choice, ...] = ()
    resting: bool = False
    words: str = ""
    fault: bool = False

    def message(self) -> bytes:
        """As pages get it."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode()


def token(name: str) -> str:
    """A short word for a name, the same each time."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def state(
    settings: AppSettings, status: Status | None, avatars: Sequence[str], expressions: Sequence[Expression]
) -> State:
    """What is in force now."""
    failed = next((stage for stage in status.stages if stage.error), None) if status else None
    words = "Nothing runs. Look at the window."
    if failed and failed.error:
        words = failed.error.partition(": ")[2] or failed.error
    elif status:
        words = "Starting…" if status.state == "starting" else f"{status.fps:.0f} pictures a second"
    return State(
        avatars=tuple(
            Choice(token(name), name.replace("_", " ").capitalize(), name == settings.avatar) for name in avatars
        ),
        expressions=tuple(Choice(token(each.name), each.name, each.name in settings.pose.worn) for each in expressions),
        outputs=tuple(_output(kind, settings, status) for kind in OUTPUTS if kind in plugins.outputs),
        resting=not settings.pose.follows,
        words=words,
        fault=failed is not None or status is None,
    )


def fulfilled(
    wish: Wish, settings: AppSettings, avatars: Sequence[str], expressions: Sequence[Expression]
) -> AppSettings:
    """The settings as a phone wishes them; as they are where it wishes for what is no longer there."""
    match wish.do:
        case "avatar":
            name = next((name for name in avatars if token(name) == wish.what), None)
            return choices.with_avatar(settings, name) if name else settings
        case "expression":
            worn = next((each for each in expressions if token(each.name) == wish.what), None)
            if worn is None:
                return settings
            known = {each.name: each for each in expressions}
            pose = settings.pose
            pose = wearing.only(pose, worn) if wish.on else wearing.take_off(pose, worn.name, known)
            return settings.model_copy(update={"pose": pose})
        case "rest":
            return _posed(settings, follows=not wish.on)
        case "output" if wish.what in OUTPUTS and wish.what in plugins.outputs:
            return actions.switched(settings, wish.what, wish.on)
    return settings


def _output(kind: str, settings: AppSettings, status: Status | None) -> Choice:
    part, on = plugins.outputs[kind], kind in settings.outputs
    if reason := part.why_not():
        return Choice(kind, part.title, False, reason, fault=True)
    stage = next((stage for stage in status.stages if stage.name == kind), None) if status else None
    if stage and stage.error:
        return Choice(kind, part.title, on, stage.error.removeprefix(f"{kind}: "), fault=True)
    return Choice(kind, part.title, on, ("On" if stage and stage.count else "Starting…") if on else "Off")


def _posed(settings: AppSettings, **changes: object) -> AppSettings:
    return settings.model_copy(update={"pose": settings.pose.model_copy(update=changes)})
