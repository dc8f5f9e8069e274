"""Where ONNX files for pictures are looked for."""

from pathlib import Path
from typing import Literal

from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError

Task = Literal["upscale", "interpolate"]
"""What a model does to pictures, and the folder in a models folder where such files lie."""


def names(task: Task) -> list[str]:
    """The installed models' names, which are those of their files without the ending."""
    return sorted({file.stem for folder in paths.model_folders() for file in (folder / task).glob("*.onnx")})


def find(task: Task, chosen: Path) -> Path:
    """The file that is meant by a name or a path; SettingsError if there is none."""
    if len(chosen.parts) == 1:
        for folder in paths.model_folders():
            file = folder / task / f"{chosen.name.removesuffix('.onnx')}.onnx"
            if file.is_file():
                return file
    if chosen.is_file():
        return chosen
    folder, installed = paths.model_folders()[0] / task, ", ".join(names(task)) or "none"
    raise SettingsError(
        f"There is no model {str(chosen)!r}. Put an .onnx file into {folder}, or choose one elsewhere. Installed: "
        f"{installed}."
    )
