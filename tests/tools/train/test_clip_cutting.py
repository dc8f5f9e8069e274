from pathlib import Path

import av
import numpy as np
import pytest

from vtuber_app.core.errors import SettingsError
from vtuber_app.tools import bench
from vtuber_app.tools.train.animation.clips import Clip
from vtuber_app.tools.train.animation.cutting import Rule, cut, overlap, trajectories


def box(x: float, y: float, side: float = 10) -> np.ndarray:
    return np.array([[x, y], [x + side, y + side]])


def told(done: int, of: int | None) -> None:
    assert of is None or done <= of + 1


def test_a_face_that_leaves_its_first_place_begins_anew() -> None:
    assert overlap(box(0, 0), box(5, 0)) == pytest.approx(1 / 3)
    assert overlap(box(0, 0), box(20, 0)) == 0
    seen = [None, box(0, 0), box(2, 1), box(4, 0), box(8, 0), box(9, 0), None, box(9, 0)]
    found = list(trajectories(seen, 0.25))
    assert [(one.start, one.end) for one in found] == [(1, 4), (4, 6), (7, 8)]
    assert found[0].whole.tolist() == [[0, 0], [14, 11]]
    square = found[0].square(0.1, 100, 100)
    assert square.side == pytest.approx(14 * 1.2)
    assert (square.x, square.y) == pytest.approx((8.4, 8.4)), "it was moved into the picture"
    assert found[0].square(0.1, 15, 15)[:2] == pytest.approx((7, 5.5)), "where it doesn't fit, it stays"


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve frames of the demo's face, narrow and high, at times that vary, then four without a face."""
    path = tmp_path_factory.mktemp("videos") / "phone#1.mp4"
    with av.open(str(bench.clip())) as clip:
        frames = [frame.to_ndarray(format="rgb24") for frame, _ in zip(clip.decode(video=0), range(12), strict=False)]
    frames = [np.ascontiguousarray(frame[:, 150:490]) for frame in frames]
    frames += [np.zeros_like(frames[0])] * 4
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=30)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for place, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts = place + place // 3
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("frames", [False, True])
def test_clips_are_squares_around_the_face(portrait: Path, tmp_path: Path, frames: bool) -> None:
    (made,) = cut(portrait.parent, tmp_path / "clips", Rule(64, 8), frames, told)
    assert made.name.startswith("phone_1#000000#")
    assert made.is_dir() == frames
    clip = Clip(made, (64, 64))
    assert clip.person == "phone_1"
    pixels = clip.read()
    assert 8 <= len(pixels) <= 13
    assert pixels.shape[1:] == (64, 64, 3)
    assert pixels.std() > 20


def test_what_gives_no_clips(portrait: Path, tmp_path: Path) -> None:
    assert cut(portrait, tmp_path / "clips", Rule(64, 100), False, told) == []
    (tmp_path / "none").mkdir()
    with pytest.raises(SettingsError, match="holds no videos"):
        cut(tmp_path / "none", tmp_path / "clips", Rule(), False, told)
    (tmp_path / "none" / "broken.mp4").write_bytes(b"no video")
    with pytest.raises(SettingsError, match="can't be read"):
        cut(tmp_path / "none", tmp_path / "clips", Rule(), False, told)
