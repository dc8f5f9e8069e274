"""Characters drawn by lot and written as puppets."""

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("skia", reason="skia-python (the extra 'compose') paints")

from vtuber_app.avatars import gallery, pictures
from vtuber_app.avatars.composer.pools import POOLS
from vtuber_app.core.errors import SettingsError
from vtuber_app.tools.compose import compose


def test_a_character_is_a_puppet_with_its_picture_and_traits(tmp_path: Path) -> None:
    (folder,) = compose(tmp_path, seed=7, fixed={"iris": "ruby"}, size=512, name="Aki")
    avatar = gallery.load(folder)
    assert avatar.name == "Aki"
    assert avatar.pixels.shape == (512, 512, 4)
    assert 0.05 < (avatar.pixels[..., 3] > 0).mean() < 0.6
    said = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    traits = {one["trait_type"]: one["value"] for one in said["attributes"]}
    assert set(traits) == set(POOLS)
    assert traits["iris"] == "ruby"
    assert said["image"] == "picture.png"


def test_a_batch_is_the_same_again_and_has_no_twins(tmp_path: Path) -> None:
    first, again = (list(compose(tmp_path / name, 3, 5, size=256)) for name in ("a", "b"))
    for one, other in zip(first, again, strict=True):
        assert (one / "picture.png").read_bytes() == (other / "picture.png").read_bytes()
    looks = [pictures.read(folder / "picture.png").astype(np.int16) for folder in first]
    assert min(np.abs(looks[0] - looks[1]).mean(), np.abs(looks[1] - looks[2]).mean()) > 1
    everything = json.loads((tmp_path / "a" / "_metadata.json").read_text(encoding="utf-8"))
    assert len({one["dna"] for one in everything}) == 3
    assert [one["edition"] for one in everything] == [1, 2, 3]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    list(compose(tmp_path, size=256, name="Mei"))
    with pytest.raises(SettingsError, match="there already"):
        list(compose(tmp_path, size=256, name="Mei"))
    assert [path.name for path in tmp_path.iterdir()] == ["Mei"]


def test_where_it_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match="can't be written"):
        list(compose(tmp_path / "file", size=256))
