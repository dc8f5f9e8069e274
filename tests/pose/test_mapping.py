"""Mapping: ranges, curves and layers, and that the usual map changes nothing."""

import numpy as np
import pytest
from faces import face
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vtuber_app.core.types import BLENDSHAPES, Driving, FaceState
from vtuber_app.pose.filters import Filters, PoseSettings
from vtuber_app.pose.mapping import Layers, Map, Mapper, usual, value
from vtuber_app.pose.parameters import GROUPS, PARAMETERS, levels


def changed(name: str, **changes: object) -> dict[str, Map]:
    return {name: Map.model_validate({**dict(usual(name)), **changes})}


def random_face(seed: int) -> FaceState:
    draw = np.random.default_rng(seed)
    angles, place = draw.normal(0, 1, 3).astype(np.float32), draw.normal(0, 0.5, 3).astype(np.float32)
    return FaceState(draw.uniform(0, 1, 52).astype(np.float32), angles, place)


def test_every_group_has_parameters_and_every_blendshape_is_one() -> None:
    assert sum(map(len, GROUPS.values())) >= 20
    assert set(BLENDSHAPES) < set(PARAMETERS)
    assert len(PARAMETERS) == sum(map(len, GROUPS.values())) + 52


def test_the_usual_map_gives_the_very_face_back() -> None:
    given_face = random_face(1)
    mapper = Mapper({name: usual(name) for name in PARAMETERS})
    assert mapper(given_face, 0.0) is given_face
    assert mapper.passage
    assert mapper.passage.after is given_face


@pytest.mark.parametrize("name", list(PARAMETERS))
def test_a_map_that_only_just_differs_hardly_changes_a_face(name: str) -> None:
    """Each parameter writes back what it reads: what it doesn't map stays bit for bit."""
    one_sided = random_face(2)
    shapes = one_sided.blendshapes.copy()
    for parameter in PARAMETERS.values():  # opposites at once are made one value, which is meant
        for more, less in parameter.channels:
            if more < 52 and less < 52:
                shapes[less] = 0
    given_face = FaceState(shapes, one_sided.rotation, one_sided.translation)
    mapped = Mapper(changed(name, curve=1e-6))(given_face, 0.0)
    assert np.allclose(mapped.blendshapes, shapes, atol=1e-4)
    assert np.allclose(mapped.rotation, given_face.rotation, atol=1e-4)
    assert np.allclose(mapped.translation, given_face.translation, atol=1e-4)
    mine = {place for channel in PARAMETERS[name].channels for place in channel}
    others = [place for place in range(52) if place not in mine]
    assert (mapped.blendshapes[others] == shapes[others]).all()


def test_ranges_stretch_and_an_eye_is_open_at_1() -> None:
    mapper = Mapper(changed("mouth_open", low=0.2, high=0.6))
    assert mapper(face(jawOpen=0.4), 0)["jawOpen"] == pytest.approx(0.5)
    assert mapper(face(jawOpen=0.1), 0)["jawOpen"] == 0
    assert mapper(face(jawOpen=0.9), 0)["jawOpen"] == 1
    shut = Mapper(changed("eye_open_left", low=0.5))(face(eyeBlinkLeft=0.5, eyeBlinkRight=0.5), 0)
    assert (shut["eyeBlinkLeft"], shut["eyeBlinkRight"]) == (pytest.approx(1), 0.5)


def test_the_head_is_in_degrees_and_to_the_right_is_more() -> None:
    turned = face(rotation=(0, -np.radians(10), 0))
    assert levels(turned)["turn"] == pytest.approx(10, abs=1e-3)
    mapped = Mapper(changed("turn", low=-20, high=20))(turned, 0)
    assert mapped.rotation[1] == pytest.approx(-np.radians(15), abs=1e-5)
    wide = face(rotation=(0, np.radians(50), 0))
    assert Mapper(changed("turn", clamp=True))(wide, 0).rotation[1] == pytest.approx(np.radians(30), abs=1e-5)
    assert Mapper(changed("turn", invert=True))(turned, 0).rotation[1] == pytest.approx(np.radians(10), abs=1e-5)


def test_both_sides_are_mapped_each_for_itself() -> None:
    mapped = Mapper(changed("smile", high=0.5))(face(mouthSmileLeft=0.4, mouthSmileRight=0.1), 0)
    assert (mapped["mouthSmileLeft"], mapped["mouthSmileRight"]) == (pytest.approx(0.8), pytest.approx(0.2))


def test_a_look_goes_both_ways_and_keeps_its_rest() -> None:
    mapper = Mapper(changed("look_aside", low=-0.5, high=0.5))
    left = mapper(face(eyeLookOutLeft=0.2, eyeLookInRight=0.2), 0)
    assert (left["eyeLookOutLeft"], left["eyeLookInRight"]) == (pytest.approx(0.4), pytest.approx(0.4))
    assert (left["eyeLookInLeft"], left["eyeLookOutRight"]) == (0, 0)
    assert mapper(face(), 0).blendshapes.max() == 0


@given(
    name=st.sampled_from([parameter.name for group in GROUPS.values() for parameter in group]),
    curve=st.floats(-1, 1),
    place=st.floats(0, 1),
)
def test_curves_keep_the_ends_and_never_turn_back(name: str, curve: float, place: float) -> None:
    parameter, by = PARAMETERS[name], changed(name, curve=curve)[name]
    ends = [value(by, parameter, end) for end in (by.low, by.high)]
    assert ends == pytest.approx([by.low, by.high], abs=1e-4)
    assert value(by, parameter, parameter.rest) == pytest.approx(parameter.rest, abs=1e-4), "rest stays at rest"
    at = by.low + place * (by.high - by.low)
    assert value(by, parameter, at) <= value(by, parameter, min(at + 0.05, by.high)) + 1e-4


def test_sharp_shows_small_motion_and_soft_hides_it() -> None:
    got = [value(changed("smile", curve=curve)["smile"], PARAMETERS["smile"], 0.1) for curve in (-1, 0, 1)]
    assert got == [pytest.approx(0.027, abs=1e-3), pytest.approx(0.1), pytest.approx(0.308, abs=1e-3)]
    opened = PARAMETERS["eye_open_left"]
    assert value(changed("eye_open_left", curve=1)["eye_open_left"], opened, 0.9) < 0.75, "a small blink is shown"


def test_smoothing_lags_by_its_time_and_arrives() -> None:
    mapper = Mapper(changed("mouth_open", smoothing=0.2))
    mapper(face(), 0.0)
    times = np.arange(1, 61) / 60
    got = [mapper(face(jawOpen=1.0), time)["jawOpen"] for time in times]
    assert got[11] == pytest.approx(1 - np.exp(-1), abs=0.01), "after its time, 1/e is left"
    assert got[-1] > 0.99
    assert (np.diff(got) > 0).all()


def test_single_blendshapes_come_after_the_groups() -> None:
    maps = changed("smile", high=0.5) | changed("mouthSmileLeft", to_high=0.5)
    mapped = Mapper(maps)(face(mouthSmileLeft=0.5, mouthSmileRight=0.5), 0)
    assert (mapped["mouthSmileLeft"], mapped["mouthSmileRight"]) == (pytest.approx(0.5), pytest.approx(1))


def test_the_narrowest_layer_wins_parameter_by_parameter() -> None:
    user = changed("smile", high=0.9) | changed("frown", high=0.9) | changed("pucker", high=0.9)
    phone = changed("smile", high=0.8) | changed("frown", high=0.8)
    layers = Layers(everywhere=user, trackers={"vmc": phone}, avatar=changed("smile", high=0.7))
    in_force = layers.of("vmc")
    assert [in_force[name].high for name in ("smile", "frown", "pucker")] == [0.7, 0.8, 0.9]
    assert layers.of("mediapipe")["frown"].high == 0.9


def test_filters_map_each_tracker_by_its_own_layer() -> None:
    layers = Layers(trackers={"a": changed("mouth_open", high=0.5)})
    settings = PoseSettings(mapping=layers, smoothing=0, auto_calibrate=False, mirrored=False)
    filters = Filters(settings)
    for tracker in ("a", "b"):
        filters(Driving(1.0, face(jawOpen=0.35), tracker=tracker))
    a, b = filters.mapped("a"), filters.mapped("b")
    assert a
    assert b
    assert a.after["jawOpen"] == pytest.approx(2 * a.before["jawOpen"])
    assert b.after is b.before
    filters.update(settings.model_copy(update={"mapping": Layers()}))
    filters(Driving(1.1, face(jawOpen=0.35), tracker="a"))
    a = filters.mapped("a")
    assert a
    assert a.after is a.before


@pytest.mark.parametrize(
    ("maps", "says"),
    [
        ({"nose_length": dict(usual("smile"))}, "no parameter nose_length"),
        ({"smile": dict(usual("smile")) | {"high": 1.5}}, "goes from 0 to 1"),
        ({"smile": dict(usual("smile")) | {"low": 0.995}}, "too narrow"),
        ({"smile": dict(usual("smile")) | {"low": 1.0}}, "ends before it begins"),
        ({"smile": dict(usual("smile")) | {"high": float("nan")}}, "finite"),
    ],
)
def test_maps_that_make_no_sense_are_refused(maps: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Layers.model_validate({"everywhere": maps})
