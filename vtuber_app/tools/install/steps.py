"""The steps of an installation, in order."""

import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from vtuber_app.tools.install import libraries, pip, stamp, torch_build
from vtuber_app.tools.install.command import StepError, follow
from vtuber_app.tools.install.line import Line
from vtuber_app.tools.install.lock import alone

PIP = "pip==26.3"
BEGUN = "begun"
LEFT_OUT = "left out"
SPACE = 2_500_000_000
"""Room that the whole installation takes with torch's CPU build, bytes."""

LISTS = stamp.ROOT / "packaging"
GLIBC = (2, 34)
"""The oldest C library that the pinned Qt runs on."""

MODEL_LIMIT = 120.0
"""The longest the face model's download may be silent, s."""


def set_up(parts: Sequence[str]) -> None:
    """Install what is not there yet.

    Args:
        parts: Of "app", "test" and "torch"; the app comes with any.

    Raises:
        StepError: The program can't be used; the text says what to do. Torch and the face model are not needed to
            use it.
    """
    _check_machine()

    def waiting() -> None:
        print("Another installation is at work in this folder; waiting for it to end.", flush=True)

    with alone(stamp.ROOT / ".venv.lock", waiting) as held:
        Installation(parts, held).run()


class Installation:
    """One run through the steps that are due.

    Args:
        parts: As `set_up` takes them.
        held: Descriptor of the lock.
    """

    def __init__(self, parts: Sequence[str], held: int) -> None:
        self.held = held
        self.parts = parts
        due = [part for part in ("app", "test", "torch") if part in {"app", *parts} and not stamp.ready(part)]
        if "torch" in parts and len(parts) == 1 and "torch" not in due:
            due.append("torch")
        self.due = due
        self.whole = bool(stamp.read()) and stamp.python().is_file()
        sizes = {"app": 5 if self.whole else 6, "test": 1, "torch": 1}
        self.n_steps = sum(sizes[part] for part in due)
        self.step = 0

    def run(self) -> None:
        """Do what is due."""
        if not self.due:
            return
        if "app" in self.due:
            print(f"Setting up in {stamp.VENV}: once, later starts need no network.", flush=True)
            self._app()
        if "test" in self.due:
            again = self._begin("test")
            self._list("test", "packages for the tests", again)
            self._record("test")
        if "torch" in self.due:
            self._torch(self._begin("torch"))

    def _line(self, title: str) -> Line:
        self.step += 1
        return Line(f"[{self.step}/{self.n_steps}] {title}")

    def _begin(self, part: str) -> list[str]:
        """Note that a part is being installed; give pip's arguments for it.

        What an interrupted run left half unpacked looks installed to pip, so that part is unpacked again.
        """
        done = stamp.read()
        stamp.write({**done, part: BEGUN})
        half = done.get(part) == BEGUN or (part == "torch" and done.get("torch_build", "").startswith(LEFT_OUT))
        return ["--ignore-installed"] if half else []

    def _record(self, part: str, **notes: str) -> None:
        stamp.write({**stamp.read(), part: stamp.fingerprint(part), **notes})

    def _app(self) -> None:
        done = stamp.read() if self.whole else {}
        if self.whole:
            stamp.FILE.unlink()  # from here on it is not whole
        else:
            self._environment()
        try:
            self._list("app", "packages", [])
            line = self._line("vtuber-app")
            pip.install(["--no-deps", "--no-build-isolation", "-e", str(stamp.ROOT)], line, 1, (self.held,))
        except StepError:
            if done:  # pip undoes what it could not finish: the old state holds
                stamp.write(done)
            raise
        line.done("installed")
        stamp.write({**done, "app": BEGUN})  # whole again, but not ready until the libraries are there
        self._libraries()
        self._first_import()
        self._face_model()
        stamp.write({**done, "app": stamp.fingerprint("app"), "python": platform.python_version()})

    def _environment(self) -> None:
        line = self._line("Python environment")
        try:
            if stamp.VENV.exists():
                line.show("removing one that was not finished")
                shutil.rmtree(stamp.VENV)
            stamp.VENV.mkdir()
        except OSError as error:
            raise StepError(
                f"{stamp.VENV} can't be made anew: {error}. Close every program that uses it, and start again."
            ) from error
        if importlib.util.find_spec("ensurepip") is None:
            self._system_venv(line)
        base = getattr(sys, "_base_executable", sys.executable)  # ours may be the one just removed
        follow([base, "-m", "venv", str(stamp.VENV)], lambda _: line.show(""), pip.LOG, keep=(self.held,))
        try:
            pip.install([PIP], line, 1, (self.held,), raw=False)
        except StepError as error:
            raise StepError(f"{error}\nIs there a network? Set-up needs it once.") from error
        line.done(f"Python {platform.python_version()}")

    def _system_venv(self, line: Line) -> None:
        """Debian and Ubuntu keep a part of Python in a package of its own."""
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        advice = f"This Python can't make environments. Type:\n    sudo apt-get install {package}\nand start again."
        if not shutil.which("apt-get") or os.geteuid() != 0:
            raise StepError(advice)
        line.show(f"installing {package}")
        try:
            _system_install("apt-get", [package], line)
        except StepError as error:
            raise StepError(f"{advice}\n{error}") from error
        importlib.invalidate_caches()

    def _list(self, part: str, title: str, arguments: list[str]) -> None:
        line = self._line(title)
        file = LISTS / f"{part}.txt"
        total = pip.count(file)
        try:
            pip.install(["--no-deps", *arguments, "-r", str(file)], line, total, (self.held,))
        except StepError as error:
            raise StepError(f"{line.title}: {error}\nIs there a network? Start again, and it goes on.") from error
        line.done(f"{total} installed")

    def _libraries(self) -> None:
        line = self._line("system libraries")
        folder, tool = pip.packages_folder(), libraries.package_tool()
        lacking = libraries.missing(folder)
        trouble = ""
        if lacking and tool and os.geteuid() == 0:
            try:
                _system_install(tool, libraries.wanted(tool, lacking)[0], line)
            except StepError as error:
                trouble = f"{error}\n"
            lacking = libraries.missing(folder)
        if not lacking:
            line.done("all there")
            return
        line.done("some are missing")
        advice = f"{trouble}{libraries.sentence(tool, lacking)}"
        if libraries.missing_libraries(folder, libraries.CORE):
            raise StepError(f"{advice}\nThen start again.")
        print(f"{advice}\nWithout that the window won't open.", flush=True)

    def _first_import(self) -> None:
        """MediaPipe's imports build caches, of fonts for one, which would spoil the program's first start."""
        line = self._line("first start")
        try:
            follow([stamp.python(), "-P", "-c", "import mediapipe"], lambda _: line.show(""), pip.LOG)
        except StepError as error:
            raise StepError(f"MediaPipe, which finds faces, can't start: {error}") from error
        line.done("prepared")

    def _face_model(self) -> None:
        line = self._line("face landmarker model")
        command: list[str | Path] = [stamp.python(), "-P", "-m", "vtuber_app.tools.fetch", "face_landmarker"]
        try:
            said = follow(command, lambda text: line.show(text or ""), pip.LOG, limit=MODEL_LIMIT)
        except StepError:
            line.done("not fetched; the app works without, with the face mesh alone")
        else:
            line.done(said[-1] if said else "there")

    def _torch(self, again: list[str]) -> None:
        version = torch_build.wanted_version()
        build = torch_build.choose(version, sys.platform, torch_build.nvidia_gpu())
        wanted = build.requirement.removeprefix("torch==")
        size = "CUDA, about 3 GB" if build.cuda else "CPU, about 320 MB"
        line = self._line(f"torch {version} ({size}; Ctrl-C leaves it out)")
        file = LISTS / "networks.txt"
        arguments = [*again, "--retries", "1", "--timeout", "15", "-r", str(file), build.requirement]
        arguments += ["--extra-index-url", build.index] if build.index else []
        arguments += ["-c", str(LISTS / "constraints.txt")] if build.cuda else ["--no-deps"]
        if again or stamp.read().get("torch_build") != wanted:
            line.show("removing another build")
            _remove_torch(pip.packages_folder())
        try:
            pip.install(arguments, line, pip.count(file) + 1, (self.held,))
        except (StepError, KeyboardInterrupt) as error:
            _remove_torch(pip.packages_folder())
            why = "interrupted" if isinstance(error, KeyboardInterrupt) else "it could not be had here"
            self._record("torch", torch_build=f"{LEFT_OUT}: {why}")
            line.done(f"left out, {why}")
            print("    Only the network animators need it. To try again: python3 run.py torch", flush=True)
        else:
            self._record("torch", torch_build=wanted)
            line.done("installed")


def _system_install(tool: str, packages: Sequence[str], line: Line) -> None:
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}

    def heard(text: str | None) -> None:
        line.show(f"{tool} {text[:60]}" if text else tool)

    if tool == "apt-get":
        follow(["apt-get", "update"], heard, pip.LOG, limit=120, extra=quiet)
    follow([*libraries.INSTALL[tool], *packages], heard, pip.LOG, limit=300, extra=quiet)


def _remove_torch(packages: Path) -> None:
    """What an interrupted attempt left would look installed."""
    for pattern in ("torch", "torch-*.dist-info", "torchgen", "functorch"):
        for path in packages.glob(pattern):
            shutil.rmtree(path, ignore_errors=True)


def new_enough(name: str, version: str) -> bool:
    """Whether the wheels run on this C library, named as `platform.libc_ver` does."""
    return name == "glibc" and tuple(int(part) for part in version.split(".")[:2]) >= GLIBC


def _check_machine() -> None:
    """Refuse what can't work, before minutes are spent on it."""
    machine = platform.machine().lower()
    if sys.maxsize < 2**32:
        raise StepError("This is a 32-bit Python. Install a 64-bit one: https://www.python.org/downloads/")
    if sys.platform == "linux" and machine not in {"x86_64", "amd64"}:
        raise StepError(f"MediaPipe has no build for Linux on {machine}: an Intel or AMD processor is needed.")
    if sys.platform == "linux" and not new_enough(*(libc := platform.libc_ver())):
        raise StepError(
            f"Qt needs a Linux with glibc {GLIBC[0]}.{GLIBC[1]} or newer (Debian 12, Ubuntu 22.04, Fedora 35); "
            f"this one has {' '.join(libc).strip() or 'another C library'}."
        )
    if not os.access(stamp.ROOT, os.W_OK):
        raise StepError(f"{stamp.ROOT} can't be written. Move the folder to a place of your own, and start again.")
    free = shutil.disk_usage(stamp.ROOT).free
    if free < SPACE and not stamp.VENV.exists():
        raise StepError(f"The disk has {free / 1e9:.1f} GB free; set-up takes {SPACE / 1e9:.1f} GB. Make room first.")
