import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from vtuber_app.core import clock
from vtuber_app.core.errors import DeviceError, SettingsError
from vtuber_app.core.types import Driving
from vtuber_app.pose.filters import Filters, PoseSettings
from vtuber_app.pose.voice import Voice, Vowel, enrol
from vtuber_app.trackers import alsa, microphone, microphones
from vtuber_app.trackers.microphone import (
    Microphone,
    MicrophoneSettings,
    Tap,
    forget_voice,
    load_voice,
    save_voice,
    voice_file,
)
from vtuber_app.trackers.microphones import RATE, Opened, chosen

Sound = NDArray[np.float32]
CHUNK = 320
"""20 ms, as DirectShow is asked to give."""
FORMANTS = {"A": (750, 1200), "I": (290, 2250), "U": (320, 900), "E": (480, 1950), "O": (490, 880)}


def buzz(vowel: str, seconds: float, level: float = 0.07) -> Sound:
    """A vowel of 120 Hz: harmonics under two resonances."""
    time = np.arange(int(seconds * RATE)) / RATE
    tones = 120 * np.arange(1, 40)
    centres = np.array(FORMANTS[vowel])[:, None]
    peaks = (1 / (1 + ((tones - centres) / 70) ** 2)).sum(0)
    sound = (np.sin(2 * np.pi * tones[:, None] * time + tones[:, None]) * (peaks + 0.003)[:, None]).sum(0)
    return np.asarray(level * sound / sound.std(), np.float32)


def room(seconds: float) -> Sound:
    return np.random.default_rng(3).normal(0, 0.001, int(seconds * RATE)).astype(np.float32)


class Heard:
    """Ears that hear what they were given, on a clock of their own."""

    def __init__(self, sound: Sound) -> None:
        self._chunks = [sound[start : start + CHUNK] for start in range(0, len(sound), CHUNK)]
        self.now = 100.0
        self.closed = False

    def read(self, timeout: float) -> Sound | None:
        self.now += CHUNK / RATE
        return self._chunks.pop(0) if self._chunks else None

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Any:
    def listen(sound: Sound, **settings: Any) -> tuple[Microphone, Heard]:
        ears = Heard(sound)
        monkeypatch.setattr(microphone, "open_microphone", lambda wish: ears)
        monkeypatch.setattr(clock, "now", lambda: ears.now)
        return Microphone(MicrophoneSettings(**settings)), ears

    return listen


def moments(tracker: Microphone) -> Iterator[Driving]:
    while (moment := tracker.read(0.1)) is not None:
        yield moment


def shape(moment: Driving, name: str) -> float:
    assert moment.face
    return moment.face[name]


def test_the_mouth_follows_the_voice_within_60_ms(listening: Any) -> None:
    tracker, ears = listening(np.concatenate([room(2), buzz("A", 1), room(1)]))
    with tracker:
        jaws = [(moment.time - 100, shape(moment, "jawOpen")) for moment in moments(tracker)]
    assert ears.closed
    times, jaw = np.array(jaws).T
    half = np.median(jaw[(times > 2.3) & (times < 3)]) / 2
    assert half > 0.1
    assert jaw[times <= 2].max() < 0.01
    assert times[jaw >= half][0] - 2 <= 0.06
    assert times[jaw >= half][-1] - 3 <= 0.06
    assert jaw[times > 3.3].max() < 0.01


def test_vowels_have_their_shapes(listening: Any) -> None:
    for vowel, name in (("A", "jawOpen"), ("I", "mouthStretchLeft"), ("U", "mouthPucker"), ("O", "mouthFunnel")):
        tracker, _ = listening(np.concatenate([room(1.2), buzz(vowel, 0.5)]))
        with tracker:
            last = list(moments(tracker))[-1]
        assert last.face
        mouth = {key: last.face[key] for key in ("jawOpen", "mouthStretchLeft", "mouthPucker", "mouthFunnel")}
        assert max(mouth, key=lambda key: mouth[key]) == name, vowel


def test_who_speaks_from_the_start_or_while_calibrating_is_not_taken_for_an_open_mouth(listening: Any) -> None:
    tracker, _ = listening(np.concatenate([buzz("A", 0.5), room(0.1)] * 10))
    filters, jaws = Filters(PoseSettings()), []
    with tracker:
        for number, moment in enumerate(moments(tracker)):
            if number == 150:  # 3 s
                filters.calibrate()
            face = filters(moment).face
            assert face
            jaws.append(face["jawOpen"])
    assert max(jaws[:25]) > 0.5, "it opens at once"
    for later in (jaws[65:100], jaws[200:250], jaws[250:]):
        assert max(later) == pytest.approx(max(jaws[:25]), rel=0.1)


def test_the_rest_of_the_face_lives(listening: Any) -> None:
    tracker, _ = listening(room(12))
    with tracker:
        faces = [moment.face for moment in moments(tracker) if moment.face and moment.from_rest]
    assert len(faces) == 600
    assert max(face["eyeBlinkLeft"] for face in faces) > 0.9
    assert np.ptp([face.rotation[1] for face in faces]) > 0.03
    assert all(face.confidence == 1 for face in faces)


def test_its_settings_apply_while_it_runs(listening: Any) -> None:
    tracker, _ = listening(np.concatenate([room(1.2), buzz("A", 3)]))
    with tracker:
        for _ in range(100):
            open_wide = shape(tracker.read(0.1), "jawOpen")
        tracker.update(MicrophoneSettings(amount=0.5))
        assert shape(tracker.read(0.1), "jawOpen") == pytest.approx(open_wide / 2, rel=0.1)
        tracker.update(MicrophoneSettings(above_db=40))
        for _ in range(20):
            shut = shape(tracker.read(0.1), "jawOpen")
        assert shut < 0.01


def test_a_dead_microphone_is_noticed(listening: Any) -> None:
    tracker, _ = listening(np.concatenate([np.zeros(3 * RATE, np.float32), room(0.5)]))
    with tracker:
        notices = [tracker.notice for _ in moments(tracker)]
    assert notices[0] is None
    assert "silent" in (notices[140] or "")
    assert notices[-1] is None


def test_nothing_heard_is_no_moment(listening: Any) -> None:
    tracker, _ = listening(np.zeros(0, np.float32))
    with tracker:
        assert tracker.read(0.01) is None


def test_an_enrolled_voice_is_kept_and_used(listening: Any) -> None:
    assert load_voice() == Voice()
    swapped: dict[Vowel, Vowel] = {"A": "I", "I": "A", "U": "U", "E": "E", "O": "O"}
    voice = Voice()
    for said, sounds in swapped.items():
        voice = enrol(voice, said, buzz(sounds, 1))
    save_voice(voice)
    assert load_voice() == voice
    for use, name in ((True, "mouthStretchLeft"), (False, "jawOpen")):  # who says I as others say A
        tracker, _ = listening(np.concatenate([room(1.2), buzz("A", 0.5)]), use_voice=use)
        with tracker:
            last = list(moments(tracker))[-1]
        assert shape(last, name) > 0.35
    voice_file().write_text("{broken", encoding="utf-8")
    with pytest.raises(SettingsError, match="five vowels again"):
        load_voice()
    forget_voice()
    assert load_voice() == Voice()
    forget_voice()


class Stuttering:
    """A container that has something new every other time, as a device has."""

    def __init__(self, path: Path) -> None:
        self._file = av.open(str(path))
        self.streams = self._file.streams
        self._packets = self._file.demux(audio=0)
        self._turn = 0

    def demux(self, stream: Any) -> Iterator[Any]:
        self._turn += 1
        if self._turn % 2:
            raise BlockingIOError
        yield from itertools.islice(self._packets, 1)

    def close(self) -> None:
        self._file.close()


def test_sound_of_ffmpeg_comes_as_it_is_new_and_its_end_is_told(tmp_path: Path) -> None:
    wave = np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000)
    path = tmp_path / "tone.wav"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("pcm_s16le", rate=48_000, layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.repeat(wave * 16_000, 2).astype(np.int16)[None], "s16", "stereo")
        frame.sample_rate, frame.time_base, frame.pts = 48_000, Fraction(1, 48_000), 0
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    container = Stuttering(path)
    ears = Opened(container, "Tone")  # type: ignore[arg-type]
    sound: list[Sound] = []
    with pytest.raises(DeviceError, match="Tone has stopped"):
        sound.extend(new for _ in range(100) if (new := ears.read(0.05)) is not None)
    ears.close()
    heard = np.concatenate(sound)
    assert len(sound) > 3
    assert RATE * 0.95 < len(heard) <= RATE
    assert np.abs(heard).max() == pytest.approx(16_000 / 32_768, abs=0.05)
    assert np.abs(np.fft.rfft(heard, RATE))[1:].argmax() + 1 == pytest.approx(440, abs=2)


class Nothing:
    def demux(self, stream: Any) -> Iterator[Any]:
        raise BlockingIOError

    class streams:
        audio = (None,)


def test_a_device_without_news_is_waited_for_no_longer_than_asked() -> None:
    began = clock.now()
    assert Opened(Nothing(), "Quiet").read(0.05) is None  # type: ignore[arg-type]
    assert 0.03 < clock.now() - began < 0.5


def test_recording_takes_as_long_as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    ears = Heard(room(3))
    monkeypatch.setattr(clock, "now", lambda: ears.now)
    assert RATE <= sum(map(len, microphones.record(ears, 1))) < 1.1 * RATE
    ears = Heard(room(0.1))
    with pytest.raises(DeviceError, match="no sound"):
        list(microphones.record(ears, 1))


def test_what_a_microphone_hears_others_hear_without_opening_it_again(listening: Any) -> None:
    tracker, _ears = listening(buzz("A", 2))
    with tracker:
        assert tracker.heard is None
        tap = Tap(tracker)
        for _ in range(10):
            tracker.read(0.1)
        assert tracker.heard
        assert tracker.heard.level == pytest.approx(20 * np.log10(0.07), abs=3)
        sound = np.concatenate([tap.read(0) for _ in range(10)])
        assert np.array_equal(sound, buzz("A", 2)[: 10 * CHUNK])
        tap.close()
        tracker.read(0.1)
        assert tracker.taps == ()
    assert tracker.heard is None


def test_a_microphone_is_found_by_a_part_of_its_name() -> None:
    names = ["USB Microphone (2)", "Yeti Stereo Microphone", "usb microphone"]
    assert chosen("USB Microphone", names) == "usb microphone"
    assert chosen("yeti", names) == "Yeti Stereo Microphone"
    with pytest.raises(DeviceError, match="choose one of: USB Microphone"):
        chosen("headset", names)


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ALSA is Linux' own")


@linux
def test_a_microphone_that_is_missing_says_so() -> None:
    with pytest.raises(DeviceError, match=r"can't be opened .*Plug one in"):
        alsa.Capture("no_such_microphone")


@linux
def test_alsa_gives_sound(tmp_path: Path) -> None:
    """By ALSA's own device that is always silent; in a process of its own, for ALSA reads its settings once."""
    settings = tmp_path / "asound.conf"
    settings.write_text("pcm.!default { type null }\n", encoding="utf-8")
    code = (
        "from vtuber_app.trackers.microphones import open_microphone, list_microphones\n"
        "print(list_microphones()[0])\n"
        "ears = open_microphone()\n"
        "sound = ears.read(0.5)\n"
        "print(sound.dtype, len(sound) > 0, abs(sound).max())\n"
        "ears.close()\n"
    )
    environment = {**os.environ, "ALSA_CONFIG_PATH": str(settings)}
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, env=environment, capture_output=True, text=True, timeout=30
    )
    if "libasound is missing" in done.stderr:
        pytest.skip("libasound is not installed")
    assert done.stdout.split() == ["default", "float32", "True", "0.0"], done.stderr
