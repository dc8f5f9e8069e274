"""The settings file: kept, broken, of another version."""

import json
from pathlib import Path

import pytest

from vtuber_app import plugins, settings
from vtuber_app.core.errors import SettingsError
from vtuber_app.settings import AppSettings


def test_kinds_are_unique_over_all_registries() -> None:
    registries = (plugins.sources, plugins.trackers, plugins.animators, plugins.outputs)
    kinds = [kind for registry in registries for kind in registry]
    assert len(kinds) == len(set(kinds))


def test_what_is_saved_is_loaded() -> None:
    puppet = plugins.animators["puppet"].settings_class().model_validate({"size": 1024})
    chosen = AppSettings(outputs=("null",), avatar="ren").with_part(puppet, animator="puppet")
    settings.save(chosen)
    assert settings.load() == (chosen, None)


def test_first_start_has_no_complaint() -> None:
    assert settings.load() == (AppSettings(), None)


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"outputs": 5}', '{"parts": {"puppet": {"size": -1}}}', '{"nobody": 1}', "\x00\xff"],
)
def test_a_broken_file_is_kept_aside_and_defaults_are_used(text: str) -> None:
    file = settings.path()
    file.parent.mkdir(parents=True)
    file.write_bytes(text.encode("latin-1"))
    loaded, notice = settings.load()
    assert loaded == AppSettings()
    assert notice
    [aside] = file.parent.glob("settings-broken-*.json")
    assert aside.name in notice
    assert aside.read_bytes() == text.encode("latin-1")
    assert settings.load() == (AppSettings(), None)


def test_settings_of_a_plugin_that_is_gone_do_not_break_the_others() -> None:
    settings.save(AppSettings(avatar="ren"))
    content = json.loads(settings.path().read_text())
    content["parts"]["gone"] = {"kind": "gone"}
    settings.path().write_text(json.dumps(content))
    loaded, notice = settings.load()
    assert loaded.avatar == "ren"
    assert notice is None


def test_a_folder_that_can_not_be_written_is_told(home: Path) -> None:
    home.write_text("a file where the folder should be")
    with pytest.raises(SettingsError, match="can't be saved"):
        settings.save(AppSettings())
