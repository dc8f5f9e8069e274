"""Files of pictures. What was written stays readable when the program is killed or the disk fills up."""

import contextlib
import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from vtuber_app.outputs.sound import Sound

if TYPE_CHECKING:
    from av.video.stream import VideoStream

TICKS = 90_000
"""Of a film's time, a second: fine enough for any frame rate."""
KEYFRAMES = 1.0
"""Between two keyframes, which is also what a kill may cost, s."""
BT709 = 1
LIMITED = 1

CONTAINERS = {
    # A fragment at each keyframe; closed in order, the file becomes an ordinary MP4 that every editor reads.
    "mp4": {"movflags": "hybrid_fragmented+frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"},
    "webm": {"cluster_time_limit": str(round(KEYFRAMES * 1000)), "flush_packets": "1"},
    "mov": {"movflags": "hybrid_fragmented+empty_moov+default_base_moof", "flush_packets": "1",
            "frag_duration": str(round(KEYFRAMES * 1e6))},
}  # fmt: skip
CODECS = {"mp4": "libx264", "webm": "libvpx-vp9", "mov": "prores_ks"}
FORMATS = {"mp4": "yuv420p", "webm": "yuva420p", "mov": "yuva444p10le"}
OPTIONS = {
    "mp4": {"preset": "veryfast", "crf": "18", "bf": "0", "rc-lookahead": "10"},
    "webm": {"deadline": "realtime", "cpu-used": "8", "row-mt": "1", "auto-alt-ref": "0", "lag-in-frames": "0",
             "crf": "24", "b": "0"},
    # A fixed quantiser (2, in FFmpeg's units): without it the encoder tries several, in four times the time.
    "mov": {"profile": "4444", "alpha_bits": "16", "vendor": "apl0", "flags": "+qscale", "global_quality": "236"},
}  # fmt: skip


class Film(Protocol):
    """Something pictures are appended to."""

    def write(self, pixels: NDArray[np.uint8], time: float) -> None: ...
    def close(self) -> None: ...


class Movie:
    """A video file.

    Args:
        container: "mp4": H.264, for every player; "webm": VP9 with alpha, for OBS and browsers; "mov": ProRes 4444
            with alpha, for cutting.
        size: Width and height of every picture, px, even.
        fps: Pictures a second, about: each keeps its own time.
        sound: A video whose sound is copied.
    """

    def __init__(self, path: Path, container: str, size: tuple[int, int], fps: int, sound: Path | None) -> None:
        import av

        self._format = FORMATS[container]
        self._file = av.open(str(path), "w", format=container, options=CONTAINERS[container])
        self._sound: Sound | None = None
        try:
            stream = self._file.add_stream(CODECS[container], rate=fps, options=OPTIONS[container])
            self._stream = cast("VideoStream", stream)
            self._stream.width, self._stream.height = size
            self._stream.pix_fmt = self._format
            self._stream.thread_type = "AUTO"
            context = self._stream.codec_context
            context.time_base = Fraction(1, TICKS)
            context.colorspace = context.color_primaries = context.color_trc = BT709
            context.color_range = LIMITED
            self._sound = Sound(sound, self._file, container) if sound else None
        except Exception:
            self._file.close()
            raise
        self._period = 1 / fps
        self._keyframe = -KEYFRAMES
        self._end = 0.0

    def write(self, pixels: NDArray[np.uint8], time: float) -> None:
        """Append a picture: (H, W, 4) RGBA or (H, W, 3) RGB, at that moment since the first, s."""
        import av
        from av.video.frame import PictureType

        frame = av.VideoFrame.from_ndarray(pixels, format="rgba" if pixels.shape[2] == 4 else "rgb24")
        frame = frame.reformat(format=self._format, dst_colorspace="ITU709", dst_color_range=LIMITED)
        frame.pts, frame.time_base = round(time * TICKS), Fraction(1, TICKS)
        if time >= self._keyframe + KEYFRAMES:
            frame.pict_type, self._keyframe = PictureType.I, time
        if self._sound:
            self._sound.write_until(time)
        self._file.mux(self._stream.encode(frame))
        self._end = time + self._period

    def close(self) -> None:
        """Write what is still in the encoder, the sound up to the last picture, and the file's index."""
        try:
            self._file.mux(self._stream.encode(None))
            if self._sound:
                self._sound.write_until(self._end)
        finally:
            if self._sound:
                self._sound.close()
            self._file.close()


class PngSequence:
    """A folder of pictures with alpha, and times.jsonl with a line for each: {"file": …, "time": s}."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._times = (folder / "times.jsonl").open("w", encoding="utf-8")
        self._count = 0

    def write(self, pixels: NDArray[np.uint8], time: float) -> None:
        import cv2

        self._count += 1
        name = f"{self._count:06}.png"
        code = cv2.COLOR_RGBA2BGRA if pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR
        _, encoded = cv2.imencode(".png", cv2.cvtColor(pixels, code))  # the default setting is the fastest
        (self._folder / name).write_bytes(encoded.tobytes())
        self._times.write(json.dumps({"file": name, "time": round(time, 6)}) + "\n")
        self._times.flush()

    def close(self) -> None:
        with contextlib.suppress(OSError):  # flushed line by line: nothing is lost here
            self._times.close()
