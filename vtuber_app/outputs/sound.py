"""The sound of a video, laid beside other pictures."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from vtuber_app.core.errors import SettingsError

if TYPE_CHECKING:
    import av
    from av.audio.stream import AudioStream
    from av.container import OutputContainer

    SoundPacket = av.Packet[AudioStream]

FITTING = {"mp4": ("aac", "mp3", "ac3"), "webm": ("opus", "vorbis"), "mov": ("aac", "mp3", "pcm_s16le")}
"""Codecs that are copied as they are, by container; others become the new codec."""
NEW = {"mp4": "aac", "webm": "libopus", "mov": "pcm_s16le"}
RATE = 48_000


class Sound:
    """Copies the first sound stream of a video; one without sound gives nothing.

    Args:
        path: The video. Its first picture is moment 0.
        to: Where the packets go; no picture may have been written yet.
        container: "mp4", "webm" or "mov".
    """

    def __init__(self, path: Path, to: "OutputContainer", container: str) -> None:
        import av

        self._to = to
        try:
            self._file = av.open(str(path))
        except (av.FFmpegError, OSError) as error:
            raise SettingsError(f"The sound of {path} can't be read ({error}).") from error
        self._packets: Iterator[tuple[float, SoundPacket]] = iter(())
        self._waiting: tuple[float, SoundPacket] | None = None
        if not self._file.streams.audio:
            return
        stream = self._file.streams.audio[0]
        pictures = next(iter(self._file.streams.video), None)
        start = pictures.start_time if pictures else None
        begin = float(start * pictures.time_base) if pictures and start and pictures.time_base else 0.0
        framed_otherwise = stream.codec_context.name == "aac" and not stream.codec_context.extradata  # as broadcast
        if stream.codec_context.name in FITTING[container] and not framed_otherwise:
            self._packets = self._copied(stream, to.add_stream_from_template(stream), begin)
        else:
            target = cast("AudioStream", to.add_stream(NEW[container], rate=RATE, layout="stereo"))
            self._packets = self._encoded(stream, target, begin)
        self._waiting = next(self._packets, None)

    def write_until(self, moment: float) -> None:
        """Write what is heard before that moment, s."""
        while self._waiting and self._waiting[0] < moment:
            self._to.mux(self._waiting[1])
            self._waiting = next(self._packets, None)

    def close(self) -> None:
        self._packets = iter(())
        self._file.close()

    def _copied(
        self, stream: "AudioStream", target: "AudioStream", begin: float
    ) -> "Iterator[tuple[float, SoundPacket]]":
        assert stream.time_base
        shift = round(begin / stream.time_base)
        for packet in self._file.demux(stream):
            if packet.pts is None or packet.dts is None or packet.pts < shift:
                continue
            packet.pts -= shift
            packet.dts -= shift
            packet.stream = target
            yield float(packet.pts * stream.time_base), packet

    def _encoded(
        self, stream: "AudioStream", target: "AudioStream", begin: float
    ) -> "Iterator[tuple[float, SoundPacket]]":
        import av

        resampler = av.AudioResampler(format=target.codec_context.format, layout="stereo", rate=RATE)
        heard: int | None = None
        for decoded in (*self._decoded(stream), None):
            for frame in resampler.resample(decoded):
                if decoded is not None and heard is None:
                    heard = round(((decoded.time or 0.0) - begin) * RATE)
                if heard is None:
                    continue
                frame.pts, heard = heard, heard + frame.samples
                if frame.pts >= 0:
                    yield from _timed(target.encode(frame))
        yield from _timed(target.encode(None))

    def _decoded(self, stream: "AudioStream") -> "Iterator[av.AudioFrame]":
        import av

        for packet in self._file.demux(stream):
            try:
                yield from packet.decode()
            except av.InvalidDataError:  # a damaged moment of sound
                continue


def _timed(packets: "list[SoundPacket]") -> "Iterator[tuple[float, SoundPacket]]":
    for packet in packets:
        yield float((packet.pts or 0) * (packet.time_base or 0)), packet
