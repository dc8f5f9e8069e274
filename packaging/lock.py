"""Renews the pinned versions beside it: `python packaging/lock.py`, then try both Pythons and commit.

One resolution holds for every system and both Pythons; it is made by `uv`, fetched into a temporary folder.
"""

import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PROJECT = FOLDER.parent / "pyproject.toml"

UNUSED = ("jax", "jaxlib", "sentencepiece", "sounddevice", "openvino-telemetry")
"""What mediapipe names but imports in its language and sound tasks only: 570 MB with what they bring; and what tells
OpenVINO's makers how it is used.
"""

EVERYWHERE = (
    " and platform_python_implementation == 'CPython'",
    "python_full_version < '3.13' and ",
    " ; python_full_version < '3.13'",
)
"""What `tool.uv.environments` has uv write behind every line."""

CUDA = ("cuda-", "nvidia-", "triton")
"""What the CUDA build of torch brings, each version fixed by torch itself; the CPU build has none of it."""


def main() -> None:
    """Write the four files."""
    build = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["build-system"]["requires"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        venv.create(folder / "uv", with_pip=True)
        python = folder / "uv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        subprocess.run([python, "-m", "pip", "install", "-q", "uv"], check=True)

        def resolve(extras: tuple[str, ...], without: tuple[str, ...], pins: list[str]) -> list[str]:
            (folder / "build.in").write_text("\n".join(build), encoding="utf-8")
            (folder / "without.txt").write_text("\n".join(without), encoding="utf-8")
            (folder / "pins.txt").write_text("\n".join(pins), encoding="utf-8")
            command: list[str | Path] = [python, "-m", "uv", "pip", "compile", "--universal", "-q"]
            command += [
                "--python-version",
                "3.11",
                "--no-annotate",
                "--no-header",
                "--excludes",
                folder / "without.txt",
            ]
            command += ["--constraints", folder / "pins.txt", folder / "build.in", PROJECT]
            for extra in extras:
                command += ["--extra", extra]
            lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            for everywhere in EVERYWHERE:
                lines = lines.replace(everywhere, "")
            return lines.splitlines()

        app = resolve((), UNUSED, [])
        test = resolve(("test",), UNUSED, app)
        networks = [line for line in resolve(("networks",), UNUSED, test) if not line.startswith(CUDA)]
        full = resolve(("test", "networks", "metrics", "ndi", "spout"), (), sorted({*test, *networks}))

    write("app.txt", "What `run.py` installs.", app)
    write("test.txt", "What `run.py test` installs besides app.txt.", [line for line in test if line not in app])
    torch = [line for line in networks if line not in app and not line.startswith("torch==")]
    write(
        "networks.txt", "What networks need besides app.txt; the build of torch itself depends on the machine.", torch
    )
    known = {*test, *torch}
    rest = [line for line in full if line not in known and not line.startswith(CUDA)]
    write(
        "constraints.txt",
        "Every version, for those who install without `run.py`: pip install -c packaging/constraints.txt .",
        ["-c app.txt", "-c test.txt", "-c networks.txt", *rest],
    )


def write(file: str, what: str, lines: list[str]) -> None:
    """Write one list, with what it is at its head."""
    head = f"# {what}\n# Written by packaging/lock.py.\n"
    (FOLDER / file).write_text(head + "\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
