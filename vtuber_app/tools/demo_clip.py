"""Makes the demo's driving clip: a portrait that turns its head, blinks, winks and speaks as we say.

The portrait is scikit-image's `astronaut`: Eileen Collins, photographed by NASA, public domain. What it was told to do
is kept beside the clip as a motion file, so that a tracker's answer can be held against the truth.

Run `python -m vtuber_app.tools.demo_clip`; it needs `pip install scikit-image`.
"""

import importlib
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.core import motion, paths
from vtuber_app.core.errors import DependencyError
from vtuber_app.core.motion import Motion
from vtuber_app.tools.keyframes import blinks, curve, drift, gaze, performed
from vtuber_app.tools.portrait import FINE, Portrait

FPS: Final = 30
SECONDS: Final = 9.0
CALM: Final = 1.0
"""The performer rests at first, so that the calibration finds the neutral face, s."""
SIZE: Final = (640, 480)
CROP: Final = (55.0, -14.0, 346.67)
"""Left, top and width of the part of the portrait that is shown, px of the portrait."""
HAIR: Final = (636.0, 360.0, 274.0, 258.0)


def performance() -> Motion:
    """What the portrait does."""
    time = np.arange(round(SECONDS * FPS)) / FPS - CALM
    yaw = curve(
        time,
        (0, 0),
        (0.55, 0),
        (1.2, 20),
        (1.45, 19),
        (2.25, -20),
        (2.5, -19),
        (3.1, 0),
        (5.5, 5),
        (6.4, -5),
        (6.8, 10),
        (7.45, 10),
        (7.85, 0),
    )
    pitch = curve(
        time, (0, 0), (0.6, 3), (1.3, -7), (1.6, -6), (2.3, 8), (2.75, 4), (3.0, 0), (3.45, -12), (3.85, -12),
        (4.25, 12), (4.65, 12), (5.0, 0), (5.5, -8), (6.05, 8), (6.6, -8), (7.5, -8), (7.85, 0),
    )  # fmt: skip
    roll = curve(
        time, (0, 0), (0.6, 0), (1.3, -3), (2.3, 4), (3.0, 0), (4.5, 0), (5.05, 12), (5.3, 11), (5.95, -12), (6.2, -11),
        (6.7, 0), (6.95, 5), (7.3, -5), (7.7, 0),
    )  # fmt: skip
    angles = np.stack(
        [pitch + 0.5 * drift(time, 1, 2.3), yaw + 0.6 * drift(time, 2, 2.9), roll + 0.4 * drift(time, 3, 3.4)], -1
    )

    both = blinks(time, (-0.45, 0.4, 1.3, 2.95, 4.3, 5.6, 7.7), 0.09, 0.07)
    winks = {"Left": blinks(time, (6.7,), 0.12, 0.2, 0.2), "Right": blinks(time, (7.2,), 0.12, 0.2, 0.2)}
    shapes = {"eyeBlink" + side: np.maximum(both, wink) for side, wink in winks.items()}
    shapes |= {"eyeWideRight": 0.8 * winks["Left"], "eyeWideLeft": 0.8 * winks["Right"]}
    # "Hel-lo, how are you" while turning; "I'm a-ma-zing, wow" while leaning
    syllables = (
        (0.45, 0), (0.58, 0.42), (0.7, 0.1), (0.86, 0.55), (1.1, 0.04), (1.2, 0.0), (1.55, 0.0), (1.68, 0.62),
        (1.84, 0.12), (1.95, 0.5), (2.12, 0.06), (2.26, 0.3), (2.5, 0), (4.6, 0), (4.75, 0.68), (4.92, 0.08),
        (5.04, 0.35), (5.15, 0.05), (5.3, 0.75), (5.48, 0.06), (5.62, 0.28), (5.76, 0.1), (5.95, 0.0), (6.05, 0.62),
        (6.25, 0.5), (6.5, 0.0),
    )  # fmt: skip
    smile = curve(
        time, (0, 0.4), (0.5, 0.4), (1.2, 0.5), (1.5, 0.3), (2.4, 0.15), (2.6, 0), (2.95, 0), (3.3, 0.45), (4.0, 0.5),
        (4.6, 0.3), (5.9, 0.25), (6.15, 0.15), (6.6, 0.7), (7.4, 0.7), (7.9, 0.4),
    )  # fmt: skip
    pucker = curve(
        time,
        (0.9, 0),
        (1.08, 0.5),
        (1.25, 0),
        (2.2, 0),
        (2.42, 0.85),
        (2.85, 0.85),
        (3.1, 0),
        (5.95, 0),
        (6.35, 0.55),
        (6.55, 0),
    )
    brows = curve(
        time,
        (0, 0),
        (1.5, 0),
        (1.7, 0.6),
        (2.0, 0.1),
        (3.2, 0),
        (3.5, 0.8),
        (3.8, 0.5),
        (4.2, 0),
        (4.6, 0),
        (4.8, 0.7),
        (5.2, 0.3),
        (5.4, 0.5),
        (6.2, 0),
    )
    left = curve(
        time, (0.4, 0), (0.6, 0.8), (1.3, 0.1), (1.5, 0), (1.62, -0.8), (2.3, -0.1), (2.6, 0), (2.75, 0.4), (3.1, 0)
    )
    shapes |= {
        "jawOpen": curve(time, *syllables),
        "mouthSmile": smile,
        "mouthPucker": pucker,
        "browInnerUp": brows,
        "browOuterUp": brows,
        **gaze(left, np.zeros_like(left)),
    }
    return performed(time + CALM, shapes, angles)


def portrait() -> Portrait:
    """The astronaut, cropped to head and shoulders."""
    try:
        photograph = importlib.import_module("skimage.data").astronaut()
    except ImportError as error:
        raise DependencyError("The portrait comes with a package. Type: pip install scikit-image") from error
    left, top, width = CROP
    scale = SIZE[0] * FINE / width
    canvas = cv2.warpAffine(
        photograph,
        np.array([[scale, 0, -left * scale], [0, scale, -top * scale]]),
        (SIZE[0] * FINE, SIZE[1] * FINE),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REFLECT_101,
    )
    return Portrait(np.asarray(canvas, np.uint8), mesh(np.asarray(canvas, np.uint8)), HAIR)


def mesh(canvas: NDArray[np.uint8]) -> NDArray[np.float32]:
    """MediaPipe's (478, 3) points on a picture, px."""
    face_mesh = importlib.import_module("mediapipe").solutions.face_mesh
    with face_mesh.FaceMesh(static_image_mode=True, refine_landmarks=True) as network:
        points = network.process(canvas).multi_face_landmarks[0].landmark
    height, width = canvas.shape[:2]
    return np.array([(point.x * width, point.y * height, point.z * width) for point in points], np.float32)


def write(acted: Motion, actor: Portrait, path: Path) -> None:
    """Film it: H.264 at FPS."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_stem("unfinished")
    with av.open(str(unfinished), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream(
            "libx264", rate=FPS, options={"crf": "20", "preset": "veryslow", "tune": "animation"}
        )
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, FPS)
        for index in range(len(acted)):
            face = acted[index]
            if face is None:
                continue
            frame = av.VideoFrame.from_ndarray(actor.act(face), format="rgb24")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    unfinished.replace(path)


def main() -> None:
    """Make assets/demo/astronaut.mp4 and .npz."""
    folder = paths.assets() / "demo"
    acted = performance()
    motion.save(acted, folder / "astronaut.npz")
    write(acted, portrait(), folder / "astronaut.mp4")


if __name__ == "__main__":
    main()
