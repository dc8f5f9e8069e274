"""Which build of torch this machine gets: never gigabytes of CUDA where no NVIDIA GPU can use them."""

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from vtuber_app.tools.install.stamp import ROOT

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
CUDA_INDEX = "https://download.pytorch.org/whl/cu130"


@dataclass(frozen=True, slots=True)
class Build:
    """One build of torch.

    Attributes:
        requirement: As pip takes it. The mark of the build (`+cpu`) is part of the version, so pip can't take another.
        index: Where it is found besides the usual index; None if there.
        cuda: It brings the CUDA libraries, about 3 GB.
    """

    requirement: str
    index: str | None
    cuda: bool


def choose(version: str, system: str, nvidia: bool) -> Build:
    """The build for a machine.

    Args:
        version: The release, e.g. "2.13.0".
        system: As `sys.platform` has it.
        nvidia: There is an NVIDIA GPU with a driver.
    """
    if system == "linux":  # the usual index has the CUDA build
        return Build(f"torch=={version}", None, True) if nvidia else Build(f"torch=={version}+cpu", CPU_INDEX, False)
    if system == "win32" and nvidia:  # the usual index has the CPU build
        return Build(f"torch=={version}+cu130", CUDA_INDEX, True)
    return Build(f"torch=={version}", None, False)


def wanted_version(project: Path = ROOT / "pyproject.toml") -> str:
    """The release that the project's extra `networks` names."""
    extras = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    return str(next(line for line in extras["networks"] if line.startswith("torch==")).removeprefix("torch=="))


def nvidia_gpu() -> bool:
    """Whether there is an NVIDIA GPU with its driver."""
    if sys.platform == "darwin":
        return False
    if tool := shutil.which("nvidia-smi"):
        try:
            listed = subprocess.run(
                [tool, "-L"], check=False, capture_output=True, text=True, errors="replace", timeout=20
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return listed.returncode == 0 and "GPU " in listed.stdout
    if sys.platform == "win32":
        return (Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "nvcuda.dll").is_file()
    gpus = Path("/proc/driver/nvidia/gpus")
    return gpus.is_dir() and any(gpus.iterdir())
