from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from vtuber_app.animators.fom import Fom, FomSettings
from vtuber_app.core.errors import SettingsError, WeightsError
from vtuber_app.core.types import Avatar, Driving, FaceState, Frame

torch = pytest.importorskip("torch")
from vtuber_app.tools.train.animation.config import Config  # noqa: E402
from vtuber_app.tools.train.animation.fom import FomTraining  # noqa: E402
from vtuber_app.tools.train.animation.progress import Place, Progress  # noqa: E402

SIZE = 64
DENSE = {"block_expansion": 4, "max_features": 16, "num_blocks": 2, "scale_factor": 0.5}
NETWORK = {
    "kp_detector_params": {"block_expansion": 4, "max_features": 16, "num_blocks": 2, "scale_factor": 0.5},
    "generator_params": {"block_expansion": 8, "max_features": 16, "dense_motion_params": DENSE},
    "discriminator_params": {"block_expansion": 4, "max_features": 8, "num_blocks": 1},
}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a small network, as training leaves it."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("fom")
    config = Config(clips=folder, out=folder / "out", size=SIZE, network=NETWORK)
    system = FomTraining(config)
    Progress(config).save(system, {}, Place())
    return folder / "out" / "checkpoint.pth.tar"


def opened(checkpoint: Path, **settings: object) -> Fom:
    return Fom(FomSettings(checkpoint=checkpoint, engine="torch", device="cpu", precision="float32", **settings))


def avatar(height: int = 90, width: int = 120) -> Avatar:
    """No face, half transparent at its right."""
    y, x = np.mgrid[:height, :width]
    pixels = np.dstack([x * 2, y * 2, 120 + 0 * x, np.where(x > width - 20, 0, 255)]).astype(np.uint8)
    return Avatar("picture", pixels, Path("picture.png"))


def moment(time: float, shift: int) -> Driving:
    pixels = np.zeros((80, 100, 3), np.uint8)
    cv2.circle(pixels, (40 + shift, 40), 15, (200, 150, 90), -1)
    face = FaceState(landmarks=np.array([(40 + shift, 25), (40 + shift, 55), (28 + shift, 40)], np.float32))
    return Driving(time, face, Frame(pixels, time))


def test_the_first_frame_moves_nothing_relatively(checkpoint: Path) -> None:
    with opened(checkpoint) as fom:
        fom.set_avatar(avatar())
        still = fom.render(Driving(0.0)).pixels
        assert still.shape == (90, 120, 4)
        first = fom.render(moment(1, 0)).pixels
        again = fom.render(moment(2, 0)).pixels
        assert np.array_equal(first, again)
        moved = fom.render(moment(3, 12)).pixels
        assert not np.array_equal(first, moved)
        assert np.array_equal(moved[:, :14], avatar().pixels[:, :14]), "beside the moving square all is as it was"
        assert np.array_equal(moved, fom.render(Driving(4.0)).pixels), "without a driver the last picture stays"


def test_absolute_and_relative_motion_differ_and_are_hot(checkpoint: Path) -> None:
    with opened(checkpoint, paste=False) as fom:
        fom.set_avatar(avatar())
        fom.render(moment(1, 0))
        relative = fom.render(moment(2, 10)).pixels
        assert relative.shape == (SIZE, SIZE, 4)
        fom.update(fom.settings.model_copy(update={"motion": "absolute"}))
        assert not np.array_equal(relative, fom.render(moment(2, 10)).pixels)
        assert {"motion", "adapt_scale"} <= Fom.hot


def test_a_mirrored_driver_is_one_whose_frames_are_mirrored(checkpoint: Path) -> None:
    with opened(checkpoint) as fom:
        pictures = []
        for mirrored in (False, True):
            fom.set_avatar(avatar())
            for time, shift in ((1.0, 0), (2.0, 12)):
                driving = moment(time, shift)
                assert driving.frame
                frame = driving.frame
                if mirrored:  # landmarks stay, the frame is the other way round
                    frame = Frame(np.ascontiguousarray(frame.pixels[:, ::-1]), time)
                picture = fom.render(replace(driving, frame=frame, mirrored=mirrored)).pixels
            pictures.append(picture)
        one, other = (picture.astype(int) for picture in pictures)
        assert np.abs(one - other).mean() < 0.1


def test_who_has_no_face_is_told(checkpoint: Path) -> None:
    with opened(checkpoint) as fom:
        fom.set_avatar(avatar())
        assert fom.notice == "No face is found in picture: its middle square moves."


def test_bad_checkpoints_get_a_sentence(checkpoint: Path, tmp_path: Path) -> None:
    def refused(path: Path | None) -> str:
        fom = Fom(FomSettings(checkpoint=path, engine="torch", device="cpu"))
        with pytest.raises((SettingsError, WeightsError)) as error, fom:
            fom.set_avatar(avatar())
        return str(error.value)

    assert "needs a checkpoint" in refused(None)
    assert "There is no checkpoint" in refused(tmp_path / "gone.tar")
    cut = tmp_path / "cut.pth.tar"
    cut.write_bytes(checkpoint.read_bytes()[:3000])
    assert "damaged" in refused(cut)
    other = tmp_path / "other.pth.tar"
    torch.save({"netG": {"conv.weight": torch.zeros(1)}}, other)
    assert "no kp_detector, but netG" in refused(other)
    small = tmp_path / "checkpoint.pth.tar"
    small.write_bytes(checkpoint.read_bytes())
    assert "belongs to a" in refused(small), "without a word of its size it is taken for a published one"
