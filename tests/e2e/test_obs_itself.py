"""OBS itself, on a display of its own, is set up from our window and records our picture."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from vtuber_app.tools.obs import files, protocol
from vtuber_app.tools.obs.protocol import Obs, Place

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("obs") or not shutil.which("Xvfb"), reason="OBS or Xvfb is not installed"),
]

RED = (192, 32, 48)
PASSWORD = "neko"
GLOBAL = """[General]
FirstRun=true
EnableAutoUpdates=false
[Basic]
Profile=Untitled
ProfileDir=Untitled
SceneCollection=Untitled
SceneCollectionFile=Untitled
[OBSWebSocket]
FirstLoad=false
ServerEnabled=true
ServerPort={port}
AuthRequired=true
ServerPassword={password}
"""
PROFILE = """[General]
Name=Untitled
[Video]
BaseCX=640
BaseCY=360
OutputCX=640
OutputCY=360
FPSCommon=30
[SimpleOutput]
FilePath={recordings}
RecFormat=mkv
RecQuality=Stream
StreamEncoder=x264
[Output]
Mode=Simple
"""


def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def listens(port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    return False


@contextlib.contextmanager
def program(*command: str, log: Path, environment: dict[str, str]) -> Iterator[None]:
    """Run it as long as the block lasts."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A user of our own, whose display is one that is free."""
    number = next(n for n in range(90, 200) if not Path(f"/tmp/.X{n}-lock").exists())
    run = tmp_path / "run"
    run.mkdir(mode=0o700)
    own = {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_RUNTIME_DIR": str(run),
        "DISPLAY": f":{number}",
        "QT_QPA_PLATFORM": "xcb",
        "LIBGL_ALWAYS_SOFTWARE": "1",
    }
    gone = ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM_PLUGIN_PATH", "QT_PLUGIN_PATH")
    return {name: value for name, value in os.environ.items() if name not in gone} | own


@pytest.mark.timeout(180)
def test_obs_records_our_picture(tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    folder, recordings = tmp_path / "config" / "obs-studio", tmp_path / "recordings"
    profile = folder / "basic" / "profiles" / "Untitled"
    for made in (recordings, profile):
        made.mkdir(parents=True)
    (folder / "global.ini").write_text(GLOBAL.format(port=port, password=PASSWORD))
    (profile / "basic.ini").write_text(PROFILE.format(recordings=recordings))
    avatar = tmp_path / "red.png"
    cv2.imwrite(str(avatar), np.full((64, 64, 3), RED[::-1], np.uint8))
    told = files.server([folder])
    assert told
    assert (told.on, told.port, told.password) == (True, port, PASSWORD)
    place, display = Place(port=port), environment["DISPLAY"]
    with program("Xvfb", display, "-screen", "0", "1600x1000x24", log=tmp_path / "xvfb.log", environment=environment):
        until(lambda: Path(f"/tmp/.X11-unix/X{display[1:]}").exists())
        with program("obs", "--multi", log=tmp_path / "obs.log", environment=environment):
            until(lambda: listens(port))
            with pytest.raises(protocol.PasswordNeeded):
                Obs(place, "inu").greet()
            window = [sys.executable, str(Path(__file__).with_name("obs_window.py")), str(avatar)]
            said = subprocess.run(window, env=environment, capture_output=True, text=True, timeout=100, check=True)
            with Obs(place, PASSWORD) as obs:
                obs.ask("StopRecord")
                sources = [item["sourceName"] for item in obs.ask("GetSceneItemList", sceneName="Scene")["sceneItems"]]
            recording = next(recordings.glob("*.mkv"))
            until(lambda: recording.stat().st_size > 0)
            time.sleep(1)  # until OBS has closed the file
    first, second = said.stdout.splitlines()
    assert first.startswith("Your avatar is in OBS now")
    assert second.startswith("Your avatar in OBS is up to date")
    assert sources == ["vtuber_app"]
    with av.open(str(recording)) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(pictures) > 30
    seen = pictures[len(pictures) // 2]  # at the end our window closes
    assert seen.shape == (360, 640, 3)
    middle = seen[160:200, 300:340].reshape(-1, 3).mean(axis=0)
    assert np.abs(middle - RED).max() < 12, middle
