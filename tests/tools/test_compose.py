"""Characters drawn by lot and written as puppets."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from psd_tools import PSDImage
from psd_tools.api.layers import Group

pytest.importorskip("skia", reason="skia-python paints")

from vtuber_app import cli_avatar
from vtuber_app.avatars import gallery, pictures
from vtuber_app.avatars.composer.pools import POOLS
from vtuber_app.avatars.rig import format
from vtuber_app.avatars.rig.psd import write_psd
from vtuber_app.core.errors import DependencyError, SettingsError
from vtuber_app.tools.compose import compose


def premultiplied(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    colours = pixels.astype(np.float32)
    colours[..., :3] *= colours[..., 3:] / 255
    return colours


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


def test_the_psd_holds_the_layers_and_looks_like_the_picture(tmp_path: Path) -> None:
    (folder,) = compose(tmp_path, seed=4, fixed={"ahoge": "soft", "ears": "shown"}, size=512, psd=True)
    document = PSDImage.open(folder / "layers.psd")
    groups = {group.name: [layer.name for layer in group] for group in document if isinstance(group, Group)}
    assert list(groups)[1:] == ["body", "face", "in front of the face", "brows through the hair"]
    assert groups["face"][:2] == ["ears", "face"]
    assert "ahoge" in groups["in front of the face"]
    eye = document.find("left eye")
    assert isinstance(eye, Group)
    assert {layer.name for layer in eye if layer.clipping} == {"iris", "highlight"}
    rig = format.load(folder)
    body = next(part for part in rig.parts if isinstance(part, format.Layer) and part.name == "body")
    layer = next(layer for layer in document.descendants() if layer.name == "body" and layer.kind == "pixel")
    assert (layer.left, layer.top) == body.at
    painted = pictures.read(folder / body.file)
    assert np.array_equal(premultiplied(np.asarray(layer.topil())), premultiplied(painted))
    seen, picture = (
        premultiplied(np.asarray(pixels))
        for pixels in (document.composite(force=True), pictures.read(folder / "picture.png"))
    )
    assert np.abs(seen - picture).mean() < 0.05
    assert (np.abs(seen - picture) > 8).mean() < 1e-3


def test_a_psd_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (folder,) = compose(tmp_path, size=256)
    rig = format.load(folder)
    layers = {path.relative_to(folder).as_posix(): pictures.read(path) for path in folder.rglob("layers/*.png")}
    with pytest.raises(SettingsError, match="Choose another place"):
        write_psd(rig, layers, tmp_path / "no" / "folder.psd")


def test_psds_need_a_folder_and_get_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--out FOLDER"):
        cli_avatar.compose(psd=True)
    cli_avatar.compose(psd=True, out=tmp_path, size=256, seed=3, name="Rin")
    assert PSDImage.open(tmp_path / "Rin" / "layers.psd").size == (256, 256)


def test_without_the_painter_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "skia", None)
    with pytest.raises(DependencyError, match="pip install skia-python"):
        list(compose(tmp_path))
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_over(tmp_path: Path) -> None:
    list(compose(tmp_path, size=256, name="Mei"))
    with pytest.raises(SettingsError, match="there already"):
        list(compose(tmp_path, size=256, name="Mei"))
    assert [path.name for path in tmp_path.iterdir()] == ["Mei"]


def test_where_it_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match="can't be written"):
        list(compose(tmp_path / "file", size=256))
