"""Settings, avatars, and room for recordings."""

import os
import shutil
from collections.abc import Iterator

from pydantic import ValidationError

from vtuber_app import settings
from vtuber_app.avatars import gallery
from vtuber_app.core import paths
from vtuber_app.settings import AppSettings
from vtuber_app.tools.doctor.finding import Finding, State, existing
from vtuber_app.tools.doctor.machine import RUN

ENCODERS = {"libx264": "MP4", "libvpx-vp9": "WebM with transparency"}
ROOMY, TIGHT = 5e9, 0.5e9
"""Free space for recordings, bytes: enough for hours; not enough for some minutes."""


def settings_file() -> Iterator[Finding]:
    """Whether the settings can be read and saved."""
    file = settings.path()
    try:
        AppSettings.model_validate_json(file.read_bytes())
        yield Finding("settings", "ok", str(file))
    except FileNotFoundError:
        yield Finding("settings", "ok", f"none yet; they will be kept in {file}")
    except OSError as error:
        yield Finding("settings", "warn", f"{file} can't be read: {error.strerror}", "Check who may read the file.")
    except ValidationError as error:
        what = f"{file} is broken in {error.error_count()} places"
        yield Finding("settings", "warn", what, "The next start puts it aside and uses the defaults.")
    folder = existing(file.parent)
    if not os.access(folder, os.W_OK):
        yield Finding("settings", "warn", f"{folder} can't be written: changes are lost", "Check who may write there.")


def avatars() -> Iterator[Finding]:
    """Which avatars the gallery has."""
    names = gallery.names()
    where = " or ".join(str(folder) for folder in gallery.folders())
    if not names:
        yield Finding("avatars", "fail", "none found", f"Put a picture or a puppet into {where}")
    else:
        yield Finding("avatars", "ok", ", ".join(names))


def recording() -> Iterator[Finding]:
    """Encoders, and room for what they write."""
    import av

    lacking = [f"{codec} ({use})" for codec, use in ENCODERS.items() if codec not in av.codecs_available]
    if lacking:
        cure = f"Delete the folder .venv and type: {RUN}"
        yield Finding("recording", "warn", f"This build of PyAV has no {', '.join(lacking)}", cure)
    else:
        yield Finding("recording", "ok", f"PyAV {av.__version__} writes {', '.join(ENCODERS.values())}")
    folder = existing(paths.videos())
    free = shutil.disk_usage(folder).free
    state: State = "ok" if free > ROOMY else "warn" if free > TIGHT else "fail"
    cure = "" if state == "ok" else "Make room, or record to another disk."
    yield Finding("recording", state, f"{free / 1e9:.1f} GB free for {paths.videos()}", cure)
    if not os.access(folder, os.W_OK):
        yield Finding("recording", "warn", f"{folder} can't be written", "Choose another folder for recordings.")
