"""`vtuber-app mapping`: how far each motion carries, as presets and files."""

from pathlib import Path

from cyclopts import App
from rich.console import Console

from vtuber_app import plugins, settings
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.shelf import LONGEST_NAME
from vtuber_app.pose.mapping_presets import Preset
from vtuber_app.pose.mapping_presets import presets as files

mapping = App(name="mapping", help="How far each motion carries: presets, and files to pass on.")
console = Console()


@mapping.command
def presets() -> int:
    """List the presets."""
    found, faults = files.found()
    for preset in found:
        _say(f"{preset.name}  ({len(preset.values)} parameters{'' if preset.ships else ', yours'})")
    for fault in faults:
        _say(f"Note: {fault}")
    return 0


@mapping.command
def use(name: str, *, tracker: str | None = None) -> int:
    """Have a preset be what holds for everything, or for one tracker, from now on.

    Args:
        name: As `mapping presets` names it.
        tracker: Only with this one, e.g. mediapipe.
    """
    preset = files.named(name)
    if tracker is not None and tracker not in plugins.trackers:
        raise SettingsError(f"There is no tracker named {tracker!r}. Trackers: {', '.join(plugins.trackers)}.")
    chosen, notice = settings.load()
    if notice:
        _say(notice)
    layers, maps = chosen.pose.mapping, dict(preset.values)
    changes = {"everywhere": maps} if tracker is None else {"trackers": {**layers.trackers, tracker: maps}}
    pose = chosen.pose.model_copy(update={"mapping": layers.model_copy(update=changes)})
    settings.save(chosen.model_copy(update={"pose": pose}))
    _say(f"{preset.name} holds from now on{f' with {tracker}' if tracker else ''}.")
    return 0


@mapping.command(name="import")
def import_(file: Path) -> int:
    """Take a file over among the presets.

    Args:
        file: A .json file that was exported.
    """
    name = files.bring(file).name
    _say(f'{name} is among the presets now. Use it: vtuber-app mapping use "{name}"')
    return 0


@mapping.command
def export(file: Path, *, preset: str | None = None) -> int:
    """Write what holds for everything, or a preset, to a file, to pass it on.

    Args:
        file: The .json file to write.
        preset: Instead of what holds for everything, the preset of this name.
    """
    if file.exists():
        raise SettingsError(f"{file} is already there. Choose another name, or delete it first.")
    chosen = files.named(preset) if preset else None
    maps = chosen.values if chosen else settings.load()[0].pose.mapping.everywhere
    if not maps:
        raise SettingsError("Nothing is mapped for everything yet. Name a preset: --preset Lively.")
    files.write(Preset(chosen.name if chosen else file.stem[:LONGEST_NAME], maps, file), file)
    _say(f"{len(maps)} parameters are in {file}.")
    return 0


def _say(text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)
