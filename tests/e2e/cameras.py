"""Runs where V4L2 devices exist: a video plays as the webcam, the app writes the virtual camera, and that is recorded.

    python cameras.py CLIP OUT AVATAR

/dev/video0 plays the clip, /dev/video1 is the virtual camera. OUT/seen.npz gets `pictures` (N, 180, 320, 3) RGB,
`time` (N,) and `played` (M, 2): when which frame of the clip was shown. Such machines are often emulated, a frame is
tracked in some 10 s: so the webcam gives RATE pictures a second, and each of FRAMES for STEP s.
"""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import av
import cv2
import numpy as np
import pyvirtualcam

STEP = 25.0
RATE = 1
TALK = (102, 12, 42, 108, 0, 24)
BLINK = 222
"""Frames of the clip in which the performer speaks, and one in which the eyes are shut."""
FRAMES = [0, *(index for talk in TALK for index in (talk, BLINK))]
STARTING = 250.0
"""The longest the program may take to track its first frame, s."""


class Webcam(threading.Thread):
    """Plays FRAMES of the clip, the first of them until `begin` is called."""

    def __init__(self, clip: Path) -> None:
        super().__init__()
        with av.open(str(clip)) as container:
            frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        frames = [cv2.resize(frames[index], (480, 480)) for index in FRAMES]
        self.frames = [cv2.copyMakeBorder(frame, 0, 0, 80, 80, cv2.BORDER_REPLICATE) for frame in frames]
        self.played: list[tuple[float, int]] = []
        self.began = float("inf")
        self.stopped = threading.Event()

    def run(self) -> None:
        with pyvirtualcam.Camera(640, 480, RATE, device="/dev/video0", print_fps=False) as camera:
            while not self.stopped.is_set():
                now = time.monotonic()
                step = min(int(max(now - self.began, 0) / STEP), len(FRAMES) - 1)
                self.played.append((now, FRAMES[step]))
                camera.send(self.frames[step])
                camera.sleep_until_next_frame()

    @property
    def ended(self) -> bool:
        return time.monotonic() > self.began + STEP * len(FRAMES)


class Events(threading.Thread):
    """Starts the webcam's clip when the program has tracked its first frame, and passes on what it prints."""

    def __init__(self, lines: object, webcam: Webcam) -> None:
        super().__init__()
        self.lines, self.webcam = lines, webcam

    def run(self) -> None:
        for line in self.lines:  # type: ignore[attr-defined]
            sys.stdout.write(f"{time.monotonic():.0f} s: {line}")
            sys.stdout.flush()
            if json.loads(line)["event"] == "first_tracked":
                self.webcam.began = time.monotonic()


def main(clip: Path, out: Path, avatar: str) -> None:
    webcam = Webcam(clip)
    webcam.start()
    seconds = str(STARTING + STEP * len(FRAMES))
    command = [sys.executable, "-m", "vtuber_app", "live", "--json", "--seconds", seconds, "--avatar", avatar]
    command += ["--source", "camera:0", "--tracker", "mediapipe", "--output", "virtual_camera"]
    command += ["--set", "virtual_camera.device=/dev/video1", "puppet.size=256", "pose.mirrored=false"]
    pictures, times = [], []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as app:
        events = Events(app.stdout, webcam)
        events.start()
        camera = cv2.VideoCapture()
        while app.poll() is None and not webcam.ended:
            if not camera.isOpened():
                time.sleep(5)
                camera.open("/dev/video1", cv2.CAP_V4L2)
                continue
            found, picture = camera.read()
            if found and time.monotonic() > webcam.began:
                pictures.append(cv2.resize(picture, (320, 180), interpolation=cv2.INTER_AREA)[..., ::-1])
                times.append(time.monotonic())
        app.terminate()
        events.join()
    webcam.stopped.set()
    webcam.join()
    arrays = {"pictures": np.array(pictures), "time": np.array(times), "played": np.array(webcam.played)}
    np.savez_compressed(out / "seen.npz", **arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
