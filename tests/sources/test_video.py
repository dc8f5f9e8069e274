from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from vtuber_app.core import clock
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.parts import each
from vtuber_app.core.types import StreamEnded
from vtuber_app.sources.video import Video, VideoSettings

Film = Callable[..., Path]


@pytest.fixture
def film(tmp_path: Path) -> Film:
    """Makes a film whose pictures are grey and grow lighter by 8 from 16 on, red in the left upper quarter."""

    def make(
        name: str = "film.mkv",
        times_ms: Iterable[int] = range(0, 500, 50),
        codec: str = "ffv1",
        pix_fmt: str = "bgra",
        size: tuple[int, int] = (64, 48),
        display_matrix: bytes | None = None,
    ) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w") as container:
            stream = container.add_stream(codec, rate=20)
            assert isinstance(stream, av.VideoStream)
            stream.width, stream.height = size
            stream.pix_fmt = pix_fmt
            stream.codec_context.time_base = Fraction(1, 1000)
            for index, time in enumerate(times_ms):
                pixels = np.full((size[1], size[0], 4), 16 + 8 * index, np.uint8)
                pixels[: size[1] // 2, : size[0] // 2] = (255, 0, 0, 255)
                frame = av.VideoFrame.from_ndarray(pixels, format="rgba").reformat(format=pix_fmt)
                frame.pts, frame.time_base = time, Fraction(1, 1000)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    return make


def read(path: Path, **changes: object) -> tuple[list[float], list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]]:
    with Video(VideoSettings.model_validate({"path": path, "paced": False, **changes})) as video:
        frames = list(each(video))
    return [frame.time - frames[0].time for frame in frames], [frame.pixels for frame in frames]


def test_every_frame_of_a_variable_rate_comes_at_its_time(film: Film) -> None:
    times_ms = [0, 33, 66, 200, 233, 1000]
    times, pictures = read(film(times_ms=times_ms))
    assert times == pytest.approx([time / 1000 for time in times_ms], abs=0.002)
    assert [int(picture[-1, -1, 0]) for picture in pictures] == pytest.approx([16 + 8 * i for i in range(6)], abs=1)
    for picture in pictures:
        assert picture.flags.c_contiguous
        assert not picture.flags.writeable


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt", "size"),
    [
        ("a.mkv", "ffv1", "bgra", (64, 48)),
        ("b.mkv", "ffv1", "yuv420p16le", (63, 47)),
        ("c.mkv", "ffv1", "gray", (64, 48)),
        ("d.mp4", "libx264", "yuv444p", (62, 46)),
        ("e.mkv", "ffv1", "yuva444p", (64, 48)),
    ],
)
def test_any_pixel_format_becomes_rgb(film: Film, name: str, codec: str, pix_fmt: str, size: tuple[int, int]) -> None:
    _, pictures = read(film(name, codec=codec, pix_fmt=pix_fmt, size=size))
    assert len(pictures) == 10
    assert pictures[0].shape == (size[1], size[0], 3)
    assert pictures[5][-3, -3].tolist() == pytest.approx([56, 56, 56], abs=6)
    if pix_fmt != "gray":
        assert pictures[0][3, 3].tolist() == pytest.approx([255, 0, 0], abs=6)


def test_a_phone_held_upright_is_turned(film: Film) -> None:
    """An MP4 whose track header says that the picture is to be shown turned clockwise by a quarter."""
    path = film("turned.mp4", codec="libx264", pix_fmt="yuv420p")
    content = path.read_bytes()
    plain = b"".join(number.to_bytes(4, "big") for number in (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000))
    turned = b"".join(
        number.to_bytes(4, "big") for number in (0, 0x10000, 0, 0xFFFF0000, 0, 0, 48 << 16, 0, 0x40000000)
    )
    track = content.index(b"tkhd")
    at = content.index(plain, track)
    path.write_bytes(content[:at] + turned + content[at + len(plain) :])
    with Video(VideoSettings(path=path, paced=False)) as video:
        assert video.size == (48, 64)
        frame = video.read(1)
    assert frame
    assert frame.pixels.shape == (64, 48, 3)
    assert frame.pixels[3, -3].tolist() == pytest.approx([255, 0, 0], abs=8)


def test_what_is_known_before_reading(film: Film) -> None:
    with Video(VideoSettings(path=film("k.mp4", codec="libx264", pix_fmt="yuv420p"))) as video:
        assert video.fps == pytest.approx(20, abs=0.5)
        assert video.duration == pytest.approx(0.5, abs=0.06)
        assert video.n_frames == 10
        assert video.size == (64, 48)


def test_paced_it_plays_at_its_own_speed(film: Film) -> None:
    with Video(VideoSettings(path=film())) as video:
        started = clock.now()
        assert video.read(1)
        assert video.read(0.001) is None
        late = []
        for frame in each(video):
            late.append(clock.now() - frame.time)
        assert 0.4 < clock.now() - started < 0.7
    assert len(late) == 9
    assert min(late) >= 0
    assert float(np.median(late)) < 0.02


def test_paced_it_skips_what_a_slow_reader_missed(film: Film) -> None:
    with Video(VideoSettings(path=film())) as video:
        assert video.read(1)
        clock.wait_until(clock.now() + 0.22, 1)
        frame = video.read(1)
        assert frame
        assert clock.now() - frame.time < 0.05
        assert frame.pixels[-1, -1, 0] == pytest.approx(48, abs=1)


def test_looping_its_times_go_on(film: Film) -> None:
    with Video(VideoSettings(path=film(), paced=False, loop=True)) as video:
        frames = [video.read(1) for _ in range(25)]
    times = np.array([frame.time for frame in frames if frame])
    assert np.diff(times) == pytest.approx(np.full(24, 0.05), abs=0.003)
    assert frames[10]
    assert frames[10].pixels[-1, -1, 0] == 16


def test_damaged_frames_are_passed_over(film: Film) -> None:
    path = film("damaged.mp4", times_ms=range(0, 3000, 50), codec="libx264", pix_fmt="yuv420p")
    content = bytearray(path.read_bytes())
    start = content.index(b"mdat") + 8
    length = content.index(b"moov") - start
    rng = np.random.default_rng(1)
    for place in rng.integers(start + length // 3, start + length // 2, 60):
        content[place] ^= 0xFF
    path.write_bytes(content)
    times, pictures = read(path)
    assert len(pictures) >= 20
    assert (np.diff(times) > 0).all()


def test_a_truncated_file_ends_early(film: Film) -> None:
    path = film(times_ms=range(0, 3000, 50))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    times, _ = read(path)
    assert 10 < len(times) < 60


@pytest.mark.parametrize("content", [b"", b"hello, I am no film" * 100, b"\x00\x00\x00\x20ftypisom" + b"\x00" * 500])
def test_what_is_no_video_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"film\.mp4"), Video(VideoSettings(path=path)):
        pass


def test_what_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    for settings in (VideoSettings(path=tmp_path / "none.mp4"), VideoSettings(path=tmp_path), VideoSettings()):
        with pytest.raises(SettingsError, match=r"(?i)no video"), Video(settings):
            pass


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "sound.mka"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48000)
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 48000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(SettingsError, match="holds no pictures"), Video(VideoSettings(path=path)):
        pass


def test_the_end_stays_the_end(film: Film) -> None:
    with Video(VideoSettings(path=film(), paced=False)) as video:
        assert len(list(each(video))) == 10
        with pytest.raises(StreamEnded):
            video.read(0.01)


def test_shared_clips_have_every_frame(shared: Path) -> None:
    times, pictures = read(shared / "data/driving/d0.mp4")
    assert len(pictures) == 78
    assert np.diff(times) == pytest.approx(np.full(77, 0.04), abs=1e-6)
