"""Talking Head Anime 3 with networks drawn by lot, in place of the published ones."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from vtuber_app import store
from vtuber_app.animators.tha import pose45
from vtuber_app.animators.tha3 import Tha3, Tha3Settings
from vtuber_app.avatars import gallery
from vtuber_app.avatars.square import square
from vtuber_app.core import weights
from vtuber_app.core.errors import WeightsError
from vtuber_app.core.types import INDEX, Avatar, Driving, FaceState, Held
from vtuber_app.pose.tha import PLACE

torch = pytest.importorskip("torch")

PLAIN = {"engine": "torch", "device": "cpu", "steps": "exact"}


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
        for name in Tha3.networks:
            state = poser.get_submodule(name).state_dict()
            if variant == "separable_half":
                state = {key: value.half() for key, value in state.items()}
            torch.save(state, folder / "tha3" / variant / f"{name}.pt")
    return folder


@pytest.fixture(autouse=True)
def installed(models: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTUBER_MODELS", str(models))
    for variant in ("separable_float", "separable_half", "standard_float"):
        store.accept(f"tha3_{variant}")


@pytest.fixture
def avatars() -> list[Avatar]:
    return [gallery.load(name) for name in gallery.names()[:2]]


def moment(time: float, turn: float = 0.0, **shapes: float) -> Driving:
    blendshapes = np.zeros(52, np.float32)
    for name, value in shapes.items():
        blendshapes[INDEX[name]] = value
    return Driving(time, FaceState(blendshapes, np.array([0, turn, 0], np.float32)))


def settings(**changes: object) -> Tha3Settings:
    return Tha3Settings.model_validate(PLAIN | changes)


@pytest.mark.slow
def test_every_picture_is_as_if_nothing_were_remembered(avatars: list[Avatar], models: Path) -> None:
    from vtuber_app.nets import tha3, tha_picture

    poser = tha3.Poser(separable=True).eval()
    for name in Tha3.networks:
        weights.load_into(poser.get_submodule(name), models / "tha3" / "separable_float" / f"{name}.pt")
    shown = None
    with Tha3(settings()) as animator, torch.inference_mode():
        for avatar, driving in (
            (avatars[0], moment(1.0)),
            (avatars[0], moment(1.1, 0.1)),
            (avatars[0], moment(1.2, 0.1, jawOpen=0.3, eyeBlinkLeft=0.5, browInnerUp=0.5)),
            (avatars[1], moment(1.2, 0.1, jawOpen=0.3, eyeBlinkLeft=0.5, browInnerUp=0.5)),
        ):
            if avatar is not shown:
                animator.set_avatar(avatar)
                shown = avatar
            picture = animator.render(driving)
            image = tha_picture.network_input(square(avatar.pixels, 512), "cleared")
            pose = torch.from_numpy(pose45(driving, animator.settings))[None]
            expected = tha_picture.pixels(poser(image, pose))
            assert np.abs(picture.pixels.astype(int) - expected).max() <= 1
            assert picture.time == driving.time
            assert picture.pixels.shape == (512, 512, 4)
            assert not picture.pixels.flags.writeable
        assert animator.notice is None


def test_near_poses_share_a_picture_if_they_may(avatars: list[Avatar]) -> None:
    with Tha3(settings(steps="coarse", breaths=0)) as animator:
        animator.set_avatar(avatars[0])
        first = animator.render(moment(1, 0.1))
        second = animator.render(moment(2, 0.1002))
        assert second.pixels is first.pixels
        assert second.time == 2
        assert animator.render(moment(3, 0.13)).pixels is not first.pixels
        assert animator.render(moment(4, 0.1)).pixels is first.pixels
        animator.set_avatar(avatars[1])
        assert animator.render(moment(5, 0.1)).pixels is not first.pixels
    with Tha3(settings(steps="coarse", breaths=0, cache_mb=0)) as animator:
        animator.set_avatar(avatars[0])
        first = animator.render(moment(1, 0.1))
        again = animator.render(moment(2, 0.1))
        assert again.pixels is not first.pixels
        assert (again.pixels == first.pixels).all()


def test_what_is_held_by_hand_wins(avatars: list[Avatar]) -> None:
    winking = Driving(1.0, FaceState(), held={"eye_wink_left": Held(1.0)})
    assert pose45(winking, settings())[PLACE["eye_wink_left"]] == 1
    with Tha3(settings()) as animator:
        animator.set_avatar(avatars[0])
        assert (animator.render(winking).pixels != animator.render(Driving(1.0, FaceState())).pixels).any()


def test_the_half_variant_gives_nearly_the_same(avatars: list[Avatar]) -> None:
    pictures = []
    for variant in ("separable_float", "separable_half"):
        with Tha3(settings(variant=variant)) as animator:
            animator.set_avatar(avatars[0])
            pictures.append(animator.render(moment(1, 0.1)).pixels.astype(int))
    assert 0 < np.abs(pictures[0] - pictures[1]).mean() < 2


def test_any_face_is_drawn(avatars: list[Avatar]) -> None:
    with Tha3(settings()) as animator:
        animator.set_avatar(avatars[0])
        assert animator.render(moment(1, 9, **dict.fromkeys(INDEX, 1.0))).pixels.any()
        assert animator.render(Driving(2)).time == 2


def test_a_picture_that_does_not_fit_is_repaired_and_told() -> None:
    opaque = np.full((400, 300, 4), 255, np.uint8)
    with Tha3(settings()) as animator:
        animator.set_avatar(Avatar("Mia", opaque, Path("mia.png")))
        assert animator.render(Driving(1)).pixels.shape == (512, 512, 4)
        assert animator.notice
        assert "Mia is 300x400: its middle square is used" in animator.notice
        assert "no transparent background" in animator.notice


def test_what_is_not_installed_is_told(avatars: list[Avatar]) -> None:
    with Tha3(settings(variant="standard_half")) as animator, pytest.raises(WeightsError, match="not installed"):
        animator.set_avatar(avatars[0])


def test_a_licence_nobody_accepted_is_told(avatars: list[Avatar], home: Path) -> None:
    shutil.rmtree(home / "data")
    with Tha3(settings()) as animator, pytest.raises(WeightsError, match="never accepted"):
        animator.set_avatar(avatars[0])


def test_a_file_under_a_wrong_name_is_told(
    models: Path, avatars: list[Avatar], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "tha3" / "separable_float"
    shutil.copytree(models / "tha3" / "separable_float", folder)
    shutil.copy(folder / "eyebrow_morphing_combiner.pt", folder / "eyebrow_decomposer.pt")
    monkeypatch.setenv("VTUBER_MODELS", str(tmp_path))
    with Tha3(settings()) as animator, pytest.raises(WeightsError, match="another network"):
        animator.set_avatar(avatars[0])
