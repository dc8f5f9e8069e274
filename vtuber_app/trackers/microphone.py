"""Only a microphone: the mouth follows the voice, and the rest of the face lives by itself."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal, Self

import numpy as np
from pydantic import Field, ValidationError

from vtuber_app.core import clock, paths
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.parts import Rank, Tracker
from vtuber_app.core.settings import Settings
from vtuber_app.core.slot import Fifo
from vtuber_app.core.types import Driving, FacePart, FaceState
from vtuber_app.pose.idle import Idle
from vtuber_app.pose.voice import Voice
from vtuber_app.pose.vowels import Heard, Listener, blendshapes
from vtuber_app.trackers.microphones import Ears, Sound, open_microphone

SILENT_S = 2.0
SILENT_DB = -85.0


class MicrophoneSettings(Settings):
    """How a voice moves the mouth."""

    kind: Literal["microphone"] = "microphone"
    device: str = Field("", title="Microphone", description="Its name or a part of it; empty: the system's own.")
    above_db: float = Field(
        10, ge=3, le=40, title="Opens above noise", description="How much louder than the room a voice must be, dB."
    )
    amount: float = Field(1, ge=0.2, le=1.6, title="Mouth movement")
    leads: bool = Field(
        False, title="Always moves the mouth", description="Even while a camera or phone sees it; smiles stay theirs."
    )
    use_voice: bool = Field(
        True, title="Use my voice", description="What was learnt from your own vowels; otherwise any voice's."
    )


class Microphone(Tracker[MicrophoneSettings]):
    """Hears vowels in the sound of a microphone; the eyes and the head idle.

    Attributes:
        heard: The newest; any thread may look.
        taps: Who hears the same sound; replaced, never changed.
    """

    title = "Microphone"
    hot = frozenset({"above_db", "amount", "leads"})

    @classmethod
    def ranks(cls, settings: MicrophoneSettings) -> Mapping[FacePart, Rank]:
        return {"mouth": Rank.LEADS if settings.leads else Rank.INDIRECT, "smile": Rank.INDIRECT}

    heard: Heard | None = None
    taps: "tuple[Tap, ...]" = ()

    def __enter__(self) -> Self:
        voice = load_voice() if self.settings.use_voice else Voice()
        self._listener = Listener(voice.known(), self.settings.above_db)
        self._silent_since: float | None = None
        self._silent = False
        self._ears: Ears = open_microphone(self.settings.device)
        self._idle = Idle()
        return self

    def __exit__(self, *exc: object) -> None:
        if hasattr(self, "_ears"):
            self._ears.close()
            del self._ears
        self.heard = None

    def update(self, settings: MicrophoneSettings) -> None:
        super().update(settings)
        self._listener.above_db = settings.above_db

    @property
    def notice(self) -> str | None:
        if getattr(self, "_silent", False):
            return "The microphone is silent. Is it muted, or forbidden to this program in the system's settings?"
        return None

    def read(self, timeout: float) -> Driving | None:
        sound = self._ears.read(timeout)
        if sound is None or not len(sound):
            return None
        now = clock.now()
        for tap in self.taps:
            tap.put(sound)
        self.heard = heard = self._listener(sound)
        self._watch(heard, now)
        return Driving(now, self._face(heard, now), from_rest=True)

    def _face(self, heard: Heard, now: float) -> FaceState:
        idle = self._idle(now)
        mouth = blendshapes(heard.vowels, heard.opened * self.settings.amount)
        return replace(idle, blendshapes=np.maximum(idle.blendshapes, mouth), confidence=1.0)

    def _watch(self, heard: Heard, now: float) -> None:
        """Notice a microphone that gives nothing at all: a room is never that quiet."""
        if heard.level > SILENT_DB:
            self._silent_since = None
        elif self._silent_since is None:
            self._silent_since = now
        self._silent = self._silent_since is not None and now - self._silent_since > SILENT_S


class Tap(Fifo[Sound]):
    """Ears that hear what a microphone at work hears, so that it need not be opened twice."""

    def __init__(self, microphone: Microphone) -> None:
        super().__init__(500)
        self._microphone = microphone
        microphone.taps = (*microphone.taps, self)

    def close(self) -> None:
        self._microphone.taps = tuple(tap for tap in self._microphone.taps if tap is not self)
        super().close()


def voice_file() -> Path:
    """Where the user's voice is kept."""
    return paths.config() / "voice.json"


def load_voice() -> Voice:
    """The voice that was enrolled; one without vowels if there is none.

    Raises:
        SettingsError: The file can't be read.
    """
    try:
        return Voice.model_validate_json(voice_file().read_bytes())
    except FileNotFoundError:
        return Voice()
    except (OSError, ValidationError) as error:
        raise SettingsError(
            f"Your voice can't be read from {voice_file()}. Delete that file and say the five vowels again, "
            "or switch off Use my voice."
        ) from error


def forget_voice() -> None:
    """Have nobody's voice enrolled.

    Raises:
        SettingsError: The file can't be deleted.
    """
    try:
        voice_file().unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(f"Your voice can't be deleted from {voice_file()}: {error.strerror}.") from error


def save_voice(voice: Voice) -> None:
    """Keep the voice for the next start, in one step.

    Raises:
        SettingsError: It can't be written.
    """
    file = voice_file()
    temporary = file.with_suffix(".tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(voice.model_dump_json(indent=1), encoding="utf-8")
        temporary.replace(file)
    except OSError as error:
        raise SettingsError(f"Your voice can't be saved in {file.parent}: {error.strerror}.") from error
