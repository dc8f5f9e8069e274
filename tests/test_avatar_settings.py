"""An avatar's own settings: kept with it, brought back with it, and travelling with it."""

import json
import shutil
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from vtuber_app import actions, avatar_settings, choices, settings
from vtuber_app.animators.puppet import PuppetSettings
from vtuber_app.avatar_settings import FILE, AvatarSettings
from vtuber_app.avatars import archive, gallery, keep
from vtuber_app.core import paths
from vtuber_app.core.keyboard.chosen import ExpressionKey, ExpressionKeys
from vtuber_app.pose.mapping import usual
from vtuber_app.settings import AppSettings

SMILES = {"smile": usual("smile").model_copy(update={"high": 0.5})}
KEYS = ExpressionKeys(by_name={"Wink": ExpressionKey(key="W")})
OWN = AvatarSettings(animator="still", parts={"puppet": {"zoom": 1.5}}, mapping=SMILES, hotkeys=KEYS)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "mia.png"
    pixels = np.full((64, 64, 4), 200, np.uint8)
    assert cv2.imwrite(str(path), pixels)
    return path


@pytest.fixture
def mia(picture: Path) -> str:
    """An avatar of the user's."""
    return keep.add(picture)


def test_they_are_in_the_folder_of_ones_own_and_elsewhere_for_others(mia: str, picture: Path) -> None:
    for avatar in (mia, "sora", str(picture)):
        avatar_settings.write(avatar, OWN)
        assert avatar_settings.read(avatar) == (OWN, None)
    assert (keep.own() / mia / FILE).is_file()
    assert len(list((paths.config() / "avatars").glob("*.json"))) == 2
    assert not list(paths.assets().glob(f"avatars/*/{FILE}")), "nothing is written beside what ships"


def test_choosing_brings_and_what_is_the_computers_stays(mia: str) -> None:
    chosen = AppSettings().with_part(PuppetSettings(size=1024, zoom=0.8))
    avatar_settings.write(mia, OWN)
    here = choices.with_avatar(chosen, mia)
    assert here.part("puppet") == PuppetSettings(size=1024, zoom=1.5)
    assert (here.animator, here.pose.mapping.avatar) == ("still", SMILES)
    assert actions.expression_keys(here) == KEYS
    there = choices.with_avatar(here, "ken")
    assert there.part("puppet") == PuppetSettings(size=1024), "the other has nothing of its own"
    assert there.pose.mapping.avatar == {}
    assert actions.expression_keys(there) == ExpressionKeys()


def test_the_command_line_wins_over_them(mia: str) -> None:
    avatar_settings.write(mia, OWN)
    chosen = choices.apply(AppSettings(), avatar=mia, animator="puppet", fields=["puppet.zoom=1.2"])
    assert chosen.animator == "puppet"
    assert chosen.part("puppet") == PuppetSettings(zoom=1.2)
    chosen = choices.apply(chosen, fields=["pose.smoothing=0.1"])
    assert chosen.pose.mapping.avatar == SMILES, "another field of the pose leaves the mapping alone"


def test_a_start_brings_them_and_the_settings_file_does_not_hold_them(mia: str) -> None:
    chosen = choices.with_avatar(AppSettings(), mia)
    settings.save(chosen.model_copy(update={"pose": avatar_settings.into(chosen, OWN).pose}))
    assert "smile" not in settings.path().read_text()
    avatar_settings.write(mia, OWN)
    started, notice = avatar_settings.load()
    assert notice is None
    assert avatar_settings.of(started) == OWN


def test_they_travel_with_copies_names_and_archives(mia: str, tmp_path: Path) -> None:
    avatar_settings.write(mia, OWN)
    avatar_settings.write("sora", OWN)
    copy, other = avatar_settings.duplicate(mia), avatar_settings.duplicate("sora")
    renamed = avatar_settings.rename(copy, "Nia")
    for name in (mia, renamed, other):
        assert avatar_settings.read(name) == (OWN, None)
        assert (keep.own() / name / FILE).is_file()
    for name in (mia, "sora"):
        avatar_settings.export(name, tmp_path / f"{name}.zip")
        got, fault = avatar_settings.add(tmp_path / f"{name}.zip")
        assert got not in (mia, "sora", renamed, other)
        assert fault is None
        assert avatar_settings.read(got) == (OWN, None)


def test_a_picture_on_its_own_keeps_them_under_its_new_name(picture: Path) -> None:
    keep.own().mkdir(parents=True)
    shutil.copy(picture, keep.own() / "lone.png")
    avatar_settings.write("lone", OWN)
    assert avatar_settings.read(avatar_settings.rename("lone", "other")) == (OWN, None)


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b" " * 300_000])
def test_a_broken_file_is_put_aside_and_said(mia: str, content: bytes) -> None:
    file = keep.own() / mia / FILE
    file.write_bytes(content)
    own, said = avatar_settings.read(mia)
    assert own == AvatarSettings()
    assert said
    assert "are broken" in said
    assert not file.exists()
    aside = list(file.parent.glob(f"{FILE}.broken-*"))
    assert [path.read_bytes() for path in aside] == [content]
    assert aside[0] not in archive.files(file.parent), "it isn't passed on"
    faults: list[str] = []
    file.write_bytes(content)
    choices.with_avatar(AppSettings(), mia, faults.append)
    assert len(faults) == 1


def test_what_is_unknown_or_out_of_range_is_left_out_and_the_rest_is_taken(mia: str) -> None:
    content = {
        "animator": "warp9",
        "parts": {"puppet": {"zoom": 1.5, "hair": 99, "size": 2048, "wings": 2}, "camera": {"camera": "x"}},
        "mapping": {"smile": dict(SMILES["smile"]), "nose": dict(SMILES["smile"]), "frown": {"low": 2}},
        "hotkeys": {"by_name": {"Wink": {"key": "no such key"}}},
        "colour": "red",
    }
    (keep.own() / mia / FILE).write_text(json.dumps(content))
    own, said = avatar_settings.read(mia)
    assert own == OWN.model_copy(update={"animator": None, "hotkeys": None})
    assert said
    for name in ("animator.warp9", "parts.puppet.hair", "parts.puppet.size"):
        assert name in said
    assert "and 6 more" in said


def test_what_a_zip_brings_is_validated(mia: str, tmp_path: Path) -> None:
    for content, kept in (
        (json.dumps({"parts": {"puppet": {"zoom": 1.5}}, "evil": "x" * 1000}), {"puppet": {"zoom": 1.5}}),
        ("{", {}),
    ):
        archive.write(keep.where(mia), tmp_path / "given.zip", {FILE: content.encode()})
        got, fault = avatar_settings.add(tmp_path / "given.zip")
        assert fault
        assert "left out" in fault
        assert avatar_settings.read(got) == (AvatarSettings(parts=kept), None)
        assert "evil" not in (keep.own() / got / FILE).read_text()
        assert not list((keep.own() / got).glob("*broken*"))
    with zipfile.ZipFile(tmp_path / "given.zip") as zipped:
        assert zipped.namelist().count(FILE) == 1


def test_an_avatar_that_is_gone_has_none() -> None:
    assert avatar_settings.read("nobody") == (AvatarSettings(), None)
    avatar_settings.write("nobody", OWN)
    assert gallery.names()
