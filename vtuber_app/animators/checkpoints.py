"""Checkpoints of image animation: what the published ones are like, and those that were trained here."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from vtuber_app.core import weights
from vtuber_app.core.errors import SettingsError, WeightsError

Hyper = dict[str, dict[str, Any]]
"""Hyper-parameters of networks, by their published names."""
ABOUT = "checkpoint.json"
"""Beside a checkpoint of one's own: its size and hyper-parameters."""


class Published(NamedTuple):
    """A checkpoint's networks.

    Attributes:
        size: Of their pictures, px.
        network: Their hyper-parameters where they differ from those in `nets`.
    """

    size: int
    network: Hyper


def own(checkpoint: Path) -> Published | None:
    """What its networks are like, if they were trained here.

    Raises:
        SettingsError: What is written beside it can't be read.
    """
    about = checkpoint.with_name(ABOUT)
    if not about.is_file():
        return None
    try:
        content = json.loads(about.read_text(encoding="utf-8"))
        return Published(int(content["size"]), dict(content["network"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"{about} can't be read: {error}. It says how the checkpoint beside it was trained."
        ) from error


def explained(error: Exception, checkpoint: Path, title: str) -> Exception:
    """Why networks of the animator of that title can't be made of a checkpoint: where it is another's, of whose.

    Args:
        error: What went wrong; a TypeError where hyper-parameters are another network's.
        checkpoint: The file.
        title: The animator's.
    """
    from vtuber_app.nets import recognition

    looks = recognition.system(weights.parameter_names(checkpoint))
    if looks is not None and looks != title:
        return WeightsError(f"{checkpoint.name} looks like one of {looks}, not of {title}.")
    if isinstance(error, TypeError):
        return SettingsError(f"{ABOUT} beside {checkpoint.name} is of another network than {title}: {error}.")
    return error
