"""Runs where V4L2 devices exist: a video plays as the webcam, the app writes the virtual camera, and that is recorded.

    python cameras.py CLIP OUT SECONDS AVATAR

/dev/video0 plays the clip, /dev/video1 is the virtual camera. OUT/seen.npz gets `pictures` (N, 180, 320, 3) RGB,
`time` (N,) and `played` (M, 2): when which frame of the clip was shown. The clip plays slowly, a frame every
STEP s, since such machines are often emulated.
"""

import subprocess
import sys
import threading
import time
from pathlib import Path

import av
import cv2
import numpy as np
import pyvirtualcam

STEP = 0.5
RATE = 10


def play(clip: Path, stop: threading.Event, played: list[tuple[float, int]]) -> None:
    with av.open(str(clip)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    frames = [cv2.resize(frame, (480, 480)) for frame in frames]
    frames = [cv2.copyMakeBorder(frame, 0, 0, 80, 80, cv2.BORDER_REPLICATE) for frame in frames]
    with pyvirtualcam.Camera(640, 480, RATE, device="/dev/video0", print_fps=False) as camera:
        started = time.monotonic()
        while not stop.is_set():
            index = int((time.monotonic() - started) / STEP) * 3 % len(frames)
            played.append((time.monotonic(), index))
            camera.send(frames[index])
            camera.sleep_until_next_frame()


def main(clip: Path, out: Path, seconds: float, avatar: str) -> None:
    stop, played = threading.Event(), []
    player = threading.Thread(target=play, args=(clip, stop, played))
    player.start()
    while not played:
        time.sleep(0.1)
    command = [sys.executable, "-m", "vtuber_app", "live", "--source", "camera:0", "--tracker", "mediapipe"]
    command += ["--avatar", avatar, "--output", "virtual_camera", "--set", "virtual_camera.device=/dev/video1"]
    pictures, times = [], []
    with subprocess.Popen([*command, "--seconds", str(seconds)]) as app:
        camera = cv2.VideoCapture()
        while app.poll() is None:
            if not camera.isOpened():
                camera.open("/dev/video1", cv2.CAP_V4L2)
                time.sleep(0.5)
                continue
            found, picture = camera.read()
            if found:
                pictures.append(cv2.resize(picture, (320, 180), interpolation=cv2.INTER_AREA)[..., ::-1])
                times.append(time.monotonic())
    stop.set()
    player.join()
    np.savez_compressed(out / "seen.npz", pictures=np.array(pictures), time=np.array(times), played=np.array(played))
    sys.exit(app.returncode)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4])
