"""`vtuber-app mapping`, called as the command line calls it."""

from pathlib import Path

import pytest

from vtuber_app import settings
from vtuber_app.cli_mapping import mapping
from vtuber_app.core.errors import SettingsError
from vtuber_app.pose.mapping_presets import presets


def run(*words: str) -> int:
    return int(mapping(words, result_action="return_value"))


def test_a_preset_holds_for_everything_or_one_tracker(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("presets") == 0
    assert "Anime: big eyes and mouth" in capsys.readouterr().out
    assert run("use", "calm") == 0
    assert run("use", "Lively", "--tracker", "mouse") == 0
    layers = settings.load()[0].pose.mapping
    assert layers.everywhere == presets.named("Calm").values
    assert layers.trackers == {"mouse": presets.named("Lively").values}


def test_files_go_out_and_come_in(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Nothing is mapped"):
        run("export", str(tmp_path / "mine.json"))
    run("use", "Calm")
    run("export", str(tmp_path / "mine.json"))
    run("export", str(tmp_path / "anime.json"), "--preset", "anime: big eyes and mouth")
    run("import", str(tmp_path / "mine.json"))
    run("import", str(tmp_path / "anime.json"))
    own = {preset.name for preset in presets.found()[0] if not preset.ships}
    assert own == {"mine", "Anime: big eyes and mouth 2"}
    with pytest.raises(SettingsError, match="already there"):
        run("export", str(tmp_path / "mine.json"))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("use", "Nothing"), "There are: "),
        (("use", "Calm", "--tracker", "x"), "no tracker"),
        (("import", "no"), "read"),
    ],
)
def test_refusals_are_sentences(words: tuple[str, ...], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        run(*words)
