"""Webcam in, avatar out, over real V4L2 devices, where the tool that gives such a machine is present."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.e2e.cameras import STEP

TOOL = Path(os.environ.get("CAMERA_VM", Path(__file__).resolve().parents[3] / "shared" / "tools" / "camera-vm"))
LIMIT = 1100
AVATAR = "hina"
"""Her eyes are the only green, and the open mouth is the only dark red in her face."""
EMULATED = "NPY_DISABLE_CPU_FEATURES=AVX2 FMA3 AVX F16C"
"""The emulated processor gets some of these instructions wrong: NumPy's tanh gives nonsense with them."""

Signal = NDArray[np.float64]


def best_correlation(seen: Signal, time: Signal, played: Signal, truth: Signal) -> tuple[float, float]:
    """The correlation of what was seen with the truth of the frame played some delay before, and that delay, s."""
    results = []
    for delay in np.arange(0, STEP, 1.0):
        index = np.interp(time - delay, played[:, 0], np.arange(len(played))).astype(int)
        results.append((float(np.corrcoef(seen, truth[played[index, 1].astype(int)])[0, 1]), float(delay)))
    return max(results)


def mouth_and_eyes(pictures: NDArray[np.uint8]) -> tuple[Signal, Signal]:
    """How much of the inner mouth and of the irises is seen in (N, 180, 320, 3) RGB."""
    red, green, blue = (pictures[..., channel].astype(int) for channel in range(3))
    mouth = (red > blue + 25) & (green < 120) & (red < 210) & (red - green > 60)
    iris = (green > red + 25) & (green > blue - 5)
    return mouth[:, 85:108, 140:185].sum((1, 2)).astype(float), iris[:, 40:110].sum((1, 2)).astype(float)


@pytest.mark.slow
@pytest.mark.timeout(LIMIT + 100)
def test_the_avatar_on_the_virtual_camera_follows_the_webcam(shared: Path, tmp_path: Path) -> None:
    if not TOOL.exists():
        pytest.skip("no machine with V4L2 devices here: the tool camera-vm is not present")
    clip = shared / "data" / "driving" / "d10.mp4"
    script = Path(__file__).with_name("cameras.py")
    inner = ["env", EMULATED, sys.executable, str(script), str(clip), "/mnt/out", AVATAR]
    command = [str(TOOL), "-t", str(LIMIT), "-o", str(tmp_path), "--", *inner]
    subprocess.run(command, check=True, cwd=Path(__file__).resolve().parents[2])
    with np.load(tmp_path / "seen.npz") as arrays:
        pictures, time, played = arrays["pictures"], arrays["time"], arrays["played"]
    with np.load(clip.with_suffix(".npz")) as reference:
        shapes = dict(zip(reference["names"], reference["blendshapes"].T, strict=True))
    assert len(pictures) > 20
    mouth, eyes = mouth_and_eyes(pictures)
    jaw = best_correlation(mouth, time, played, shapes["jawOpen"])
    blink = best_correlation(-eyes, time, played, (shapes["eyeBlinkLeft"] + shapes["eyeBlinkRight"]) / 2)
    assert jaw[0] > 0.6, f"the mouth follows jawOpen with {jaw[0]:.2f} only"
    assert blink[0] > 0.6, f"the eyes follow eyeBlink with {blink[0]:.2f} only"
