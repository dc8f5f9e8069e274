"""Students of Talking Head Anime 4, made up and real."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from vtuber_app.animators.tha4_student import Tha4Student, Tha4StudentSettings
from vtuber_app.avatars import gallery
from vtuber_app.core import clock
from vtuber_app.core.errors import DeviceError, WeightsError
from vtuber_app.core.types import INDEX, Avatar, Driving, FaceState, Frame
from vtuber_app.runtime import network
from vtuber_app.runtime.prepared import Prepared
from vtuber_app.runtime.route import Route
from vtuber_app.runtime.torch_engine import TorchEngine
from vtuber_app.session import Session
from vtuber_app.settings import AppSettings

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A character whose networks are drawn by lot."""
    from vtuber_app.nets.tha4_student import Poser

    folder = tmp_path_factory.mktemp("character")
    torch.manual_seed(3)
    for name, net in Poser().named_children():
        state = {key: value * 0.1 for key, value in net.state_dict().items()}
        torch.save(state, folder / f"{name}.pt")
    picture = np.zeros((512, 512, 4), np.uint8)
    picture[60:, 150:360] = (80, 120, 200, 255)
    cv2.imwrite(str(folder / "character.png"), picture)
    return folder


@pytest.fixture
def avatar(folder: Path) -> Avatar:
    return gallery.load(folder / "character.png")


def moment(time: float, rotation: tuple[float, float, float] = (0, 0, 0), **shapes: float) -> Driving:
    blendshapes = np.zeros(52, np.float32)
    for name, value in shapes.items():
        blendshapes[INDEX[name]] = value
    return Driving(time, FaceState(blendshapes, np.array(rotation, np.float32)))


def settings(**changes: object) -> Tha4StudentSettings:
    return Tha4StudentSettings.model_validate({"device": "cpu", "engine": "torch"} | changes)


def test_it_moves_with_the_performer(avatar: Avatar) -> None:
    with Tha4Student(settings()) as student:
        student.set_avatar(avatar)
        rest = student.render(Driving(3.0))
        again = student.render(Driving(6.0))  # a whole breath later
        turned = student.render(moment(3.0, (0, 0.1, 0)))
        wild = student.render(moment(3.0, (9, -9, 9), **{name: 1.0 for name in INDEX}))
    for picture in (rest, again, turned, wild):
        assert isinstance(picture, Frame)
        assert picture.pixels.shape == (512, 512, 4)
        assert picture.pixels.dtype == np.uint8
        assert picture.pixels.flags.c_contiguous
        assert not picture.pixels.flags.writeable
    assert (rest.time, again.time) == (3.0, 6.0)
    assert (rest.pixels == again.pixels).all()
    assert (rest.pixels != turned.pixels).any()


def test_the_settings_name_another_character(folder: Path, avatar: Avatar, tmp_path: Path) -> None:
    elsewhere = Avatar("Nobody", avatar.pixels, tmp_path / "nobody.png")
    with Tha4Student(settings(character=folder)) as student:
        student.set_avatar(elsewhere)
    with (
        Tha4Student(settings()) as student,
        pytest.raises(WeightsError, match=r"for Nobody: character\.png, face_morpher\.pt"),
    ):
        student.set_avatar(elsewhere)


def test_files_of_other_kinds_are_told(folder: Path, avatar: Avatar, tmp_path: Path) -> None:
    for name in ("character.png", "face_morpher.pt", "body_morpher.pt"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    with Tha4Student(settings(character=tmp_path)) as student:
        (tmp_path / "body_morpher.pt").write_bytes((folder / "face_morpher.pt").read_bytes())
        with pytest.raises(WeightsError, match="another network"):
            student.set_avatar(avatar)
        (tmp_path / "body_morpher.pt").write_bytes((folder / "body_morpher.pt").read_bytes()[:-2000])
        with pytest.raises(WeightsError, match="damaged"):
            student.set_avatar(avatar)
        (tmp_path / "body_morpher.pt").write_bytes((folder / "body_morpher.pt").read_bytes())
        cv2.imwrite(str(tmp_path / "character.png"), np.zeros((256, 256, 4), np.uint8))
        student.set_avatar(avatar)
        assert student.notice
        assert "only 256x256: it was enlarged to 512x512" in student.notice


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has what the test misses")
def test_a_device_that_is_not_there_is_told(avatar: Avatar) -> None:
    with (
        Tha4Student(settings(device="gpu", precision="bfloat16")) as student,
        pytest.raises(DeviceError, match=r"device gpu.*This machine has: .*PyTorch, processor, float32"),
    ):
        student.set_avatar(avatar)


def test_its_terms_are_told_beside_it(avatar: Avatar) -> None:
    with Tha4Student(settings()) as student:
        student.set_avatar(avatar)
        assert student.notice
        assert "non-commercial" in student.notice


@pytest.mark.slow
def test_a_graphics_card_that_fails_does_not_end_the_stream(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Card(TorchEngine):
        pictures = 0

        @classmethod
        def routes(cls) -> list[Route]:
            return [Route("onnx", "directml", "float16")]

        def __init__(self, route: Route, prepared: Prepared) -> None:
            super().__init__(Route("torch", "cpu"), prepared)
            self.route = route

        def get(self, value: "torch.Tensor") -> np.ndarray:
            Card.pictures += value.dim() == 3
            if Card.pictures > 3:
                with self.failing():
                    raise RuntimeError("The device was removed")
            return super().get(value)

    monkeypatch.setitem(network.ENGINES, "onnx", Card)
    chosen = AppSettings(tracker="idle", outputs=("null",), avatar=str(folder / "character.png"))
    chosen = chosen.with_part(Tha4StudentSettings(steps="exact"), animator="tha4_student")
    with Session(chosen) as session:
        started = clock.now()
        while session.worker("animator").meter.count < 6 and clock.now() - started < 60:
            assert not session.wait(0.05)
        status = session.status()
    animator = next(stage for stage in status.stages if stage.name == "animator")
    assert Card.pictures > 3
    assert (status.state, animator.error) == ("running", None)
    assert animator.count >= 6
    assert animator.notice
    # Which of the processor's routes is the best depends on how busy it is.
    assert re.search(r"The device was removed. It runs with [\w ]+, processor, float32 instead\.", animator.notice)


def test_a_real_character_blinks_and_turns(shared: Path) -> None:
    path = shared / "data" / "tha4_characters" / "lambda_00" / "character.png"
    if not path.is_file():
        pytest.skip("no trained student beside this checkout")
    with Tha4Student(settings(breaths=0)) as student:
        student.set_avatar(gallery.load(path))
        rest = student.render(Driving(1.0)).pixels.astype(int)
        blink = student.render(moment(1.0, eyeBlinkLeft=0.8)).pixels.astype(int)
        turned = student.render(moment(1.0, (0, 0.15, 0))).pixels.astype(int)
    drawn = cv2.cvtColor(cv2.imread(str(path), cv2.IMREAD_UNCHANGED), cv2.COLOR_BGRA2RGBA).astype(int)
    opaque = (drawn[..., 3] == 255) & (rest[..., 3] == 255)
    assert np.abs(rest - drawn)[opaque].mean() < 3
    changed = np.argwhere((np.abs(blink - rest).max(axis=2) > 40) & opaque)
    top, left = changed.min(axis=0)
    bottom, right = changed.max(axis=0)
    assert 256 < left < right < 300  # the character's left eye is on the right
    assert 110 < top < bottom < 190
    assert np.abs(turned - rest)[opaque].mean() > np.abs(blink - rest)[opaque].mean()
