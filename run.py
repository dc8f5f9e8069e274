"""Sets the program up on its first start, and starts it. Needs Python 3.11 or 3.12 and nothing else.

    python3 run.py             the app; where there is no display, its demo
    python3 run.py ARGUMENTS   any command of vtuber-app, e.g. `live --seconds 5`
    python3 run.py test        every check; further arguments go to pytest
    python3 run.py torch       another try to install torch, where it was left out

The syntax stays plain enough for Python 3.8, so that older Pythons can say what is missing.
"""

from __future__ import annotations

import os
import subprocess
import sys

from vtuber_app.tools.install import stamp

VERSIONS = ((3, 12), (3, 11))
RESTARTED = "VTUBER_RESTARTED"
ADVICE = """Get one, and start again:
    Windows         winget install Python.Python.3.12
    macOS           brew install python@3.12
    Debian, Ubuntu  sudo apt-get install python3.12 python3.12-venv
    Fedora          sudo dnf install python3.12
or from https://www.python.org/downloads/"""


def main(arguments: list[str]) -> int:
    """Set up what is due, then do what was asked."""
    command = arguments[0] if arguments else ""
    parts = {"test": ("app", "test", "torch"), "torch": ("torch",)}.get(command, ("app", "torch"))
    if command == "torch" or not all(stamp.ready(part) for part in parts):
        if sys.version_info[:2] not in VERSIONS:
            return start_with_another()
        from vtuber_app.tools.install.command import StepError
        from vtuber_app.tools.install.steps import set_up

        try:
            set_up(parts)
        except (StepError, OSError) as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("\nInterrupted. Start again, and it goes on.", file=sys.stderr)
            return 130
    if command == "torch":
        return 0
    if command == "test":
        from vtuber_app.tools.install.check import check

        return check(arguments[1:])
    return launch(arguments)


def launch(arguments: list[str]) -> int:
    """Become vtuber-app; on Windows, which can't, start it and wait."""
    command = [str(stamp.python()), "-P", "-X", "utf8", "-m", "vtuber_app", *arguments]
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(command[0], command, stamp.environment())
    return wait(command, stamp.environment())


def wait(command: list[str], environment: dict[str, str]) -> int:
    """Run a program to its end; Ctrl-C is the program's own matter."""
    process = subprocess.Popen(command, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def candidates(windows: bool, mac: bool) -> list[list[str]]:
    """Commands that may be a Python of the right version, the best first."""
    names = [[f"python{major}.{minor}"] for major, minor in VERSIONS]
    if windows:
        return [["py", f"-{major}.{minor}"] for major, minor in VERSIONS] + names
    if mac:
        folders = ("/opt/homebrew/bin", "/usr/local/bin", "/Library/Frameworks/Python.framework/Versions/{}.{}/bin")
        names += [[f"{folder}/python{{}}.{{}}".format(*version * 2)] for version in VERSIONS for folder in folders]
    return names


def works(command: list[str]) -> bool:
    """Whether it is there and a Python of the right version: a name on the path may be a mere pointer to none."""
    try:
        told = subprocess.run(
            [*command, "-c", "import sys; print(sys.version_info[:2])"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0 and told.stdout.decode().strip() in [str(version) for version in VERSIONS]


def start_with_another() -> int:
    """Start this file again with a Python of the right version, or say how to get one."""
    here = "{}.{}".format(*sys.version_info[:2])
    if RESTARTED not in os.environ:
        for command in candidates(os.name == "nt", sys.platform == "darwin"):
            if works(command):
                print(f"This is Python {here}; going on with {' '.join(command)}.", flush=True)
                return wait([*command, *sys.argv], {**os.environ, RESTARTED: "1"})
    print(f"vtuber-app needs Python 3.12 or 3.11; this is Python {here}, and neither was found.\n{ADVICE}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
