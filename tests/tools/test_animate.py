"""`animate`: every frame, whatever is chosen for live use."""

from pathlib import Path

import av

from vtuber_app.core import paths
from vtuber_app.settings import AppSettings
from vtuber_app.tools.animate import animate


def frames(video: Path) -> list[float]:
    with av.open(str(video)) as container:
        return [float(frame.pts * frame.time_base) for frame in container.decode(video=0)]


def shortened(video: Path, n_frames: int, out: Path) -> Path:
    with av.open(str(video)) as source, av.open(str(out), "w") as target:
        stream = target.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for _, frame in zip(range(n_frames), source.decode(video=0), strict=False):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return out


def test_every_frame_is_kept_even_if_another_tracker_is_chosen_for_live_use(tmp_path: Path) -> None:
    clip = shortened(paths.assets() / "demo" / "astronaut.mp4", 20, tmp_path / "clip.mp4")
    steps: list[int] = []
    result = animate(clip, AppSettings(tracker="idle"), tmp_path / "out.mp4", lambda done, total: steps.append(done))
    assert result.n_frames == 20
    assert result.n_without_face == 0
    assert steps == list(range(1, 21))
    times = frames(tmp_path / "out.mp4")
    assert len(times) == 20
    assert all(abs(time - index / 30) < 0.005 for index, time in enumerate(times))
