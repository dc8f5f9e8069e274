from typing import Any

import numpy as np
import pytest
from trying import opened, settings_of, skipping

from vtuber_app import plugins
from vtuber_app.avatars import gallery
from vtuber_app.core.parts import Animator
from vtuber_app.core.types import INDEX, Avatar, Driving, FaceState, Frame


@pytest.fixture(params=list(plugins.animators))
def animator(request: pytest.FixtureRequest) -> Animator[Any]:
    part = plugins.animators[request.param]
    return part(settings_of(part))


@pytest.fixture(scope="module")
def avatars() -> list[Avatar]:
    names = gallery.names()
    assert len(names) >= 2
    return [gallery.load(name) for name in names[:2]]


def moment(time: float = 7.25, mouth: float = 0.0, turn: float = 0.0) -> Driving:
    """A face that opens its mouth and turns, and a frame for those that look at frames."""
    blendshapes = np.zeros(52, np.float32)
    blendshapes[INDEX["jawOpen"]] = mouth
    pixels = np.full((256, 256, 3), 120, np.uint8)
    pixels.setflags(write=False)
    face = FaceState(blendshapes, np.array([turn, turn, turn], np.float32))
    return Driving(time, face, Frame(pixels, time))


def test_pictures_are_rgba_and_keep_the_capture_time(animator: Animator[Any], avatars: list[Avatar]) -> None:
    with opened(animator):
        with skipping():
            animator.set_avatar(avatars[0])
        for driving in (moment(), moment(8, mouth=0.7, turn=0.3), Driving(9.5)):
            picture = animator.render(driving)
            assert picture.time == driving.time
            assert picture.pixels.ndim == 3
            assert picture.pixels.shape[2] == 4
            assert min(picture.pixels.shape[:2]) >= 64
            assert picture.pixels.dtype == np.uint8
            assert picture.pixels.flags.c_contiguous
            assert not picture.pixels.flags.writeable
            assert picture.pixels[..., 3].max() == 255


def test_the_same_again_gives_the_same(animator: Animator[Any], avatars: list[Avatar]) -> None:
    runs = []
    for _ in range(2):
        with opened(animator):
            with skipping():
                animator.set_avatar(avatars[0])
            runs.append([animator.render(moment(step / 30, step / 10, step / 20)).pixels.copy() for step in range(4)])
    for first, second in zip(*runs, strict=True):
        assert (first == second).all()


def test_a_picture_stays_as_it_was_given(animator: Animator[Any], avatars: list[Avatar]) -> None:
    with opened(animator):
        with skipping():
            animator.set_avatar(avatars[0])
        first = animator.render(moment())
        before = first.pixels.copy()
        animator.render(moment(7.3, mouth=1, turn=0.4))
        assert (first.pixels == before).all()


def test_the_avatar_can_change(animator: Animator[Any], avatars: list[Avatar]) -> None:
    with opened(animator):
        shown = []
        for avatar in (*avatars, avatars[0]):
            with skipping():
                animator.set_avatar(avatar)
            shown.append(animator.render(moment()).pixels.copy())
    assert (shown[0] != shown[1]).any()
    assert shown[0].shape == shown[2].shape
    assert np.abs(shown[0].astype(int) - shown[2]).mean() < 2


def test_any_face_is_drawn(animator: Animator[Any], avatars: list[Avatar]) -> None:
    rng = np.random.default_rng(8)
    with opened(animator):
        with skipping():
            animator.set_avatar(avatars[0])
        for step in range(20):
            face = FaceState(
                rng.integers(0, 2, 52).astype(np.float32),
                rng.uniform(-3, 3, 3).astype(np.float32),
                rng.uniform(-2, 2, 3).astype(np.float32),
            )
            picture = animator.render(Driving(step / 30, face, moment().frame))
            assert picture.pixels[..., 3].any()


def test_it_opens_twice(animator: Animator[Any], avatars: list[Avatar]) -> None:
    for _ in range(2):
        with opened(animator):
            with skipping():
                animator.set_avatar(avatars[0])
            animator.render(moment())
