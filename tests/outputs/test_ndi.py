"""NDI's own library sends and receives, by way of this computer's loopback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("cyndilib", reason="cyndilib is not installed")

RECEIVE = """
import sys
import time
from cyndilib.finder import Finder
from cyndilib.receiver import Receiver
from cyndilib.video_frame import VideoFrameSync
from cyndilib.wrapper.ndi_recv import RecvBandwidth, RecvColorFormat
import numpy as np
from vtuber_app.core.types import Frame
from vtuber_app.outputs.ndi import Ndi, NdiSettings

pixels = np.zeros((48, 65, 4), np.uint8)
pixels[:, :32], pixels[:24, 32:] = (200, 100, 50, 255), (200, 100, 50, 128)
finder = Finder()
finder.open()
received = Receiver(color_format=RecvColorFormat.RGBX_RGBA, bandwidth=RecvBandwidth.highest)
video = VideoFrameSync()
received.frame_sync.set_video_frame(video)
with Ndi(NdiSettings(name=sys.argv[1], alpha=sys.argv[2])) as ndi:
    end, chosen, silent = time.monotonic() + 20, False, ""
    while time.monotonic() < end:
        ndi.send(Frame(pixels, 0.0))
        silent = silent or ndi.notice or ""
        finder.wait_for_sources(0.03)
        name = next((each for each in finder.get_source_names() if sys.argv[1] in each), None)
        if name and not chosen:
            received.set_source(finder.get_source(name))
            chosen = True
        if chosen and received.is_connected():
            received.frame_sync.capture_video()
            if video.xres:
                seen = video.get_array().reshape(video.yres, -1, 4)[:, : video.xres]  # rows are padded
                np.save(sys.argv[3], seen)
                print(silent, "|", ndi.receivers, ndi.notice)
                break
    received.disconnect()
finder.close()
"""


@pytest.mark.parametrize("alpha", ["straight", "premultiplied"])
def test_a_receiver_sees_the_picture_with_its_alpha(tmp_path: Path, alpha: str) -> None:
    (tmp_path / "ndi-config.v1.json").write_text(json.dumps({"ndi": {"networks": {"ips": "127.0.0.1"}}}))
    name, seen = f"test {os.getpid()} {alpha}", tmp_path / "seen.npy"
    environment = {**os.environ, "NDI_CONFIG_DIR": str(tmp_path)}
    command = [sys.executable, "-c", RECEIVE, name, alpha, str(seen)]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout.strip() == f"No program receives it yet. Choose {name} as an NDI source there. | 1 None"
    picture = np.load(seen)
    assert picture.shape == (48, 66, 4)
    share = 128 / 255 if alpha == "premultiplied" else 1
    assert picture[10, 10].tolist() == pytest.approx([200, 100, 50, 255], abs=6)
    assert picture[10, 50].tolist() == pytest.approx([200 * share, 100 * share, 50 * share, 128], abs=6)
    assert picture[40, 50, 3] <= 2
