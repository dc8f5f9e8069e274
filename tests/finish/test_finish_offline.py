"""`animate` with a finish: exact, and what can't be used is said at once."""

from pathlib import Path

import av
import pytest
from graphs import mean_of_two

from vtuber_app.animators.puppet import PuppetSettings
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError
from vtuber_app.finish.settings import FinishSettings
from vtuber_app.settings import AppSettings
from vtuber_app.tools.animate import animate


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Ten frames of a face."""
    with av.open(str(paths.assets() / "demo/astronaut.mp4")) as source, av.open(str(tmp_path / "clip.mp4"), "w") as to:
        stream = to.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for _, frame in zip(range(10), source.decode(video=0), strict=False):
            to.mux(stream.encode(frame))
        to.mux(stream.encode(None))
    return tmp_path / "clip.mp4"


def test_the_picture_rate_is_doubled_exactly(clip: Path, tmp_path: Path) -> None:
    finish = FinishSettings(interpolator=mean_of_two(tmp_path / "mean.onnx"), scale="720p")
    steps: list[int] = []
    chosen = AppSettings(finish=finish).with_part(PuppetSettings(size=256))
    result = animate(clip, chosen, tmp_path / "out.mp4", lambda done, total: steps.append(done))
    assert result.n_frames == 10
    assert steps == list(range(1, 11))
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert container.streams.video[0].height == 720
        times = [float(frame.pts * frame.time_base) for frame in container.decode(video=0)]
    assert times == pytest.approx([index / 60 for index in range(19)], abs=0.001)


def test_a_model_that_is_missing_is_said_before_anything_is_made(clip: Path, tmp_path: Path) -> None:
    chosen = AppSettings(finish=FinishSettings(scale="2x", upscaler=Path("gone")))
    with pytest.raises(SettingsError, match="There is no model 'gone'"):
        animate(clip, chosen, tmp_path / "out.mp4", lambda done, total: None)
    assert not (tmp_path / "out.mp4").exists()
