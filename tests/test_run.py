"""The one command that sets the program up and starts it."""

import ast
import importlib.util
import io
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from vtuber_app.tools.install import libraries, pip, stamp, steps, torch_build
from vtuber_app.tools.install.command import StepError, follow
from vtuber_app.tools.install.line import Line
from vtuber_app.tools.install.lock import alone

ROOT = Path(__file__).resolve().parents[1]
LISTS = ROOT / "packaging"
posix = pytest.mark.skipif(os.name == "nt", reason="signals and exec are POSIX's")


@pytest.fixture
def run() -> ModuleType:
    """run.py as a module."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TestPythons:
    @pytest.mark.parametrize(
        "file",
        [
            "run.py",
            "vtuber_app/__init__.py",
            "vtuber_app/tools/__init__.py",
            "vtuber_app/tools/install/__init__.py",
            "vtuber_app/tools/install/stamp.py",
        ],
    )
    def test_an_old_python_can_read_what_every_start_reads(self, file: str) -> None:
        source = (ROOT / file).read_text(encoding="utf-8")
        ast.parse(source, feature_version=(3, 8))
        if re.search(r"-> |: (str|list|dict)", source):
            assert "from __future__ import annotations" in source

    def test_the_standard_library_is_enough(self) -> None:
        modules = ", ".join(f"vtuber_app.tools.install.{name}" for name in ("steps", "check", "pip", "lock", "stamp"))
        code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {modules}, run"
        subprocess.run([sys.executable, "-S", "-I", "-c", code], check=True)

    def test_candidates(self, run: ModuleType) -> None:
        assert run.candidates(windows=True, mac=False)[0] == ["py", "-3.12"]
        assert run.candidates(windows=False, mac=False) == [["python3.12"], ["python3.11"]]
        mac = run.candidates(windows=False, mac=True)
        assert ["/opt/homebrew/bin/python3.12"] in mac
        assert ["/Library/Frameworks/Python.framework/Versions/3.11/bin/python3.11"] in mac

    @posix
    def test_a_name_on_the_path_may_be_no_python(self, run: ModuleType, tmp_path: Path) -> None:
        pointer = tmp_path / "python3.12"
        pointer.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
        pointer.chmod(0o755)
        assert run.works([sys.executable])
        assert not run.works([str(pointer)])
        assert not run.works([str(tmp_path / "none")])

    def test_says_where_to_get_one(
        self, run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(run, "candidates", lambda *_: [])
        assert run.start_with_another() == 1
        said = capsys.readouterr().out
        assert "needs Python 3.12 or 3.11" in said
        assert "apt-get install python3.12" in said

    def test_goes_on_with_another(self, run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(run, "candidates", lambda *_: [["none"], [sys.executable]])
        monkeypatch.setattr(sys, "argv", ["-c", "import os, sys; sys.exit(int(os.environ['VTUBER_RESTARTED']) + 6)"])
        assert run.start_with_another() == 7


@pytest.mark.parametrize(
    ("libc", "enough"),
    [(("glibc", "2.36"), True), (("glibc", "2.34"), True), (("glibc", "2.31"), False), (("", ""), False)],
)
def test_old_linux(libc: tuple[str, str], enough: bool) -> None:
    assert steps.new_enough(*libc) is enough


class TestStart:
    @posix
    def test_passes_arguments_on(self, run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        started: list[list[str]] = []
        monkeypatch.setattr(stamp, "ready", lambda part: True)
        monkeypatch.setattr(os, "execve", lambda path, command, environment: started.append(command) or sys.exit(0))
        with pytest.raises(SystemExit):
            run.main(["live", "--seconds", "5"])
        assert started[0][0] == str(ROOT / ".venv/bin/python")
        assert started[0][-4:] == ["vtuber_app", "live", "--seconds", "5"]

    def test_gives_the_exit_code(self, run: ModuleType) -> None:
        assert run.wait([sys.executable, "-c", "raise SystemExit(7)"], dict(os.environ)) == 7

    def test_an_error_is_a_sentence(
        self, run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def fail(parts: object) -> None:
            raise StepError("The disk is full.")

        monkeypatch.setattr(stamp, "ready", lambda part: False)
        monkeypatch.setattr(steps, "set_up", fail)
        assert run.main([]) == 1
        assert capsys.readouterr().err == "The disk is full.\n"


class TestStamp:
    def test_python_of_each_system(self) -> None:
        assert stamp.python(Path("v"), windows=True) == Path("v/Scripts/python.exe")
        assert stamp.python(Path("v"), windows=False) == Path("v/bin/python")

    def test_reads_what_it_wrote(self, tmp_path: Path) -> None:
        stamp.write({"app": "1"}, tmp_path / "stamp")
        assert stamp.read(tmp_path / "stamp") == {"app": "1"}

    @pytest.mark.parametrize("content", ["", "{", "[]", "\0"])
    def test_a_broken_one_counts_as_none(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "stamp").write_text(content, encoding="utf-8")
        assert stamp.read(tmp_path / "stamp") == {}

    def test_changes_with_lists_and_place(self, tmp_path: Path) -> None:
        for place in ("a", "b"):
            for name in ("pyproject.toml", "packaging/app.txt"):
                (tmp_path / place / name).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / place / name).write_text("x", encoding="utf-8")
        before = stamp.fingerprint("app", tmp_path / "a")
        assert before != stamp.fingerprint("app", tmp_path / "b")
        (tmp_path / "a/packaging/app.txt").write_text("y", encoding="utf-8")
        assert before != stamp.fingerprint("app", tmp_path / "a")


class TestTorch:
    @pytest.mark.parametrize("system", ["linux", "win32", "darwin"])
    def test_no_cuda_without_gpu(self, system: str) -> None:
        build = torch_build.choose("2.13.0", system, nvidia=False)
        assert not build.cuda
        assert build.requirement == ("torch==2.13.0+cpu" if system == "linux" else "torch==2.13.0")

    def test_a_plain_release_is_no_cpu_build(self) -> None:
        """What makes it safe: pip can't take the CUDA build for the CPU one, should only that be found."""
        wanted = Requirement(torch_build.choose("2.13.0", "linux", nvidia=False).requirement)
        assert "2.13.0+cpu" in wanted.specifier
        assert "2.13.0" not in wanted.specifier
        assert "2.13.0+cu130" not in wanted.specifier

    @pytest.mark.parametrize(("system", "version"), [("linux", "2.13.0"), ("win32", "2.13.0+cu130")])
    def test_cuda_with_gpu(self, system: str, version: str) -> None:
        build = torch_build.choose("2.13.0", system, nvidia=True)
        assert build.cuda
        assert build.requirement == f"torch=={version}"

    def test_the_release_is_pinned(self) -> None:
        version = torch_build.wanted_version()
        assert f"torch=={version}" in (LISTS / "constraints.txt").read_text(encoding="utf-8").splitlines()

    @posix
    @pytest.mark.parametrize(("answer", "found"), [("echo 'GPU 0: X'", True), ("exit 9", False), ("true", False)])
    def test_asks_the_driver(self, answer: str, found: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        tool = tmp_path / "nvidia-smi"
        tool.write_text(f"#!/bin/sh\n{answer}\n", encoding="utf-8")
        tool.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
        monkeypatch.setattr(sys, "platform", "linux")
        assert torch_build.nvidia_gpu() is found


class TestLists:
    def pins(self, *files: str) -> dict[str, list[str]]:
        pins: dict[str, list[str]] = {}
        for file in files:
            for line in (LISTS / file).read_text(encoding="utf-8").splitlines():
                if line[:1].isalnum():
                    requirement = Requirement(line)
                    pins.setdefault(canonicalize_name(requirement.name), []).append(
                        str(requirement.specifier).removeprefix("==")
                    )
        return pins

    def test_every_wish_of_the_project_is_met(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        extras = project["project"]["optional-dependencies"]
        for wishes, files in (
            (project["project"]["dependencies"] + project["build-system"]["requires"], ["app.txt"]),
            (extras["test"], ["app.txt", "test.txt"]),
        ):
            pins = self.pins(*files)
            for wish in map(Requirement, wishes):
                assert all(version in wish.specifier for version in pins[canonicalize_name(wish.name)]), wish

    def test_nothing_is_installed_for_nothing(self) -> None:
        names = set(self.pins("app.txt", "test.txt", "networks.txt"))
        assert not names & {"jax", "jaxlib", "scipy", "triton", "torch"}
        assert not [name for name in names if name.startswith(("nvidia-", "cuda-"))]

    def test_plain_pip_gets_the_same(self) -> None:
        lines = (LISTS / "constraints.txt").read_text(encoding="utf-8").splitlines()
        assert {"-c app.txt", "-c test.txt", "-c networks.txt"} <= set(lines)
        assert {"jax", "jaxlib", "scipy"} <= set(self.pins("constraints.txt"))


LDD = """
/v/PySide6/Qt/plugins/platforms/libqxcb.so:
\tlinux-vdso.so.1 (0x00007ffd)
\tlibxcb-cursor.so.0 => not found
\tlibX11.so.6 => /lib/x86_64-linux-gnu/libX11.so.6 (0x00007f)
/v/cv2/cv2.abi3.so:
\tlibGL.so.1 => not found
\tlibxcb-cursor.so.0 => not found
"""


class TestLibraries:
    def test_reads_ldd(self) -> None:
        assert libraries.unresolved(LDD) == ["libGL.so.1", "libxcb-cursor.so.0"]

    @pytest.mark.parametrize(
        ("tool", "packages"),
        [
            ("apt-get", ["fonts-dejavu-core", "libgl1", "libxcb-cursor0"]),
            ("pacman", ["libglvnd", "ttf-dejavu", "xcb-util-cursor"]),
            ("dnf", ["dejavu-sans-fonts", "libGL.so.1()(64bit)", "libxcb-cursor.so.0()(64bit)"]),
            ("zypper", ["dejavu-fonts", "libGL.so.1()(64bit)", "libxcb-cursor.so.0()(64bit)"]),
        ],
    )
    def test_packages_of_each_system(self, tool: str, packages: list[str]) -> None:
        missing = [libraries.FONT, *libraries.unresolved(LDD)]
        assert libraries.wanted(tool, missing) == (packages, [])

    def test_the_command_to_type(self) -> None:
        said = libraries.sentence("apt-get", ["libGL.so.1", "libnew.so.9"])
        assert "sudo apt-get install -y --no-install-recommends libgl1\n" in said
        assert "libnew.so.9" in said.splitlines()[-1]
        assert "'libGL.so.1()(64bit)'" in libraries.sentence("dnf", ["libGL.so.1"])
        assert "libGL.so.1" in libraries.sentence(None, ["libGL.so.1"])

    def test_the_first_tool_that_is_there(self) -> None:
        assert libraries.package_tool(lambda name: name if name in {"pacman"} else None) == "pacman"
        assert libraries.package_tool(lambda name: None) is None

    def test_fonts(self, tmp_path: Path) -> None:
        assert not libraries.has_font([str(tmp_path)])
        (tmp_path / "truetype").mkdir()
        (tmp_path / "truetype" / "A.TTF").touch()
        assert libraries.has_font([str(tmp_path)])

    @pytest.mark.skipif(sys.platform != "linux", reason="ldd is Linux's")
    def test_this_environment(self) -> None:
        """Whatever is missing here, we know a package for it."""
        missing = libraries.missing(pip.packages_folder(Path(sys.prefix)))
        assert libraries.wanted("apt-get", missing)[1] == []


class TestProgress:
    def test_follows_pip(self) -> None:
        follower = pip.Follower(total=3, before=2)
        assert follower.text(2) == ""
        for line in (
            "Looking in indexes: x",
            "Collecting numpy==1.26.4 (from -r app.txt (line 2))",
            "  Using cached numpy-1.26.4.whl (18.2 MB)",
            "Collecting opencv-contrib-python==4.11.0.86",
            "  Downloading opencv_contrib_python-4.11.0.86.whl (69.1 MB)",
            "Progress 34550000 of 69100000",
        ):
            follower.hear(line)
        assert follower.text(2) == "2 of 3, opencv-contrib-python 69.1 MB 50 %"
        follower.hear("Installing collected packages: numpy, opencv-contrib-python")
        assert follower.text(4) == "unpacking 3 of 3"

    def test_a_file_gets_whole_lines(self) -> None:
        stream = io.StringIO()
        line = Line("[1/2] packages", stream)
        line.show("1 of 9")
        line.done("9 installed")
        assert re.fullmatch(r"\[1/2\] packages: 9 installed \(0\.\d s\)\n", stream.getvalue())

    def test_a_terminal_gets_one_line(self) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        stream = Terminal()
        line = Line("packages", stream)
        line.show("a long word")
        line.show("x")
        line.done("done")
        assert stream.getvalue().count("\n") == 1
        last = stream.getvalue().split("\r")
        assert last[-1].startswith("packages: done")
        assert last[-2].strip() == ""


class TestCommand:
    def test_gives_the_lines(self, tmp_path: Path) -> None:
        heard: list[str | None] = []
        said = follow([sys.executable, "-c", "print('a'); print('b')"], heard.append, tmp_path / "log")
        assert said == ["a", "b"]
        assert [line for line in heard if line] == ["a", "b"]
        assert "a\nb\n" in (tmp_path / "log").read_text(encoding="utf-8")

    def test_a_failure_has_the_last_words(self, tmp_path: Path) -> None:
        with pytest.raises(StepError, match=r"code 3[\s\S]*no room"):
            follow([sys.executable, "-c", "print('no room'); exit(3)"], lambda line: None, tmp_path / "log")

    def test_silence_ends_it(self, tmp_path: Path) -> None:
        started = time.monotonic()
        with pytest.raises(StepError, match="said nothing"):
            follow([sys.executable, "-c", "import time; time.sleep(60)"], lambda _: None, tmp_path / "log", limit=0.5)
        assert time.monotonic() - started < 20

    def test_what_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(StepError, match="can't be started"):
            follow([tmp_path / "none"], lambda line: None, tmp_path / "log")


class TestLock:
    @posix
    def test_waits_for_a_pip_that_outlived_its_installation(self, tmp_path: Path) -> None:
        """A killed installation leaves its pip at work, which holds the lock until it ends."""
        code = f"""
import subprocess, sys, time
from pathlib import Path
from vtuber_app.tools.install.lock import alone
with alone(Path({str(tmp_path / "lock")!r}), lambda: None) as held:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1.5)"], pass_fds=(held,))
    print("held", flush=True)
    time.sleep(60)
"""
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as first:
            assert first.stdout
            assert first.stdout.readline() == b"held\n"
            started = time.monotonic()
            first.send_signal(signal.SIGKILL)
        waits: list[int] = []
        with alone(tmp_path / "lock", lambda: waits.append(1)):
            assert time.monotonic() - started > 1
        assert waits == [1]


@posix
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_from_nothing(tmp_path: Path) -> None:
    """A clean clone, killed while it sets up, then started again; the second start needs no set-up."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    base = getattr(sys, "_base_executable", sys.executable)
    command = [base, str(clone / "run.py"), "--version"]

    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    time.sleep(8)
    process.kill()
    process.wait()
    assert stamp.read(clone / ".venv" / "installed.json") == {}

    subprocess.run(command, check=True, timeout=800)
    started = time.monotonic()
    second = subprocess.run(command, check=True, capture_output=True, text=True)
    assert time.monotonic() - started < 5
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", second.stdout)
