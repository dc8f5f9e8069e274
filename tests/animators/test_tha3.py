"""Talking Head Anime 3 with networks drawn by lot, in place of the published ones."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from vtuber_app.animators.tha import pose45
from vtuber_app.animators.tha3 import NETWORKS, Tha3, Tha3Settings
from vtuber_app.avatars import gallery
from vtuber_app.core.errors import WeightsError
from vtuber_app.core.types import INDEX, Avatar, Driving, FaceState

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with both separable variants."""
    from vtuber_app.nets.tha3 import Poser

    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(7)
    poser = Poser(separable=True)
    with torch.no_grad():
        for name, parameter in poser.named_parameters():
            if "grid_change" in name:
                parameter.mul_(0.01)  # trained ones move pixels a little too
    for variant in ("separable_float", "separable_half"):
        (folder / "tha3" / variant).mkdir(parents=True)
        for name in NETWORKS:
            state = poser.get_submodule(name).state_dict()
            if variant == "separable_half":
                state = {key: value.half() for key, value in state.items()}
            torch.save(state, folder / "tha3" / variant / f"{name}.pt")
    return folder


@pytest.fixture(autouse=True)
def installed(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTUBER_MODELS", str(models))


@pytest.fixture
def avatars() -> list[Avatar]:
    return [gallery.load(name) for name in gallery.names()[:2]]


def moment(time: float, turn: float = 0.0, **shapes: float) -> Driving:
    blendshapes = np.zeros(52, np.float32)
    for name, value in shapes.items():
        blendshapes[INDEX[name]] = value
    return Driving(time, FaceState(blendshapes, np.array([0, turn, 0], np.float32)))


def test_every_picture_is_as_if_nothing_were_remembered(avatars: list[Avatar]) -> None:
    from vtuber_app.nets import tha_picture

    settings = Tha3Settings(device="cpu")
    with Tha3(settings) as animator, torch.inference_mode():
        for avatar, driving in (
            (avatars[0], moment(1.0)),
            (avatars[0], moment(1.1, 0.1)),
            (avatars[0], moment(1.2, 0.1, jawOpen=0.3, eyeBlinkLeft=0.5, browInnerUp=0.5)),
            (avatars[1], moment(1.2, 0.1, jawOpen=0.3, eyeBlinkLeft=0.5, browInnerUp=0.5)),
        ):
            if avatar is not getattr(animator, "given", None):
                animator.set_avatar(avatar)
                animator.given = avatar  # type: ignore[attr-defined]
            picture = animator.render(driving)
            image = tha_picture.network_input(tha_picture.square(avatar.pixels, 512), "cleared")
            pose = torch.from_numpy(pose45(driving, settings))[None]
            expected = tha_picture.pixels(animator._poser(image, pose))
            assert np.abs(picture.pixels.astype(int) - expected).max() <= 1
            assert picture.time == driving.time
            assert picture.pixels.shape == (512, 512, 4)
            assert not picture.pixels.flags.writeable


def test_only_what_changed_is_done_again(avatars: list[Avatar], monkeypatch: pytest.MonkeyPatch) -> None:
    done = []
    brows, face = Tha3._move_brows, Tha3._move_face
    monkeypatch.setattr(Tha3, "_move_brows", lambda self, *given: (done.append("brows"), brows(self, *given))[1])
    monkeypatch.setattr(Tha3, "_move_face", lambda self, *given: (done.append("face"), face(self, *given))[1])
    with Tha3(Tha3Settings(device="cpu")) as animator:
        animator.set_avatar(avatars[0])
        animator.render(moment(1))
        assert done == ["brows", "face"]
        animator.render(moment(2, 0.1))
        assert done == ["brows", "face"]
        animator.render(moment(3, jawOpen=0.3))
        assert done == ["brows", "face", "face"]
        animator.render(moment(3, jawOpen=0.3, browInnerUp=1))
        assert done == ["brows", "face", "face", "brows", "face"]


def test_the_half_variant_gives_nearly_the_same(avatars: list[Avatar]) -> None:
    pictures = []
    for variant in ("separable_float", "separable_half"):
        with Tha3(Tha3Settings(device="cpu", variant=variant)) as animator:
            animator.set_avatar(avatars[0])
            pictures.append(animator.render(moment(1, 0.1)).pixels.astype(int))
    assert 0 < np.abs(pictures[0] - pictures[1]).mean() < 2


def test_any_face_is_drawn(avatars: list[Avatar]) -> None:
    with Tha3(Tha3Settings(device="cpu")) as animator:
        animator.set_avatar(avatars[0])
        assert animator.render(moment(1, 9, **dict.fromkeys(INDEX, 1.0))).pixels.any()
        assert animator.render(Driving(2)).time == 2


def test_what_is_not_installed_is_told() -> None:
    with pytest.raises(WeightsError, match=r"not installed.*standard_half"):
        Tha3(Tha3Settings(variant="standard_half")).__enter__()


def test_the_standard_networks_are_not_the_separable_ones(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(models / "tha3" / "separable_float", tmp_path / "tha3" / "standard_float")
    monkeypatch.setenv("VTUBER_MODELS", str(tmp_path))
    with pytest.raises(WeightsError, match="another network"):
        Tha3(Tha3Settings(variant="standard_float")).__enter__()
