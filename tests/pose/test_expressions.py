"""Expressions in files: those that ship, the user's own, and broken ones."""

import json
from pathlib import Path

import numpy as np
import pytest

from vtuber_app.core.errors import SettingsError
from vtuber_app.core.types import Held
from vtuber_app.pose import tha
from vtuber_app.pose.expressions import expressions
from vtuber_app.pose.held import over, value_range


def written(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def names() -> list[str]:
    return [expression.name for expression in expressions.found()[0]]


def test_those_that_ship_are_sound_and_differ() -> None:
    shipped, faults = expressions.found()
    assert not faults
    assert {"Happy", "Angry", "Sad", "Surprised", "Wink", "Smug"} <= {each.name for each in shipped}
    assert all(each.ships for each in shipped)
    poses = []
    for each in shipped:
        held = {name: Held(value) for name, value in each.values.items()}
        pose = over(np.zeros(45, np.float32), held)
        assert tha.bounded(pose) == pytest.approx(pose), f"{each.name} is beyond what networks were trained with"
        poses.append(pose)
    apart = [np.abs(one - other).max() for i, one in enumerate(poses) for other in poses[:i]]
    assert min(apart) > 0.4


def test_saving_reading_renaming_and_deleting() -> None:
    saved = expressions.save(" Grumpy cat ", {"eyebrow_angry_left": 0.5, "head_x": -1.0})
    assert saved.name == "Grumpy cat"
    assert not saved.ships
    assert expressions.named("grumpy CAT") == saved
    again = expressions.save("grumpy cat", {"head_x": 0.5})
    assert again.path == saved.path, "it takes the older one's place"
    assert expressions.named("grumpy cat").values == {"head_x": 0.5}
    renamed = expressions.rename(again, "Calm dog")
    assert "Calm dog" in names()
    assert "grumpy cat" not in names()
    recased = expressions.rename(renamed, "Calm Dog")
    assert recased.path == renamed.path
    expressions.delete(recased)
    assert "Calm Dog" not in names()
    assert not list(expressions.own().iterdir())


def test_names_that_differ_only_in_signs_are_different_files() -> None:
    one, other = (expressions.save(name, {"head_x": value}) for name, value in (("Oh!", 0.1), ("Oh?", 0.2)))
    assert one.path != other.path
    assert expressions.named("Oh!").values == {"head_x": 0.1}
    nothing = expressions.save("!!!", {"head_x": 1.0})
    assert nothing.path.parent == expressions.own()
    assert expressions.save("../怒り", {"head_x": 1.0}).path.parent == expressions.own()


def test_what_ships_stays() -> None:
    happy = expressions.named("Happy")
    with pytest.raises(SettingsError, match="Happy comes with the program"):
        expressions.save("happy", {"head_x": 1.0})
    for change in (lambda: expressions.delete(happy), lambda: expressions.rename(happy, "Mine")):
        with pytest.raises(SettingsError, match="can't be changed"):
            change()
    mine = expressions.save("Mine", {"head_x": 1.0})
    with pytest.raises(SettingsError, match="already one named Happy"):
        expressions.rename(mine, "HAPPY")
    assert expressions.named("Mine") == mine


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
def test_unusable_names(name: str) -> None:
    with pytest.raises(SettingsError, match="name of 1 to 40"):
        expressions.save(name, {"head_x": 1.0})


def test_nothing_is_no_expression() -> None:
    with pytest.raises(SettingsError, match="move a slider first"):
        expressions.save("Empty", {})


def test_a_file_of_a_friend(tmp_path: Path) -> None:
    mine = expressions.save("Grin", {"mouth_raised_corner_left": 0.7})
    expressions.write(mine, tmp_path / "to a friend.json")
    brought = expressions.bring(tmp_path / "to a friend.json")
    assert brought.name == "Grin 2"
    assert brought.values == mine.values
    assert expressions.bring(tmp_path / "to a friend.json").name == "Grin 3"
    expressions.delete(mine)
    assert expressions.bring(tmp_path / "to a friend.json").name == "Grin"


def test_values_beyond_their_range_are_put_at_its_end(tmp_path: Path) -> None:
    far = written(tmp_path / "far.json", {"name": "Far", "values": {"head_x": -7, "eye_wink_left": -1, "mouth_aaa": 2}})
    values = expressions.read(far).values
    assert values == {"head_x": -1, "eye_wink_left": 0, "mouth_aaa": 1}
    assert values["eye_wink_left"] == value_range("eye_wink_left")[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "no expression"),
        ("[1, 2]", "no expression"),
        ({"name": "X"}, "values"),
        ({"name": " ", "values": {"head_x": 1}}, "name"),
        ({"name": "X", "values": {}}, "values"),
        ({"name": "X", "values": {"tail": 1}}, "'tail', which no avatar has"),
        ('{"name": "X", "values": {"head_x": NaN}}', "no expression"),
        ({"name": "X", "values": {"head_x": "much"}}, "values.head_x"),
        ({"name": "X", "values": {"head_x": 1}, "script": "x"}, "script"),
        (" " * 200_000, "too large"),
    ],
)
def test_broken_files_are_told_and_left_out(content: object, told: str) -> None:
    expressions.save("Good", {"head_x": 1.0})
    path = written(expressions.own() / "broken.json", content)
    with pytest.raises(SettingsError, match=told):
        expressions.read(path)
    there, faults = expressions.found()
    assert "Good" in [each.name for each in there]
    assert len(faults) == 1
    assert "broken.json" in faults[0]


def test_one_that_is_not_there() -> None:
    with pytest.raises(SettingsError, match=r"no expression named 'Hapy'\. There are: Angry, Happy"):
        expressions.named("Hapy")
    with pytest.raises(SettingsError, match="can't be read"):
        expressions.read(Path("nowhere.json"))


def test_a_folder_that_can_not_be_written(tmp_path: Path, home: Path) -> None:
    (home / "data").mkdir(parents=True)
    (home / "data" / "expressions").write_text("a file where the folder should be")
    with pytest.raises(SettingsError, match="can't be written"):
        expressions.save("Mine", {"head_x": 1.0})
