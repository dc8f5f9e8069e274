"""Films and pictures that the tests of outputs make and look at."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.types import Frame

RATE = 48_000


def disc(size: int = 128, moment: float = 0.0) -> Frame:
    """An orange disc on nothing, at that time; its brightness tells the time's hundredths apart."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    pixels = np.zeros((size, size, 4), np.uint8)
    pixels[x**2 + y**2 < (0.4 * size) ** 2] = (250, 120, 30, 255)
    pixels.setflags(write=False)
    return Frame(pixels, moment)


def noisy(size: int, count: int, fps: int = 30) -> Iterator[Frame]:
    """Pictures that compress badly."""
    rng = np.random.default_rng(0)
    for index in range(count):
        pixels = rng.integers(0, 255, (size, size, 4), np.uint8)
        pixels[..., 3] = 255
        yield Frame(pixels, 100 + index / fps)


def read(path: Path, decoder: str | None = None) -> tuple[list[float], list[NDArray[np.uint8]]]:
    """Times and pictures of a film: RGB, or RGBA with the decoder that knows alpha."""
    times, pictures = [], []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context: Any = av.CodecContext.create(decoder, "r") if decoder else stream
        for packet in container.demux(stream):
            for frame in context.decode(packet):
                times.append(float(frame.pts * stream.time_base))
                pictures.append(frame.to_ndarray(format="rgba" if decoder else "rgb24"))
    return times, pictures


def talking(path: Path, codec: str = "aac", beep: float = 0.5, length: float = 1.0, start: float = 0.0) -> Path:
    """A film with sound: silence, and from the moment `beep` on a tone and a white picture; times begin at `start`."""
    with av.open(str(path), "w") as container:
        pictures = container.add_stream("libx264" if path.suffix != ".webm" else "libvpx-vp9", rate=25)
        sound = container.add_stream(codec, rate=RATE, layout="mono")
        assert isinstance(pictures, av.VideoStream)
        assert isinstance(sound, av.AudioStream)
        pictures.width = pictures.height = 64
        pictures.pix_fmt = "yuv420p"
        for index in range(round(25 * length)):
            grey = np.full((64, 64, 3), 255 if index / 25 >= beep else 0, np.uint8)
            frame = av.VideoFrame.from_ndarray(grey, format="rgb24")
            frame.pts, frame.time_base = index + round(25 * start), Fraction(1, 25)
            container.mux(pictures.encode(frame))
        container.mux(pictures.encode(None))
        moments = np.arange(round(RATE * length)) / RATE
        tone = np.where(moments >= beep, 0.5 * np.sin(2 * np.pi * 440 * moments), 0).astype(np.float32)
        resampler = av.AudioResampler(format=sound.codec_context.format, layout="mono", rate=RATE, frame_size=960)
        whole = av.AudioFrame.from_ndarray(tone[None], format="fltp", layout="mono")
        whole.sample_rate, whole.pts, whole.time_base = RATE, round(start * RATE), Fraction(1, RATE)
        for part in (*resampler.resample(whole), *resampler.resample(None)):
            container.mux(sound.encode(part))
        container.mux(sound.encode(None))
    return path


def loud_from(path: Path) -> tuple[str, float, float]:
    """The codec of a film's sound, the moment the tone begins, and that at which the sound ends, s."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        began, end = float("nan"), 0.0
        for frame in container.decode(stream):
            assert frame.pts is not None
            assert frame.time_base is not None
            samples = frame.to_ndarray().astype(np.float64)
            samples = samples.reshape(-1) if frame.format.is_planar is False else samples[0]
            channels = 1 if frame.format.is_planar else len(frame.layout.channels)
            loud = np.abs(samples) > 0.2 * (32768 if frame.format.name.startswith("s16") else 1)
            time = float(frame.pts * frame.time_base)
            if np.isnan(began) and loud.any():
                began = time + int(loud.argmax()) / channels / frame.sample_rate
            end = time + frame.samples / frame.sample_rate
        return stream.codec_context.name, began, end
