from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from vtuber_app.core.errors import WeightsError
from vtuber_app.core.parts import each
from vtuber_app.core.types import BLENDSHAPES, Driving, Frame, StreamEnded
from vtuber_app.pose.mesh_blendshapes import MeshBlendshapes, normalised
from vtuber_app.store import file_of
from vtuber_app.trackers.mediapipe import LANDMARKER, MediaPipe, MediaPipeSettings

N_FRAMES = 12


class Frames:
    """A reader of pictures 1/30 s apart."""

    def __init__(self, pictures: list[np.ndarray | None]) -> None:
        self._pictures = iter(pictures)
        self._time = 0.0

    def read(self, timeout: float) -> Frame | None:
        try:
            pixels = next(self._pictures)
        except StopIteration:
            raise StreamEnded from None
        self._time += 1 / 30
        return None if pixels is None else Frame(pixels, self._time)


@pytest.fixture(scope="module")
def portrait() -> np.ndarray:
    """A real face, 256x256 RGB."""
    path = Path(__file__).resolve().parents[3] / "shared" / "data" / "animation" / "astronaut_256.png"
    if not path.is_file():
        pytest.skip("no picture of a face: shared/data is not beside this checkout")
    return np.ascontiguousarray(cv2.imread(str(path))[:, :, ::-1])


@pytest.fixture(params=["mesh", "landmarker"])
def settings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> MediaPipeSettings:
    if request.param == "landmarker":
        install_landmarker(monkeypatch)
    return MediaPipeSettings(blendshapes=request.param)


def install_landmarker(monkeypatch: pytest.MonkeyPatch) -> None:
    models = Path(__file__).resolve().parents[3] / "shared" / "models"
    if not file_of(LANDMARKER):
        monkeypatch.setenv("VTUBER_MODELS", str(models))
    if not file_of(LANDMARKER):
        pytest.skip("the face landmarker's model is not installed")


def track(settings: MediaPipeSettings, pictures: list[np.ndarray | None]) -> Iterator[Driving]:
    with MediaPipe(settings, Frames(pictures)) as tracker:
        yield from each(tracker)


def test_face_is_found_where_it_is(settings: MediaPipeSettings, portrait: np.ndarray) -> None:
    tracked = list(track(settings, [portrait] * N_FRAMES))
    assert len(tracked) == N_FRAMES
    assert [driving.time for driving in tracked] == sorted(driving.time for driving in tracked)
    face = tracked[-1].face
    assert face is not None
    assert tracked[-1].frame is not None
    assert face.landmarks is not None
    assert face.landmarks.shape == (478, 2)
    assert (50, 50) < tuple(face.landmarks.mean(0)) < (200, 200)
    assert face.blendshapes.shape == (52,)
    assert face.blendshapes.min() >= 0
    assert face.blendshapes.max() <= 1
    assert face["mouthSmileLeft"] > 0.4  # she smiles, with open eyes
    assert face["mouthSmileRight"] > 0.4
    assert face["eyeBlinkLeft"] < 0.4
    assert face["tongueOut"] < 0.01
    assert np.degrees(np.abs(face.rotation)).max() < 30
    assert -1 < face.translation[2] < -0.15


def test_leaning_head_has_roll_and_its_mirror_image_the_opposite(
    settings: MediaPipeSettings, portrait: np.ndarray
) -> None:
    turn = cv2.getRotationMatrix2D((128, 128), 20, 1)  # counterclockwise: towards her right shoulder
    leaning = cv2.warpAffine(portrait, turn, (256, 256))
    mirrored = np.ascontiguousarray(leaning[:, ::-1])
    faces = [list(track(settings, [picture] * 5))[-1].face for picture in (portrait, leaning, mirrored)]
    upright, leant, mirror = (face.rotation if face else np.full(3, np.nan) for face in faces)
    assert np.degrees(leant[2] - upright[2]) == pytest.approx(20, abs=4)
    assert np.degrees(mirror[2] + leant[2]) == pytest.approx(0, abs=4)
    assert np.degrees(mirror[1] + leant[1]) == pytest.approx(0, abs=5)


def test_no_face_is_none_and_the_face_comes_back(settings: MediaPipeSettings, portrait: np.ndarray) -> None:
    noise = np.random.default_rng(1).integers(0, 256, portrait.shape, np.uint8)
    tracked = list(track(settings, [portrait] * 3 + [noise] * 3 + [portrait] * 5))
    assert [driving.face is not None for driving in tracked[:6]] == [True] * 3 + [False] * 3
    assert tracked[-1].face is not None
    assert tracked[4].frame is not None


def test_silence_is_none_and_any_picture_is_taken(settings: MediaPipeSettings, portrait: np.ndarray) -> None:
    see_through = np.dstack([portrait, np.full((256, 256, 1), 255, np.uint8)])
    small, wide = np.zeros((2, 2, 3), np.uint8), np.zeros((40, 900, 3), np.uint8)
    frames = Frames([None, see_through, small, wide, portrait[:101, :77].copy()])
    with MediaPipe(settings, frames) as tracker:
        assert tracker.read(0.01) is None
        found = tracker.read(0.01)
        assert found is not None
        assert found.face is not None
        for _ in range(3):
            assert tracker.read(0.01) is not None


def test_opens_and_closes_twice(settings: MediaPipeSettings, portrait: np.ndarray) -> None:
    tracker = MediaPipe(settings, Frames([portrait, portrait]))
    for _ in range(2):
        with tracker:
            driving = tracker.read(0.01)
            assert driving is not None
            assert driving.face is not None


def test_auto_takes_the_landmarker_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    install_landmarker(monkeypatch)
    with MediaPipe(MediaPipeSettings(), Frames([])) as tracker:
        assert tracker.blendshapes == "landmarker"
        assert tracker.notice is None


def test_auto_takes_the_mesh_elsewhere_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtuber_app.trackers.mediapipe.file_of", lambda name: None)
    with MediaPipe(MediaPipeSettings(), Frames([])) as tracker:
        assert tracker.blendshapes == "mesh"
        assert tracker.notice


def test_landmarker_that_is_missing_or_broken_is_said_in_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken.task"
    broken.write_bytes(b"PK no model")
    settings = MediaPipeSettings(blendshapes="landmarker")
    for found, text in ((None, "not installed"), (broken, "no face landmarker")):
        monkeypatch.setattr("vtuber_app.trackers.mediapipe.file_of", lambda name, found=found: found)
        with pytest.raises(WeightsError, match=text), MediaPipe(settings, Frames([])):
            pass


def test_nothing_is_written_to_the_console(
    settings: MediaPipeSettings, portrait: np.ndarray, capfd: pytest.CaptureFixture[str]
) -> None:
    list(track(settings, [portrait] * 3))
    assert capfd.readouterr().err == ""


def test_blendshapes_do_not_depend_on_place_and_size() -> None:
    points = np.random.default_rng(4).normal(0, 100, (478, 3)).astype(np.float32)
    network = MeshBlendshapes()
    here, there = network(points), network(points * 2.5 + np.array([300, 200, 0], np.float32))
    assert here.shape == (len(BLENDSHAPES),)
    assert there == pytest.approx(here, abs=1e-3)
    assert normalised(np.zeros((5, 2), np.float32)).tolist() == np.zeros((5, 2)).tolist()
