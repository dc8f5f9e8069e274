"""What may drive the avatar, as one friendly list over sources and trackers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vtuber_app import plugins
from vtuber_app.core.parts import Part
from vtuber_app.core.settings import Settings
from vtuber_app.gui.controls import tr
from vtuber_app.settings import AppSettings
from vtuber_app.sources.camera import CameraInfo

CAMERA_TRACKER = "mediapipe"
ICONS = {
    "camera": "webcam",
    "video": "video",
    "picture": "picture",
    "replay": "motion",
    "ifacialmocap": "phone",
    "facemotion3d": "phone",
    "vtube_studio": "phone",
    "live_link_face": "phone",
    "openseeface": "link",
    "vmc": "link",
    "microphone": "microphone",
    "mouse": "mouse",
    "gamepad": "gamepad",
    "idle": "idle",
}
FILES = {
    "video": "*.mp4 *.mov *.mkv *.webm *.avi *.m4v",
    "picture": "*.png *.jpg *.jpeg *.webp *.bmp",
    "replay": "*.npz",
}


@dataclass(frozen=True)
class Input:
    """One line of the list.

    Attributes:
        kind: Of the source, or of a tracker that needs none.
        camera: What the camera's settings call it, for a camera.
        files: Which files it plays, for a dialog; empty if it needs none.
        missing: Packages that must be installed first.
        problem: Why it can't be used now, as a sentence.
    """

    kind: str
    title: str
    camera: str = ""
    files: str = ""
    missing: tuple[str, ...] = ()
    problem: str = ""

    @property
    def icon(self) -> str:
        return ICONS.get(self.kind, "other")


def inputs(settings: AppSettings, cameras: Sequence[CameraInfo] | None) -> list[Input]:
    """All that can be chosen; `cameras` is None until they were looked for."""
    found = [*_cameras(settings, cameras)]
    for kind, source in plugins.sources.items():
        if kind != "camera":
            found.append(_input(settings, kind, source))
    for kind, tracker in plugins.trackers.items():
        if not tracker.uses_camera:
            found.append(_input(settings, kind, tracker))
    order = list(ICONS)
    return sorted(found, key=lambda entry: order.index(entry.kind) if entry.kind in order else len(order))


def chosen(settings: AppSettings, among: Sequence[Input]) -> int:
    """Which of the list is at work."""
    kind = main_part(settings)
    camera = str(getattr(settings.part(kind), "camera", "")) if kind == "camera" else ""
    exact = [place for place, entry in enumerate(among) if (entry.kind, entry.camera) == (kind, camera)]
    return exact[0] if exact else next((place for place, entry in enumerate(among) if entry.kind == kind), -1)


def choose(settings: AppSettings, entry: Input, path: Path | None = None) -> AppSettings:
    """The settings with that input at work, playing `path` where it plays files."""
    if entry.kind not in plugins.sources:
        also = tuple(kind for kind in settings.also if kind != entry.kind)
        return _with(settings, entry, path).model_copy(update={"tracker": entry.kind, "also": also})
    uses_camera = plugins.trackers[settings.tracker].uses_camera
    tracker = settings.tracker if uses_camera else CAMERA_TRACKER
    return _with(settings, entry, path).model_copy(update={"source": entry.kind, "tracker": tracker})


def main_part(settings: AppSettings) -> str:
    """The kind of the part the input is about: the source if the tracker looks at one, else the tracker."""
    return settings.source if plugins.trackers[settings.tracker].uses_camera else settings.tracker


def _with(settings: AppSettings, entry: Input, path: Path | None) -> AppSettings:
    part = settings.part(entry.kind)
    changes: dict[str, Any] = {}
    if entry.kind == "camera":
        changes["camera"] = entry.camera
    elif path:
        changes["path"] = path
        if "loop" in type(part).model_fields:
            changes["loop"] = True
    return settings.with_part(part.model_copy(update=changes)) if changes else settings


def _cameras(settings: AppSettings, cameras: Sequence[CameraInfo] | None) -> list[Input]:
    part: Settings = settings.part("camera")
    kept = str(getattr(part, "camera", ""))
    first = tr("Webcam: the first one found")
    if cameras is not None and not cameras:
        first = tr("Webcam: none found yet")
    names = [camera.name for camera in cameras or ()]
    entries = [Input("camera", first)]
    for camera in cameras or ():
        unique = names.count(camera.name) == 1
        meant = kept == str(camera.index) or (bool(kept) and kept.lower() in camera.name.lower())
        known_as = kept if meant else camera.name if unique else str(camera.index)
        entries.append(Input("camera", tr("Webcam: {}").format(camera.name), known_as, problem=camera.problem))
    if kept and kept not in [entry.camera for entry in entries]:
        gone = tr("Webcam: {}") if cameras is None else tr("Webcam: {} (not connected)")
        entries.append(Input("camera", gone.format(kept), kept))
    return entries


def title_of(kind: str) -> str:
    """The user's name for a source or a tracker."""
    return {
        "video": tr("Video file"),
        "picture": tr("Picture"),
        "replay": tr("Recorded motion"),
        "mediapipe": tr("Webcam"),
        "ifacialmocap": tr("iPhone (iFacialMocap)"),
        "idle": tr("No camera (idle)"),
    }.get(kind) or (plugins.sources.get(kind) or plugins.trackers[kind]).title


def short_title(kind: str) -> str:
    """The same where there is little room."""
    return title_of(kind).partition(" (")[0]


def _input(settings: AppSettings, kind: str, part: type[Part[Any]]) -> Input:
    title = title_of(kind)
    if kind in FILES and kind != main_part(settings):
        title += "…"
    return Input(kind, title, files=FILES.get(kind, ""), missing=part.missing())
