from collections.abc import Callable, Iterator

import numpy as np
import pytest
from faces import face
from numpy.typing import NDArray

from vtuber_app.core.parts import Rank
from vtuber_app.core.types import FACE_PARTS, Driving, FaceState
from vtuber_app.pose.filters import Filters, PoseSettings
from vtuber_app.pose.fusion import BLEND_S, PLACES, SILENCE, Fusion, Pulse, Ranks
from vtuber_app.trackers.microphone import Microphone, MicrophoneSettings
from vtuber_app.trackers.mouse import Mouse, MouseSettings

FPS = 60
CAMERA, PHONE = (dict.fromkeys(FACE_PARTS, rank) for rank in (Rank.CAMERA, Rank.PHONE))
VOICE, LEADING = (Microphone.ranks(MicrophoneSettings(leads=leads)) for leads in (False, True))
ALL: dict[str, Ranks] = {
    "mediapipe": CAMERA,
    "microphone": VOICE,
    "mouse": Mouse.ranks(MouseSettings()),
    "ifacialmocap": PHONE,
}
SEEN = face((0.1, 0.3, 0), jawOpen=0.8, eyeBlinkLeft=0.6, browInnerUp=0.5, mouthSmileLeft=0.7, eyeLookUpLeft=0.4)
"""What a camera sees."""
OTHER = face((-0.2, -0.1, 0.1), jawOpen=0.1, eyeBlinkLeft=0.1, browInnerUp=0.1, mouthSmileLeft=0.2, mouthPucker=0.9)


def fused(ranks: dict[str, Ranks], **faces: FaceState | None) -> tuple[FaceState | None, dict[str, str]]:
    """What these give together, and who drives what."""
    fusion = Fusion()
    fusion.ranks = ranks
    for name, given in faces.items():
        fusion.take(name, given, 1.0)
    return fusion(1.0), dict(fusion.drives)


def test_every_value_belongs_to_one_part() -> None:
    places = np.concatenate(list(PLACES.values()))
    assert sorted(places) == list(range(58))


def test_one_tracker_passes_through_untouched() -> None:
    given = FaceState(confidence=0.2, landmarks=np.zeros((3, 2), np.float32))
    assert fused({}, mediapipe=given)[0] is given
    assert fused(ALL, mediapipe=given)[0] is given


def test_a_phone_goes_before_a_camera_and_a_camera_before_the_mouse() -> None:
    assert fused(ALL, mediapipe=SEEN, ifacialmocap=OTHER, mouse=SEEN)[0] is OTHER
    assert fused(ALL, mouse=OTHER, mediapipe=SEEN)[0] is SEEN
    assert set(fused(ALL, ifacialmocap=None, mediapipe=SEEN)[1].values()) == {"mediapipe"}


def test_of_two_alike_the_first_chosen_goes_first() -> None:
    for first, second in (("vmc", "ifacialmocap"), ("ifacialmocap", "vmc")):
        _, drives = fused({first: PHONE, second: PHONE}, vmc=SEEN, ifacialmocap=OTHER)
        assert set(drives.values()) == {first}


def test_the_microphone_has_the_mouth_when_nothing_else_sees_one() -> None:
    _, drives = fused(ALL, mediapipe=SEEN, microphone=OTHER)
    assert set(drives.values()) == {"mediapipe"}, "a camera that sees the mouth knows better"
    found, drives = fused(ALL, mouse=SEEN, microphone=OTHER)
    assert drives == {
        "mouth": "microphone",
        "smile": "microphone",
        "gaze": "mouse",
        "head": "mouse",
        "eyes": "microphone",
        "brows": "microphone",
    }
    assert found
    assert (found["mouthPucker"], found["eyeLookUpLeft"]) == pytest.approx((0.9, 0.4))
    assert found.rotation == pytest.approx(SEEN.rotation)


def test_a_covered_mouth_is_left_to_the_microphone_and_the_rest_to_the_camera() -> None:
    covered = FaceState(SEEN.blendshapes, SEEN.rotation, confidence=0.3)
    found, drives = fused(ALL, mediapipe=covered, microphone=OTHER)
    assert {part for part, tracker in drives.items() if tracker == "microphone"} == {"mouth", "smile"}
    assert found
    assert (found["jawOpen"], found["mouthSmileLeft"], found["browInnerUp"]) == pytest.approx((0.1, 0.2, 0.5))


def test_a_voice_that_leads_leaves_smiles_to_the_camera() -> None:
    found, drives = fused({**ALL, "microphone": LEADING}, mediapipe=SEEN, microphone=OTHER, ifacialmocap=None)
    assert {part for part, tracker in drives.items() if tracker == "microphone"} == {"mouth"}
    assert found
    assert (found["jawOpen"], found["mouthPucker"], found["mouthSmileLeft"]) == pytest.approx((0.1, 0.9, 0.7))


def test_nobody_is_no_face() -> None:
    assert fused(ALL, mediapipe=None, microphone=None) == (None, {})
    assert Fusion()(1.0) is None


Gives = Callable[[float], FaceState | None]


def passing(fusion: Fusion, seconds: float, **trackers: Gives) -> Iterator[tuple[float, FaceState]]:
    """The faces of some seconds; a tracker that gives None says nothing at all."""
    for index in range(round(seconds * FPS)):
        time = index / FPS
        for name, gives in trackers.items():
            if given := gives(time):
                fusion.take(name, given, time)
        if found := fusion(time):
            yield time, found


def moved(faces: list[FaceState]) -> NDArray[np.float32]:
    """(n,) the largest step of any value from each face to the next."""
    values = np.array([np.concatenate([face.blendshapes, face.rotation]) for face in faces])
    return np.asarray(np.abs(np.diff(values, axis=0)).max(1))


def test_loss_and_return_pass_over_in_their_time_without_a_jump() -> None:
    fusion = Fusion()
    fusion.ranks = ALL
    lost = (1.0, 2.0)
    found = dict(
        passing(
            fusion,
            3,
            ifacialmocap=lambda time: None if lost[0] <= time < lost[1] else SEEN,
            mediapipe=lambda time: OTHER,
        )
    )
    times, faces = np.array(list(found)), list(found.values())
    jaws = np.array([face["jawOpen"] for face in faces])
    passes = lost[0] + SILENCE
    assert jaws[times <= passes - 0.02][-1] == pytest.approx(0.8)
    assert jaws[times >= passes + BLEND_S + 0.02][0] == pytest.approx(0.1)
    assert jaws[times >= lost[1] + BLEND_S][0] == pytest.approx(0.8)
    assert faces[-1] is SEEN
    apart = float(np.abs(SEEN.blendshapes - OTHER.blendshapes).max())
    assert moved(faces).max() <= 1.55 * apart / (BLEND_S * FPS), "a gentle S goes 1.5 times as fast as a line"


def test_a_tracker_that_comes_and_goes_while_both_move_makes_no_jump() -> None:
    fusion = Fusion()
    fusion.ranks = ALL

    def phone(time: float) -> FaceState:
        return face((0, 0.4 * np.sin(2 * time), 0), jawOpen=0.5 + 0.4 * np.sin(5 * time))

    def camera(time: float) -> FaceState:
        return face((0, -0.3, 0), jawOpen=0.2, mouthPucker=0.5)

    there = np.random.default_rng(4).random(40) < 0.5  # in each 0.3 s, which is longer than SILENCE
    drivers = set()
    faces = []
    steps = passing(
        fusion, 12, ifacialmocap=lambda time: phone(time) if there[int(time / 0.3)] else None, mediapipe=camera
    )
    for _, found in steps:
        faces.append(found)
        drivers.add(fusion.drives["mouth"])
    own = moved([phone(index / FPS) for index in range(12 * FPS)]).max()
    assert drivers == {"ifacialmocap", "mediapipe"}
    assert moved(faces).max() <= own + 1.55 * 0.9 / (BLEND_S * FPS)


def test_parts_pass_over_each_for_itself() -> None:
    fusion = Fusion()
    fusion.ranks = ALL
    covered = FaceState(SEEN.blendshapes, SEEN.rotation, confidence=0.1)
    found = passing(fusion, 2, mediapipe=lambda time: SEEN if time < 1 else covered, microphone=lambda time: OTHER)
    faces = [face for _, face in found]
    assert np.ptp([face["browInnerUp"] for face in faces]) == 0
    jaws = np.array([face["jawOpen"] for face in faces])
    assert jaws[59] == pytest.approx(0.8)
    assert jaws[round((1 + BLEND_S / 2) * FPS)] == pytest.approx(0.45, abs=0.05)
    assert jaws[-1] == pytest.approx(0.1)


def test_one_long_pause_makes_no_slow_tracker_but_a_slow_one_is_waited_for() -> None:
    pulse = Pulse(0)
    for time in (0.1, 0.2, 9.0):
        pulse.beat(time)
    assert pulse.silent(9.4)
    for time in (10.0, 11.0, 12.0):
        pulse.beat(time)
    assert not pulse.silent(14.9)
    assert pulse.silent(15.1)


def test_each_tracker_has_its_own_rest() -> None:
    filters = Filters(PoseSettings(mirrored=False, smoothing=0, blink_hold_s=0))
    filters.rank({"ifacialmocap": PHONE, "mediapipe": CAMERA})
    phone, camera = face((0.2, 0, 0), browInnerUp=0.3), face((-0.3, 0.1, 0), browInnerUp=0.1, mouthSmileLeft=0.2)

    def at(time: float, *given: Driving) -> FaceState:
        found = filters(Driving(time, given=given)).face
        assert found
        return found

    for index in range(4 * FPS):
        time = index / FPS
        both = (Driving(time, phone, tracker="ifacialmocap"), Driving(time, camera, tracker="mediapipe"))
        resting = at(time, *both)
    assert np.abs(resting.rotation).max() < 1e-6
    assert set(filters.drives.values()) == {"ifacialmocap"}
    for index in range(4 * FPS, 5 * FPS):
        resting = at(index / FPS, Driving(index / FPS, camera, tracker="mediapipe"))
    assert set(filters.drives.values()) == {"mediapipe"}
    assert np.abs(resting.rotation).max() < 1e-6, "the camera's rest is not the phone's"
    assert resting.blendshapes.max() < 1e-6


def test_no_moment_of_anybody_is_silence_of_all() -> None:
    filters = Filters(PoseSettings())
    both = (Driving(1, SEEN, tracker="ifacialmocap"), Driving(1, OTHER, tracker="mediapipe"))
    filters(Driving(1, given=both))
    assert filters.drives
    filters(Driving(1.1))
    assert not filters.drives
