from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from vtuber_app.core import weights
from vtuber_app.core.errors import SettingsError, WeightsError
from vtuber_app.core.types import Avatar, Driving, FaceState, Frame

torch = pytest.importorskip("torch")
from small_networks import NETWORKS, SIZE, configured, learning, opened, trained  # noqa: E402

from vtuber_app.tools.train.animation.systems import named  # noqa: E402


@pytest.fixture(scope="module", params=list(NETWORKS))
def system(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Of small networks."""
    folder = tmp_path_factory.mktemp("trained")
    return {system: trained(system, folder) for system in NETWORKS}


@pytest.fixture
def checkpoint(system: str, checkpoints: dict[str, Path]) -> Path:
    return checkpoints[system]


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


def test_the_first_frame_moves_nothing_relatively(system: str, checkpoint: Path) -> None:
    with opened(system, checkpoint=checkpoint, follow=False) as animator:
        animator.set_avatar(avatar())
        still = animator.render(Driving(0.0)).pixels
        assert still.shape == (90, 120, 4)
        first = animator.render(moment(1, 0)).pixels
        again = animator.render(moment(2, 0)).pixels
        assert np.array_equal(first, again)
        moved = animator.render(moment(3, 12)).pixels
        assert not np.array_equal(first, moved)
        assert np.array_equal(moved[:, :14], avatar().pixels[:, :14]), "beside the moving square all is as it was"
        assert np.array_equal(moved, animator.render(Driving(4.0)).pixels), "without a driver the last picture stays"


def test_absolute_and_relative_motion_differ(system: str, checkpoint: Path) -> None:
    with opened(system, checkpoint=checkpoint, follow=False, paste=False) as animator:
        animator.set_avatar(avatar())
        animator.render(moment(1, 0))
        relative = animator.render(moment(2, 10)).pixels
        assert relative.shape == (SIZE, SIZE, 4)
        animator.update(animator.settings.model_copy(update={"motion": "absolute"}))
        assert not np.array_equal(relative, animator.render(moment(2, 10)).pixels)


def test_a_mirrored_driver_is_one_whose_frames_are_mirrored(system: str, checkpoint: Path) -> None:
    with opened(system, checkpoint=checkpoint, follow=False) as animator:
        pictures = []
        for mirrored in (False, True):
            animator.set_avatar(avatar())
            for time, shift in ((1.0, 0), (2.0, 12)):
                driving = moment(time, shift)
                assert driving.frame
                frame = driving.frame
                if mirrored:  # landmarks stay, the frame is the other way round
                    frame = Frame(np.ascontiguousarray(frame.pixels[:, ::-1]), time)
                picture = animator.render(replace(driving, frame=frame, mirrored=mirrored)).pixels
            pictures.append(picture)
        one, other = (picture.astype(int) for picture in pictures)
        assert np.abs(one - other).mean() < 0.1


def test_the_face_is_followed(checkpoints: dict[str, Path]) -> None:
    with opened("fom", checkpoint=checkpoints["fom"]) as animator:
        animator.set_avatar(avatar())
        assert animator.notice == "No face is found in picture: its middle square moves."
        still = animator.render(replace(moment(1, 0), face=None)).pixels
        assert np.array_equal(still, animator.render(Driving(2.0)).pixels), "nobody is there to be followed"
        animator.render(moment(3, 0))
        assert not np.array_equal(still, animator.render(moment(4, 12)).pixels)


@pytest.mark.parametrize("size", [(211, 97), (64, 333), (37, 41)])
def test_pictures_of_any_size_keep_it(system: str, checkpoint: Path, size: tuple[int, int]) -> None:
    with opened(system, checkpoint=checkpoint, follow=False) as animator:
        animator.set_avatar(avatar(*size))
        portrait = moment(1, 0)
        assert portrait.frame
        turned = np.ascontiguousarray(np.rot90(portrait.frame.pixels))
        assert animator.render(replace(portrait, frame=Frame(turned, 1.0))).pixels.shape == (*size, 4)


def refused(system: str, path: Path | None, **settings: object) -> str:
    """What is said of a checkpoint."""
    with pytest.raises((SettingsError, WeightsError)) as error, opened(system, checkpoint=path, **settings) as animator:
        animator.set_avatar(avatar())
    return str(error.value)


def test_bad_checkpoints_get_a_sentence(system: str, checkpoint: Path, tmp_path: Path) -> None:
    assert "needs a checkpoint" in refused(system, None)
    assert "There is no checkpoint" in refused(system, tmp_path / "gone.tar")
    cut = tmp_path / "cut.pth.tar"
    cut.write_bytes(checkpoint.read_bytes()[:3000])
    assert "damaged" in refused(system, cut)
    other = tmp_path / "other.pth.tar"
    torch.save({"netG": {"conv.weight": torch.zeros(1)}}, other)
    assert "no kp_detector, but netG" in refused(system, other)
    small = tmp_path / "checkpoint.pth.tar"
    small.write_bytes(checkpoint.read_bytes())
    assert "belongs to a" in refused(system, small), "without a word of its size it is taken for a published one"


class Malicious:
    """Writes a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.file,)


def test_a_malicious_checkpoint_is_refused_and_nothing_runs(system: str, tmp_path: Path) -> None:
    file, mark = tmp_path / "evil.pth.tar", tmp_path / "it-ran"
    torch.save({"generator": Malicious(mark)}, file)
    assert "holds more than numbers" in refused(system, file)
    assert not mark.exists()


def test_a_checkpoint_of_another_system_is_recognised(system: str, checkpoints: dict[str, Path]) -> None:
    own = opened(system).title
    for other, path in checkpoints.items():
        if other != system:
            theirs = opened(other).title
            assert refused(system, path) == f"checkpoint.pth.tar looks like one of {theirs}, not of {own}."


def test_avd_motion_needs_its_network(checkpoints: dict[str, Path], tmp_path: Path) -> None:
    assert "has no network for avd motion" in refused("tpsmm", checkpoints["tpsmm"], motion="avd", follow=False)
    further = trained("tpsmm_avd", tmp_path, start_from=checkpoints["tpsmm"])
    pictures = []
    for motion in ("relative", "avd"):
        with opened("tpsmm", checkpoint=further, motion=motion, follow=False) as animator:
            animator.set_avatar(avatar())
            animator.render(moment(1, 0))
            pictures.append(animator.render(moment(2, 10)).pixels)
    assert not np.array_equal(*pictures)


def test_what_was_trained_here_animates(system: str, tmp_path: Path) -> None:
    strip = np.zeros((SIZE, 4 * SIZE, 3), np.uint8)
    for place in range(4):
        cv2.circle(strip, (SIZE * place + 20 + 6 * place, 30), 9, (90, 160, 220), -1)
    (tmp_path / "clips").mkdir()
    cv2.imwrite(str(tmp_path / "clips" / "one.png"), strip)
    (tmp_path / "before").mkdir()
    before = weights.load_checkpoint(trained(system, tmp_path / "before"))
    after = learning(system, tmp_path)
    assert after["place"]["steps"] == 2
    for name in named(system)(configured(system, tmp_path)).networks:
        assert any(not torch.equal(value, after[name][key]) for key, value in before[name].items()), name
    with opened(system, checkpoint=tmp_path / system / "checkpoint.pth.tar", follow=False) as animator:
        animator.set_avatar(avatar())
        assert animator.render(moment(1, 0)).pixels.shape == (90, 120, 4)
