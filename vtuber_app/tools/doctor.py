"""What works on this machine, and what to do about what does not."""

import ctypes
import importlib
import os
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from vtuber_app import plugins, settings
from vtuber_app.avatars import gallery
from vtuber_app.core import paths
from vtuber_app.core.errors import VtuberError
from vtuber_app.outputs.virtual_camera import VirtualCamera, VirtualCameraSettings
from vtuber_app.settings import AppSettings
from vtuber_app.sources.cameras import list_cameras
from vtuber_app.store import accepted, cards, file_of, installed
from vtuber_app.store.download import matches
from vtuber_app.tools.install import libraries, pip, stamp, torch_build
from vtuber_app.trackers.mediapipe import LANDMARKER

State = Literal["ok", "warn", "fail"]

RUN = "py run.py" if sys.platform == "win32" else "python3 run.py"
FETCH = f"{sys.executable} -m vtuber_app.tools.fetch face_landmarker"
REDISTRIBUTABLE = "Install Microsoft's Visual C++ Redistributable (x64), https://aka.ms/vs/17/release/vc_redist.x64.exe"
MODULES = ("cv2", "av", "mediapipe", "PySide6.QtWidgets", "pyvirtualcam")
XCB = ("libxcb.so.1", "libxcb-cursor.so.0", "libxcb-icccm.so.4", "libxcb-keysyms.so.1", "libxkbcommon-x11.so.0")
"""Libraries without which Qt ends the whole program as soon as it opens its first window under X."""
ENCODERS = {"libx264": "MP4", "libvpx-vp9": "WebM with transparency"}
ROOMY, TIGHT = 5e9, 0.5e9
"""Free space for recordings, bytes: enough for hours; not enough for some minutes."""
CORES = 2
QT = "from PySide6.QtGui import QGuiApplication as A; a = A([]); print(a.platformName(), len(a.screens()))"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What it is.
        state: `fail` if the program can't do its work; `warn` if it does without something.
        what: What was found.
        remedy: What the user can do; empty if nothing needs doing.
    """

    name: str
    state: State
    what: str
    remedy: str = ""


def doctor() -> list[Finding]:
    """Look at everything; what can't be looked at is a finding too."""
    examinations: dict[str, Callable[[], Iterator[Finding]]] = {
        "Python": python,
        "processor": processor,
        "packages": packages,
        "system libraries": system_libraries,
        "display": display,
        "settings": settings_file,
        "cameras": cameras,
        "face landmarker": face_landmarker,
        "avatars": avatars,
        "virtual camera": virtual_camera,
        "recording": recording,
        "ports": ports,
        "torch": torch,
        "networks": networks,
    }
    findings: list[Finding] = []
    for name, examine in examinations.items():
        try:
            findings.extend(examine())
        except Exception as error:  # a sick machine is what a doctor is for: the other findings must still come
            findings.append(Finding(name, "warn", f"It could not be examined: {error!r}"))
    return findings


def why_no_display() -> str | None:
    """Why no window can open here, as a sentence; None if one can. Asked first, since Qt would end the program."""
    if os.environ.get("QT_QPA_PLATFORM") or sys.platform != "linux":  # chosen by the user; always there
        return None
    wayland = os.environ.get("WAYLAND_DISPLAY", "")
    if wayland and (Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / wayland).is_socket():
        return None
    screen = os.environ.get("DISPLAY", "")
    if not screen:
        return "There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set."
    loaded = {soname: _load(soname) for soname in XCB}
    if lacking := [soname for soname, library in loaded.items() if library is None]:
        return libraries.sentence(libraries.package_tool(), lacking)
    return None if _x_answers(loaded["libxcb.so.1"]) else f"The display {screen} does not answer."


def _load(soname: str) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(soname)
    except OSError:
        return None


def _x_answers(xcb: ctypes.CDLL | None) -> bool:
    assert xcb
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed


def python() -> Iterator[Finding]:
    """The interpreter and the system."""
    where = f"{platform.python_version()} on {platform.platform()}"
    if sys.version_info[:2] in {(3, 11), (3, 12)}:
        yield Finding("Python", "ok", where)
    else:
        yield Finding("Python", "fail", where, "Install Python 3.11 or 3.12, delete .venv, and start run.py again.")


def processor() -> Iterator[Finding]:
    """How many cores we may use."""
    n_cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    few = "" if n_cores >= CORES else "Choose a smaller camera picture and avatar, so that 30 pictures/s are reached."
    yield Finding("processor", "warn" if few else "ok", f"{n_cores} cores, {platform.machine()}", few)


def packages() -> Iterator[Finding]:
    """Whether the packages are there, in the versions that were tried, and can be loaded."""
    again = f"Delete the folder .venv and type: {RUN}"
    file = stamp.ROOT / "packaging" / "app.txt"
    if file.is_file():
        pins = [line.split("==") for line in file.read_text(encoding="utf-8").splitlines() if "==" in line]
        missing = [name for name, _ in pins if _version(name) is None]
        other = [f"{name} {_version(name)} (not {pin})" for name, pin in pins if _version(name) not in {None, pin}]
        if missing:
            yield Finding("packages", "fail", f"Missing: {', '.join(missing)}", again)
        if other:
            yield Finding("packages", "warn", f"Other versions than tried: {', '.join(other)}", again)
        if not missing and not other:
            yield Finding("packages", "ok", f"all {len(pins)}, in the versions that were tried")
    for name in MODULES:
        try:
            importlib.import_module(name)
        except (ImportError, OSError) as error:
            cure = REDISTRIBUTABLE if sys.platform == "win32" else again
            yield Finding("packages", "fail", f"{name} can't be loaded: {error}", cure)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def system_libraries() -> Iterator[Finding]:
    """What Qt and OpenCV need of a Linux system."""
    if sys.platform != "linux":
        return
    if lacking := libraries.missing(pip.packages_folder(Path(sys.prefix))):
        cure = libraries.sentence(libraries.package_tool(), lacking)
        yield Finding("system libraries", "warn", f"{len(lacking)} are missing", cure)
    else:
        yield Finding("system libraries", "ok", "all there")


def display() -> Iterator[Finding]:
    """Whether Qt can open a window."""
    if reason := why_no_display():
        cure = "The window needs a desktop. Without one: vtuber-app live, animate, track and demo work."
        yield Finding("display", "warn", reason, cure)
        return
    done = subprocess.run(
        [sys.executable, "-P", "-c", QT], capture_output=True, text=True, errors="replace", timeout=30, check=False
    )
    if done.returncode:
        words = done.stderr.strip().splitlines()[-1:] or [f"it ended with code {done.returncode}"]
        yield Finding("display", "fail", f"Qt can't start: {words[0]}", f"Type: {RUN} doctor, with QT_DEBUG_PLUGINS=1")
    else:
        name, n_screens = done.stdout.split()[:2]
        yield Finding("display", "ok", f"Qt {_version('pyside6-essentials')} on {name}, screens: {n_screens}")


def chosen() -> AppSettings:
    """The user's settings, or the defaults where the file is broken; the file is left as it is."""
    try:
        return AppSettings.model_validate_json(settings.path().read_bytes())
    except (OSError, ValidationError):
        return AppSettings()


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


def cameras() -> Iterator[Finding]:
    """Which cameras there are, and whether the chosen one gives pictures."""
    found = list_cameras()
    if not found:
        cure = "Plug one in, or use a phone: vtuber-app live --tracker ifacialmocap"
        yield Finding("cameras", "warn", "none found", cure)
        return
    for camera in found:
        state: State = "warn" if camera.problem else "ok"
        yield Finding("cameras", state, f"{camera.index}: {camera.name}", camera.problem)
    try:
        with plugins.sources["camera"](chosen().part("camera")) as source:
            frame = source.read(5)
    except VtuberError as error:
        yield Finding("cameras", "warn", "the chosen one can't be used", str(error))
        return
    if frame is None:
        yield Finding("cameras", "warn", "The chosen camera gives no picture.", "Unplug it and plug it in again.")
    else:
        height, width = frame.pixels.shape[:2]
        yield Finding("cameras", "ok", f"the chosen one gives pictures, {width}x{height}")


def face_landmarker() -> Iterator[Finding]:
    """Whether the better source of expressions is there, whole."""
    card, path = cards.find(LANDMARKER), file_of(LANDMARKER)
    file = card.files[0]
    if path is None:
        what = "not there; the face mesh alone gives the expressions, which is coarser"
        yield Finding(
            "face landmarker",
            "warn",
            what,
            f"Type: {FETCH}, or put {file.addresses[0]} into {installed.look(card).folder}",
        )
    elif not matches(path, file.size, file.sha256, file.git):
        yield Finding("face landmarker", "fail", f"{path} is damaged", f"Delete it, then type: {FETCH}")
    else:
        yield Finding("face landmarker", "ok", str(path))


def avatars() -> Iterator[Finding]:
    """Which avatars the gallery has."""
    names = gallery.names()
    where = " or ".join(str(folder) for folder in gallery.folders())
    if not names:
        yield Finding("avatars", "fail", "none found", f"Put a picture or a puppet into {where}")
    else:
        yield Finding("avatars", "ok", ", ".join(names))


def virtual_camera() -> Iterator[Finding]:
    """Whether other programs could see the avatar as a camera."""
    wished = chosen().part(VirtualCamera.kind())
    assert isinstance(wished, VirtualCameraSettings)
    try:
        with VirtualCamera(wished):
            pass
    except VtuberError as error:
        what, _, cure = str(error).partition(". ")
        yield Finding("virtual camera", "warn", f"{what}.", cure)
    else:
        yield Finding("virtual camera", "ok", "there and free")


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


def existing(folder: Path) -> Path:
    """The folder itself, or the nearest above it that exists."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def ports() -> Iterator[Finding]:
    """Whether the ports that trackers listen on are free."""
    for kind, tracker in plugins.trackers.items():
        port = getattr(chosen().part(kind), "port", None)
        if port is None:
            continue
        name = f"UDP port {port}, {tracker.title}"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            try:
                udp.bind(("", port))
            except OSError as error:
                cure = "Close the other program that listens for the phone, or choose another port in both."
                yield Finding("ports", "warn", f"{name}: {error.strerror}", cure)
            else:
                yield Finding("ports", "ok", f"{name}: free")


def torch() -> Iterator[Finding]:
    """Which build of torch there is; not loaded, since that takes seconds."""
    nvidia, version = torch_build.nvidia_gpu(), _version("torch")
    gpu = "NVIDIA GPU" if nvidia else "no NVIDIA GPU"
    build = stamp.read().get("torch_build", "")
    retry = f"Only the network animators need it. Type: {RUN} torch"
    if version is None:
        yield Finding("torch", "warn", f"{build or 'not installed'}; {gpu}", retry)
    elif nvidia and version.endswith("+cpu"):
        yield Finding("torch", "warn", f"{version}, which does not use your NVIDIA GPU", retry)
    else:
        yield Finding("torch", "ok", f"{version}; {gpu}")


def networks() -> Iterator[Finding]:
    """Which published networks are there and may be used."""
    others = [card for name, card in cards.cards().items() if name != LANDMARKER]
    states = {card: installed.look(card) for card in others}
    half = [card.name for card, state in states.items() if state.there and not state.whole]
    unread = [card.name for card, state in states.items() if state.whole and not accepted(card.name)]
    ready = [card.name for card, state in states.items() if state.whole and accepted(card.name)]
    if half:
        yield Finding("networks", "warn", f"half there: {', '.join(half)}", "Type: vtuber-app models install NAME")
    if unread:
        remedy = "Type: vtuber-app models accept NAME"
        yield Finding("networks", "warn", f"licence not accepted yet: {', '.join(unread)}", remedy)
    if ready or not (half or unread):
        yield Finding("networks", "ok", ", ".join(ready) or "none installed; the puppets need none")
