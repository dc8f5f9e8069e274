"""Cameras, microphones, and the camera that other programs see."""

from collections.abc import Iterator

from vtuber_app import plugins
from vtuber_app.core.errors import VtuberError
from vtuber_app.outputs.virtual_camera import VirtualCamera, VirtualCameraSettings
from vtuber_app.sources.cameras import list_cameras
from vtuber_app.tools.doctor.finding import Case, Finding, State
from vtuber_app.trackers.microphones import list_microphones


def cameras(case: Case) -> Iterator[Finding]:
    """Which cameras there are, and whether the chosen one gives pictures."""
    found = list_cameras()
    if not found:
        cure = "Plug one in, or use a phone: vtuber-app live --tracker ifacialmocap"
        yield Finding("cameras", "warn", "none found", cure)
        return
    for camera in found:
        state: State = "warn" if camera.problem else "ok"
        yield Finding("cameras", state, f"{camera.index}: {camera.name}", camera.problem)
    if "camera" in case.at_work:
        yield from case.working("camera", "cameras")
        return
    try:
        with plugins.sources["camera"](case.settings.part("camera")) as source:
            frame = source.read(5)
    except VtuberError as error:
        yield Finding("cameras", "warn", "the chosen one can't be used", str(error))
        return
    if frame is None:
        yield Finding("cameras", "warn", "The chosen camera gives no picture.", "Unplug it and plug it in again.")
    else:
        height, width = frame.pixels.shape[:2]
        yield Finding("cameras", "ok", f"the chosen one gives pictures, {width}x{height}")


def virtual_camera(case: Case) -> Iterator[Finding]:
    """Whether other programs could see the avatar as a camera."""
    if VirtualCamera.kind() in case.at_work:
        yield from case.working(VirtualCamera.kind(), "virtual camera")
        return
    wished = case.settings.part(VirtualCamera.kind())
    assert isinstance(wished, VirtualCameraSettings)
    try:
        with VirtualCamera(wished):
            pass
    except VtuberError as error:
        what, _, cure = str(error).partition(". ")
        yield Finding("virtual camera", "warn", f"{what}.", cure)
    else:
        yield Finding("virtual camera", "ok", "there and free")


def microphones() -> Iterator[Finding]:
    """Which microphones there are."""
    try:
        names = list_microphones()
    except VtuberError as error:
        yield Finding("microphones", "warn", "they can't be listed", str(error))
        return
    if names:
        yield Finding("microphones", "ok", "; ".join(names))
    else:
        cure = "Plug one in if your voice should move the mouth, and look at the system's sound settings."
        yield Finding("microphones", "warn", "none found", cure)
