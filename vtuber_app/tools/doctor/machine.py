"""Python, the processor, packages and what they need of the system."""

import importlib
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from vtuber_app.tools.doctor.finding import Finding, version
from vtuber_app.tools.install import libraries, pip, stamp

RUN = "py run.py" if sys.platform == "win32" else "python3 run.py"
REDISTRIBUTABLE = "Install Microsoft's Visual C++ Redistributable (x64), https://aka.ms/vs/17/release/vc_redist.x64.exe"
MODULES = ("cv2", "av", "mediapipe", "PySide6.QtWidgets", "pyvirtualcam")
CORES = 2


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
        missing = [name for name, _ in pins if version(name) is None]
        other = [f"{name} {version(name)} (not {pin})" for name, pin in pins if version(name) not in {None, pin}]
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


def system_libraries() -> Iterator[Finding]:
    """What Qt and OpenCV need of a Linux system."""
    if sys.platform != "linux":
        return
    if lacking := libraries.missing(pip.packages_folder(Path(sys.prefix))):
        cure = libraries.sentence(libraries.package_tool(), lacking)
        yield Finding("system libraries", "warn", f"{len(lacking)} are missing", cure)
    else:
        yield Finding("system libraries", "ok", "all there")
