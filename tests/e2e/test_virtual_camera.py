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
SECONDS = 150


def best_correlation(
    seen: NDArray[np.float64], time: NDArray[np.float64], played: NDArray[np.float64], truth: NDArray[np.float32]
) -> tuple[float, float]:
    """The correlation of what was seen with the truth of the frame played some delay before, and that delay, s."""
    results = []
    for delay in np.arange(0, 6, STEP / 2):
        index = np.interp(time - delay, played[:, 0], np.arange(len(played))).astype(int)
        results.append((float(np.corrcoef(seen, truth[played[index, 1].astype(int)])[0, 1]), float(delay)))
    return max(results)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_avatar_on_the_virtual_camera_follows_the_webcam(shared: Path, tmp_path: Path) -> None:
    if not TOOL.exists():
        pytest.skip("no machine with V4L2 devices here: the tool camera-vm is not present")
    clip = shared / "data" / "driving" / "d10.mp4"
    inner = [sys.executable, "-m", "tests.e2e.cameras", str(clip), "/mnt/out", str(SECONDS)]
    command = [str(TOOL), "-t", "900", "-o", str(tmp_path), "--", *inner]
    subprocess.run(command, check=True, cwd=Path(__file__).resolve().parents[2])
    with np.load(tmp_path / "seen.npz") as arrays:
        pictures, time, played = arrays["pictures"].astype(np.float64), arrays["time"], arrays["played"]
    with np.load(clip.with_suffix(".npz")) as reference:
        shapes = dict(zip(reference["names"], reference["blendshapes"].T, strict=True))
    assert len(pictures) > 50
    tracked = slice(len(pictures) // 3, None)  # the first seconds are the start, the idle face and the calibration
    mouth, eyes = mouth_and_eyes(pictures[tracked])
    jaw = best_correlation(mouth, time[tracked], played, shapes["jawOpen"])
    blink = best_correlation(eyes, time[tracked], played, (shapes["eyeBlinkLeft"] + shapes["eyeBlinkRight"]) / 2)
    print(f"mouth follows jawOpen with {jaw[0]:.2f}, eyes follow eyeBlink with {blink[0]:.2f}, {jaw[1]:.1f} s later")
    assert jaw[0] > 0.5
    assert blink[0] > 0.5
