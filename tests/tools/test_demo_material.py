"""The clip and the performance that ship with the program, and the demo made of them."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from vtuber_app.core import motion, paths
from vtuber_app.core.motion import Motion
from vtuber_app.core.parts import each
from vtuber_app.core.types import INDEX, FaceState
from vtuber_app.sources.video import Video, VideoSettings
from vtuber_app.tools import showcase
from vtuber_app.tools.keyframes import blinks, curve, saccades
from vtuber_app.trackers.mediapipe import MediaPipe, MediaPipeSettings

CLIP = paths.assets() / "demo" / "astronaut.mp4"


@pytest.fixture(scope="module")
def truth() -> Motion:
    return motion.load(CLIP.with_suffix(".npz"))


@pytest.fixture(scope="module")
def seen() -> list[FaceState | None]:
    """The clip's faces, by the tracker that needs no download."""
    source = Video(VideoSettings(path=CLIP, paced=False))
    with source, MediaPipe(MediaPipeSettings(blendshapes="mesh"), source) as tracker:
        return [driving.face for driving in each(tracker)]


def test_the_clip_is_tracked_in_every_frame(seen: list[FaceState | None], truth: Motion) -> None:
    assert len(seen) == len(truth)
    assert all(face is not None for face in seen)


@pytest.mark.parametrize(("name", "least"), [("eyeBlinkLeft", 0.8), ("eyeBlinkRight", 0.8), ("jawOpen", 0.85)])
def test_the_clip_shows_what_was_authored(name: str, least: float, seen: list[FaceState | None], truth: Motion) -> None:
    found = np.array([face[name] for face in seen if face])
    assert np.corrcoef(found, truth.blendshapes[:, INDEX[name]])[0, 1] > least
    assert np.ptp(found) > 0.3


@pytest.mark.parametrize(("axis", "name"), [(0, "pitch"), (1, "yaw"), (2, "roll")])
def test_the_heads_angles_have_our_signs(axis: int, name: str, seen: list[FaceState | None], truth: Motion) -> None:
    found = np.array([face.rotation[axis] for face in seen if face])
    assert np.corrcoef(found, truth.rotation[:, axis])[0, 1] > 0.95, name
    assert 0.7 < np.polyfit(truth.rotation[:, axis], found, 1)[0] < 1.3


def test_the_clip_begins_at_rest_so_that_calibration_finds_it(truth: Motion) -> None:
    first = truth.time - truth.time[0] < 1
    assert np.abs(np.degrees(truth.rotation[first])).max() < 3


def test_the_performance_that_ships_is_what_the_script_writes() -> None:
    shipped = motion.load(paths.assets() / "motions" / "showcase.npz")
    written = showcase.performance()
    np.testing.assert_allclose(shipped.blendshapes, written.blendshapes, atol=1e-5)
    np.testing.assert_allclose(shipped.rotation, written.rotation, atol=1e-5)


def test_the_performance_uses_the_whole_face() -> None:
    played = showcase.performance()
    degrees = np.degrees(played.rotation)
    assert degrees[:, 0].min() < -15
    assert degrees[:, 0].max() > 12
    assert degrees[:, 1].min() < -20
    assert degrees[:, 1].max() > 25
    assert degrees[:, 2].min() < -10
    assert degrees[:, 2].max() > 15
    for name in (
        "eyeBlinkLeft", "eyeBlinkRight", "eyeWideLeft", "eyeSquintLeft", "cheekPuff", "browInnerUp", "browDownLeft",
        "browOuterUpRight", "jawOpen", "mouthFunnel", "mouthPucker", "mouthSmileLeft", "mouthFrownLeft",
        "mouthStretchLeft", "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookDownLeft",
    ):  # fmt: skip
        assert played.blendshapes[:, INDEX[name]].max() > 0.5, name
    wink = played.blendshapes[:, INDEX["eyeBlinkLeft"]] - played.blendshapes[:, INDEX["eyeBlinkRight"]]
    assert wink.max() > 0.8


def test_the_performance_begins_and_ends_at_rest() -> None:
    played = showcase.performance()
    for moment in (0, -1):
        assert played.blendshapes[moment].max() < 0.05
        assert np.abs(np.degrees(played.rotation[moment])).max() < 0.5


def test_the_eyes_lead_the_head() -> None:
    played = showcase.performance()
    look = played.blendshapes[:, INDEX["eyeLookOutLeft"]]
    yaw = np.degrees(played.rotation[:, 1])
    assert played.time[np.argmax(look > 0.5)] < played.time[np.argmax(yaw > 8)]


def test_a_curve_passes_its_keys_without_overshoot() -> None:
    time = np.linspace(-1, 4, 501)
    values = curve(time, (0, 0), (1, 2), (2, 2), (3, -1))
    assert values.min() >= -1
    assert values.max() <= 2
    np.testing.assert_allclose(values[time <= 0], 0, atol=1e-12)
    np.testing.assert_allclose(values[(time >= 1) & (time <= 2)], 2, atol=1e-12)
    np.testing.assert_allclose(values[time >= 3], -1, atol=1e-12)


def test_a_blink_shuts_faster_than_it_opens() -> None:
    time = np.arange(0, 1, 0.001)
    lid = blinks(time, (0.2,))
    shut, opened = time[lid > 0.99][[0, -1]]
    assert shut - 0.2 < 0.6 * (time[lid > 0.01][-1] - opened)
    assert 0.15 < np.ptp(time[lid > 0.01]) < 0.3


def test_eyes_rest_between_their_jumps() -> None:
    time = np.arange(0, 2, 0.01)
    look = saccades(time, (0.5, 0.8), (1.2, -0.5))
    assert np.ptp(look[(time > 0.56) & (time < 1.2)]) < 1e-9
    assert np.ptp(look[(time > 1.26)]) < 1e-9
    assert look[-1] == pytest.approx(-0.5)


@pytest.fixture
def short_clip(tmp_path: Path) -> Path:
    """The beginning of the clip."""
    path = tmp_path / "short.mp4"
    with av.open(str(CLIP)) as whole, av.open(str(path), "w") as part:
        stream = part.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        stream.time_base = Fraction(1, 30)
        for index, picture in enumerate(whole.decode(video=0)):
            if index == 15:
                break
            frame = av.VideoFrame.from_ndarray(picture.to_ndarray(format="rgb24"), format="rgb24")
            frame.pts = index
            part.mux(stream.encode(frame))
        part.mux(stream.encode())
    return path


def test_the_demo_is_one_playable_video_and_a_sheet(short_clip: Path, tmp_path: Path) -> None:
    cv2 = pytest.importorskip("cv2")
    from vtuber_app.avatars import gallery
    from vtuber_app.tools.demo import COLUMNS, SIZE, demo

    whole = showcase.performance()
    few = 10
    part = Motion(
        whole.blendshapes[:few], whole.rotation[:few], whole.translation[:few], whole.detected[:few], whole.time[:few]
    )
    motion.save(part, tmp_path / "part.npz")
    told: list[tuple[int, int | None]] = []
    made = demo(
        tmp_path / "new" / "folder",
        lambda done, total: told.append((done, total)),
        short_clip,
        tmp_path / "part.npz",
        gallery.names()[0],
    )
    assert made.n_frames == 15 + few
    assert told[-1] == (15 + few, 15 + few)
    assert made.fps > 0
    with av.open(str(made.video)) as container:
        pictures = [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
    assert len(pictures) == 15 + few
    np.testing.assert_allclose(np.diff([time for time, _ in pictures]), 1 / 30, atol=0.002)
    first, last = pictures[0][1], pictures[-1][1]
    assert first.shape == (SIZE[1], SIZE[0], 3)
    corner = np.s_[SIZE[1] - 180 : SIZE[1] - 60, 40:240]
    assert first[corner].std() > 3 * last[corner].std(), "the performer is shown in the first part only"
    assert np.abs(first[200:600, 500:800].astype(int) - first[5, 5]).max() > 100, "there is an avatar"
    sheet = cv2.imread(str(made.sheet))
    assert sheet.shape[1] == COLUMNS * 240
