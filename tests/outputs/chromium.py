"""Drives Chromium through its debugging pipe, so that tests see the page as a viewer does."""

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--hide-scrollbars",
    "--mute-audio",
    "--remote-debugging-pipe",
)


class Chromium:
    """A browser without a window."""

    def __init__(self, profile: Path, *flags: str) -> None:
        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if not program or sys.platform == "win32":
            pytest.skip("Chromium is not installed here, or can't be driven: apt-get install chromium")
        theirs, self._out = os.pipe()
        self._in, their_out = os.pipe()
        self._process = subprocess.Popen(
            [
                "bash",
                "-c",
                f'exec "$0" "$@" 3<&{theirs} 4>&{their_out}',
                program,
                *FLAGS,
                *flags,
                f"--user-data-dir={profile}",
            ],
            pass_fds=(theirs, their_out),
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(their_out)
        self._kept = b""
        self._number = 0

    def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """Ask for something and wait for the answer."""
        self._number += 1
        asked: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if session:
            asked["sessionId"] = session
        os.write(self._out, json.dumps(asked).encode() + b"\0")
        while True:
            said = json.loads(self._next(20))
            if said.get("id") == self._number:
                assert "error" not in said, said
                result: dict[str, Any] = said["result"]
                return result

    def open(self, address: str, width: int = 512, height: int = 512) -> "Tab":
        """A page of that size in px, transparent as in OBS."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = Tab(self, target, session)
        tab.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        tab.call("Emulation.setDefaultBackgroundColorOverride", color={"r": 0, "g": 0, "b": 0, "a": 0})
        tab.call("Page.navigate", url=address)
        return tab

    def close(self) -> None:
        os.close(self._out)
        os.close(self._in)
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _next(self, timeout: float) -> bytes:
        end = time.monotonic() + timeout
        while b"\0" not in self._kept:
            assert select.select([self._in], [], [], max(0, end - time.monotonic()))[0], "Chromium says nothing"
            received = os.read(self._in, 1 << 20)
            assert received, "Chromium has ended"
            self._kept += received
        said, _, self._kept = self._kept.partition(b"\0")
        return said


class Tab:
    """One page."""

    def __init__(self, browser: Chromium, target: str, session: str) -> None:
        self._browser = browser
        self._target = target
        self._session = session

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self._browser.call(method, self._session, **params)

    def run(self, script: str) -> Any:
        """The value of a line of JavaScript, promises awaited."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def until(self, script: str, timeout: float = 8) -> None:
        """Wait until this is true in the page."""
        end = time.monotonic() + timeout
        while not self.run(script):
            assert time.monotonic() < end, f"never true: {script}"
            time.sleep(0.02)

    def background(self, colour: str) -> None:
        """What lies behind the avatar, as another source does in OBS: a CSS colour."""
        self.run(f"document.documentElement.style.background = {colour!r}")

    def picture(self) -> NDArray[np.uint8]:
        """What is seen, (H, W, 4) RGBA with straight alpha."""
        self.call("Page.bringToFront")  # a page behind another is never painted
        png = base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])
        seen = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
        assert seen is not None
        return np.asarray(
            cv2.cvtColor(seen, cv2.COLOR_BGRA2RGBA if seen.shape[2] == 4 else cv2.COLOR_BGR2RGBA), np.uint8
        )

    def canvas(self) -> NDArray[np.uint8]:
        """The canvas' own pixels, (H, W, 4) RGBA with straight alpha."""
        script = """(() => {
            const c = document.querySelector("canvas");
            const bytes = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
            let text = "";
            for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
            return [c.width, c.height, btoa(text)];
        })()"""
        width, height, text = self.run(script)
        return np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 4)

    def close(self) -> None:
        self._browser.call("Target.closeTarget", targetId=self._target)


@contextlib.contextmanager
def chromium(profile: Path, *flags: str) -> Iterator[Chromium]:
    """A browser with a profile in that folder, closed at the end; skips where there is none."""
    browser = Chromium(profile, *flags)
    try:
        yield browser
    finally:
        browser.close()
