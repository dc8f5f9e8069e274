"""Presets of mappings and the learning of ranges."""

from pathlib import Path

import numpy as np
import pytest
from faces import face

from vtuber_app.core.errors import SettingsError
from vtuber_app.core.types import FaceState
from vtuber_app.pose.learning import Learning
from vtuber_app.pose.mapping import Mapper, usual
from vtuber_app.pose.mapping_presets import presets

MINE = {"smile": usual("smile").model_copy(update={"high": 0.5})}


def test_those_that_ship_leave_a_resting_face_alone() -> None:
    found, faults = presets.found()
    assert len(found) >= 4
    assert not faults
    for preset in found:
        mapper = Mapper(preset.values)
        rest = mapper(face(), 0.0)
        assert rest.blendshapes.max() == pytest.approx(0, abs=1e-5), preset.name
        assert np.abs(rest.rotation).max() == pytest.approx(0, abs=1e-6)
        moved = face((0.2, 0.2, 0.2), mouthSmileLeft=0.5, jawOpen=0.4, browInnerUp=0.3)
        assert (Mapper(preset.values)(moved, 0.0).blendshapes != moved.blendshapes).any()


def test_saved_exported_brought_back_and_deleted(tmp_path: Path) -> None:
    saved = presets.save("Mine", MINE)
    presets.write(saved, tmp_path / "gift.json")
    again = presets.bring(tmp_path / "gift.json")
    assert (again.name, again.values) == ("Mine 2", MINE)
    assert presets.named("mine").values == MINE
    presets.delete(again)
    assert [preset.name for preset in presets.found()[0] if not preset.ships] == ["Mine"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "is no mapping"),
        (b'{"name": "x", "mapping": {}}', "is no mapping"),
        (b'{"name": "x", "mapping": {"nose": {"low": 0, "high": 1, "to_low": 0, "to_high": 1}}}', "no parameter nose"),
        (b'{"name": "x", "mapping": {"smile": {"low": 0, "high": 9, "to_low": 0, "to_high": 1}}}', "from 0 to 1"),
        (b" " * 200_000, "too large"),
    ],
)
def test_bad_files_get_sentences(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "bad.json").write_bytes(content)
    with pytest.raises(SettingsError, match=says):
        presets.bring(tmp_path / "bad.json")
    with pytest.raises(SettingsError, match="can't be read"):
        presets.read(tmp_path / "none.json")


def test_names_that_ship_and_nothing_are_refused() -> None:
    with pytest.raises(SettingsError, match="comes with the program"):
        presets.save("calm", MINE)
    with pytest.raises(SettingsError, match="nothing to save"):
        presets.save("Empty", {})
    with pytest.raises(SettingsError, match="can't be changed"):
        presets.delete(presets.named("Calm"))


def test_ranges_are_learnt_from_what_was_tried() -> None:
    learning, rng = Learning(), np.random.default_rng(5)
    for moment in np.arange(0, 10, 1 / 30):
        shapes = np.abs(rng.normal(0, 0.01, 52)).astype(np.float32)
        performer = FaceState(shapes, np.zeros(3, np.float32))
        values = {"jawOpen": 0.5, "mouthSmileLeft": 0.6, "mouthSmileRight": 0.6, "eyeBlinkLeft": 0.7}
        tried = face((0, 0.3 * np.sin(6 * moment), 0), **values) if moment % 3 < 1 else performer
        learning.add(FaceState(tried.blendshapes + shapes, tried.rotation))
        learning.add(learning._last)  # type: ignore[arg-type]  looked at twice
    assert learning.n_seen == 300
    ranges = learning.ranges()
    assert set(ranges) == {"turn", "mouth_open", "smile", "eye_open_left"}, "what was not tried stays"
    assert ranges["mouth_open"] == (pytest.approx(0, abs=0.03), pytest.approx(0.51, abs=0.03))
    assert ranges["eye_open_left"] == (pytest.approx(0.29, abs=0.03), pytest.approx(1, abs=0.03))
    assert ranges["turn"] == (pytest.approx(-17, abs=1), pytest.approx(17, abs=1))
    before = {"smile": usual("smile").model_copy(update={"curve": 0.5}), "frown": usual("frown")}
    maps = learning.maps(before)
    assert maps["smile"].curve == 0.5
    assert maps["smile"].high == pytest.approx(0.6, abs=0.03)
    assert maps["frown"] == usual("frown")
    mapped = Mapper(maps)(face(jawOpen=0.51), 0.0)
    assert mapped["jawOpen"] > 0.95
