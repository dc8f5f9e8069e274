from dataclasses import replace

import numpy as np
import pytest

from vtuber_app.core.types import INDEX, Driving, FaceState, Frame
from vtuber_app.pose.blink import BlinkHold
from vtuber_app.pose.calibration import Calibration
from vtuber_app.pose.filters import Filters, PoseSettings
from vtuber_app.pose.idle import LOSS_S, RETURN_S, Idle
from vtuber_app.pose.mirror import mirror
from vtuber_app.pose.smoothing import FaceSmoothing, OneEuro

PLAIN = PoseSettings(mirrored=False, smoothing=0, auto_calibrate=False, blink_hold_s=0)
FPS = 30


def face(rotation: tuple[float, float, float] = (0, 0, 0), **weights: float) -> FaceState:
    blendshapes = np.zeros(52, np.float32)
    for name, weight in weights.items():
        blendshapes[INDEX[name]] = weight
    return FaceState(blendshapes, np.array(rotation, np.float32))


def run(filters: Filters, faces: list[FaceState | None], start: float = 0.0) -> list[FaceState]:
    found = [filters(Driving(start + index / FPS, face)).face for index, face in enumerate(faces)]
    assert all(found)
    return [face for face in found if face]


def largest_step(faces: list[FaceState]) -> float:
    return float(np.abs(np.diff([face.rotation for face in faces], axis=0)).max())


def test_everything_off_passes_the_face_on() -> None:
    given = face((0.1, -0.2, 0.3), jawOpen=0.4, eyeBlinkLeft=0.2)
    passed = run(Filters(PLAIN), [given])[0]
    assert passed.rotation == pytest.approx(given.rotation)
    assert passed["eyeBlinkLeft"] == pytest.approx(0.2 / 0.6)  # eyes are taken for shut at 0.6
    assert passed["jawOpen"] == pytest.approx(0.4 / 0.7)


def test_same_input_gives_the_same_output() -> None:
    random = np.random.default_rng(5)
    faces = [
        None if 40 < i < 80 else face(tuple(random.normal(0, 0.1, 3)), jawOpen=random.random()) for i in range(120)
    ]
    one, other = (run(Filters(PoseSettings()), list(faces)) for _ in range(2))
    for a, b in zip(one, other, strict=True):
        assert np.array_equal(a.blendshapes, b.blendshapes)
        assert np.array_equal(a.rotation, b.rotation)


def test_lost_face_glides_into_idle_and_back() -> None:
    turned = face((0.3, 0.5, -0.2), mouthSmileLeft=0.9)
    n_lost = 2 * FPS
    faces = run(Filters(PLAIN), [turned] * 10 + [None] * n_lost + [turned] * 30)
    assert largest_step(faces) < 0.1  # a jump would be 0.5
    lost, back = faces[10 + round(LOSS_S * FPS) + 1], faces[10 + n_lost + round(RETURN_S * FPS) + 1]
    assert abs(lost.rotation[1]) < 0.15
    assert lost.confidence == 0
    assert back.rotation == pytest.approx(turned.rotation)


def test_nobody_at_all_is_a_living_face() -> None:
    faces = run(Filters(PoseSettings()), [None] * (12 * FPS))
    lids = np.array([face["eyeBlinkLeft"] for face in faces])
    assert lids.max() > 0.9
    assert np.median(lids) == 0
    assert np.ptp([face.gaze[0] for face in faces]) > 0.2
    assert 0.03 < np.ptp([face.rotation[1] for face in faces]) < 0.5
    assert largest_step(faces) < 0.02


def test_without_idle_a_lost_face_comes_to_rest() -> None:
    faces = run(Filters(PLAIN.model_copy(update={"idle": False})), [face((0.2, 0.2, 0))] * 5 + [None] * 60)
    assert not faces[-1].rotation.any()
    assert not faces[-1].blendshapes.any()


def test_idle_blinks_at_human_intervals_and_its_values_are_in_range() -> None:
    idle = Idle(seed=3)
    faces = [idle(index / 60) for index in range(60 * 60)]
    shapes = np.array([face.blendshapes for face in faces])
    assert shapes.min() >= 0
    assert shapes.max() <= 1
    shut = shapes[:, INDEX["eyeBlinkLeft"]] > 0.9
    n_blinks = int((shut[1:] & ~shut[:-1]).sum())
    assert 10 <= n_blinks <= 35  # people: 15 to 20 a minute


def test_start_is_taken_as_rest_gently() -> None:
    resting = face((0.1, -0.15, 0.05), mouthSmileLeft=0.25, browInnerUp=0.2)
    faces = run(Filters(PLAIN.model_copy(update={"auto_calibrate": True})), [resting] * (4 * FPS))
    assert np.abs(faces[-1].rotation).max() < 1e-6
    assert faces[-1].blendshapes.max() < 1e-6
    assert faces[0].rotation == pytest.approx(resting.rotation)
    assert largest_step(faces) < 0.02


def test_full_expression_stays_full_after_calibration() -> None:
    filters = Filters(PLAIN.model_copy(update={"auto_calibrate": True}))
    run(filters, [face(mouthSmileLeft=0.3)] * (4 * FPS))
    assert run(filters, [face(mouthSmileLeft=1.0)], start=5)[0]["mouthSmileLeft"] == pytest.approx(1)


def test_place_is_counted_from_where_someone_appears() -> None:
    filters = Filters(PLAIN)
    near, nearer = (replace(face(), translation=np.array([0.1, 0, z], np.float32)) for z in (-0.5, -0.45))
    faces = run(filters, [near, nearer])
    assert faces[0].translation == pytest.approx((0, 0, 0))
    assert faces[1].translation == pytest.approx((0, 0, 0.05))


def test_someone_turned_away_at_the_start_is_not_taken_for_rest() -> None:
    filters = Filters(PLAIN.model_copy(update={"auto_calibrate": True}))
    run(filters, [face((0, 0.9, 0))] * (3 * FPS))
    assert run(filters, [face((0, 0.9, 0))], start=4)[0].rotation[1] == pytest.approx(0.9)


def test_requested_neutral_replaces_the_first() -> None:
    filters = Filters(PLAIN)
    run(filters, [face()] * 30)
    filters.calibrate()
    asked = face((0.2, 0.3, 0), eyeBlinkLeft=0.5)
    faces = run(filters, [asked] * 60, start=2)
    assert np.abs(faces[-1].rotation).max() < 1e-6
    assert faces[-1]["eyeBlinkLeft"] < 1e-6


def test_gaze_is_shifted_whichever_side_rest_is_on() -> None:
    calibration = Calibration(automatic=False)
    calibration.request()
    resting = face(eyeLookOutLeft=0.2, eyeLookInRight=0.2)
    for index in range(60):
        calibration(resting, index / FPS)
    assert calibration(resting, 3).gaze[0] == pytest.approx(0, abs=1e-6)
    assert calibration(face(), 3.1).gaze[0] == pytest.approx(-0.2, abs=1e-6)
    assert calibration(face(eyeLookInLeft=0.3, eyeLookOutRight=0.3), 3.2).gaze[0] == pytest.approx(-0.5, abs=1e-6)


def test_reach_grows_with_the_performer() -> None:
    calibration = Calibration(automatic=False)
    assert calibration(face(eyeBlinkLeft=0.6), 0)["eyeBlinkLeft"] == pytest.approx(1)
    assert calibration(face(eyeBlinkLeft=0.9), 1)["eyeBlinkLeft"] == pytest.approx(1)
    assert calibration(face(eyeBlinkLeft=0.6), 2)["eyeBlinkLeft"] < 0.7


def test_blink_of_one_frame_stays_shut_for_the_hold() -> None:
    hold = BlinkHold(0.1)
    lids = [hold(face(eyeBlinkLeft=0.95 if i == 3 else 0.1), i / FPS)["eyeBlinkLeft"] for i in range(20)]
    assert lids[2] == pytest.approx(0.1)
    assert min(lids[3:7]) > 0.9
    assert lids[-1] == pytest.approx(0.1)
    assert hold(face(eyeBlinkRight=0.3), 1)["eyeBlinkRight"] == pytest.approx(0.3)


def test_one_euro_stills_noise_and_follows_motion() -> None:
    random = np.random.default_rng(2)
    still, moving = OneEuro(1.0, 2.0), OneEuro(1.0, 2.0)
    noise = random.normal(0, 0.005, (200, 1)).astype(np.float32)
    calm = np.array([still(value, index / FPS) for index, value in enumerate(noise)])
    assert calm[30:].std() < 0.6 * noise.std()
    steps = [moving(np.array([float(index >= 30)], np.float32), index / FPS)[0] for index in range(60)]
    assert steps[33] > 0.9


def test_one_euro_ignores_a_moment_that_does_not_grow() -> None:
    smooth = OneEuro(1.0, 1.0)
    first = smooth(np.zeros(1, np.float32), 1.0)
    assert smooth(np.ones(1, np.float32), 1.0) == first


def test_usual_smoothing_is_late_by_less_than_a_frame() -> None:
    smooth = FaceSmoothing(PoseSettings().smoothing)
    times = np.arange(0, 8, 1 / FPS)
    given = 0.5 + 0.5 * np.sin(2 * np.pi * 1.5 * times)  # as fast as talking
    for name in ("jawOpen", "eyeBlinkLeft", "eyeLookOutLeft", "browInnerUp"):
        smooth.reset()
        found = [smooth(face(**{name: value}), time)[name] for value, time in zip(given, times, strict=True)]
        delays = np.arange(0, 0.1, 0.002)
        match = [np.corrcoef(np.interp(times - delay, times, given)[60:], found[60:])[0, 1] for delay in delays]
        assert delays[int(np.argmax(match))] <= 1 / FPS


def test_mirror_twice_is_the_face_again() -> None:
    random = np.random.default_rng(1)
    given = FaceState(
        random.random(52).astype(np.float32),
        random.normal(size=3).astype(np.float32),
        random.normal(size=3).astype(np.float32),
        random.uniform(0, 640, (478, 2)).astype(np.float32),
    )
    once = mirror(given, 640)
    twice = mirror(once, 640)
    assert np.array_equal(once.blendshapes, given.blendshapes) is False
    for name in ("blendshapes", "rotation", "translation", "landmarks"):
        assert getattr(twice, name) == pytest.approx(getattr(given, name), abs=1e-4)


def test_mirror_swaps_sides_and_leaves_nodding() -> None:
    seen = mirror(replace(face((0.1, 0.2, 0.3), eyeBlinkLeft=0.7, mouthRight=0.4)))
    assert seen["eyeBlinkRight"] == pytest.approx(0.7)
    assert seen["mouthLeft"] == pytest.approx(0.4)
    assert seen.rotation == pytest.approx((0.1, -0.2, -0.3))
    assert seen.gaze[0] == 0


def test_mirror_setting_takes_effect_while_running() -> None:
    filters = Filters(PLAIN)
    pixels = np.zeros((48, 64, 3), np.uint8)
    given = Driving(0, replace(face(mouthLeft=0.5), landmarks=np.array([[10, 20]], np.float32)), Frame(pixels, 0))
    plain = filters(given).face
    filters.update(PLAIN.model_copy(update={"mirrored": True}))
    mirrored = filters(replace(given, time=1)).face
    assert plain
    assert mirrored
    assert plain.landmarks is not None
    assert mirrored.landmarks is not None
    assert plain["mouthLeft"] == mirrored["mouthRight"] > 0
    assert mirrored.landmarks.tolist() == [[54, 20]]
