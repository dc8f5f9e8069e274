"""What every part is tried with."""

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from vtuber_app.core import motion
from vtuber_app.core.motion import Motion
from vtuber_app.core.types import FaceState


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A film, a picture and a motion, for parts that read a file."""
    folder = tmp_path_factory.mktemp("media")
    film, picture, moves = folder / "film.mp4", folder / "picture.png", folder / "motion.npz"
    pictures = [np.full((48, 64, 3), 20 * index, np.uint8) for index in range(6)]
    with av.open(str(film), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = 64, 48
        for index, pixels in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 30)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    cv2.imwrite(str(picture), pictures[3])
    motion.save(Motion.of([FaceState(), None, FaceState()], [0, 0.03, 0.06]), moves)
    return [film, picture, moves]
