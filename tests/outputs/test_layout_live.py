"""Moving an output's sliders while a session runs."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from vtuber_app.core import clock
from vtuber_app.outputs.recorder import RecorderSettings
from vtuber_app.session import Session
from vtuber_app.settings import AppSettings


def test_the_avatar_moves_within_one_recording(tmp_path: Path) -> None:
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[:, 15:25] = (0, 0, 255, 255)
    cv2.imwrite(str(tmp_path / "bar.png"), pixels)
    recorder = RecorderSettings(folder=tmp_path / "films", format="png", width=100, height=50)
    settings = AppSettings(
        tracker="idle", animator="still", avatar=str(tmp_path / "bar.png"), outputs=("recorder",)
    ).with_part(recorder)
    with Session(settings, ends_with_input=False) as session:
        worker, end = session.worker("recorder"), clock.now() + 20
        while worker.meter.count < 3 and clock.now() < end:
            session.wait(0.02)
        session.apply(settings.with_part(recorder.model_copy(update={"right": 0.3})))
        count = worker.meter.count
        while worker.meter.count < count + 3 and clock.now() < end:
            session.wait(0.02)
        assert session.worker("recorder") is worker
    folder, *more = (tmp_path / "films").iterdir()
    assert not more
    first, *_, last = sorted(folder.glob("*.png"))
    middles = [
        np.argwhere(cv2.imread(str(path), cv2.IMREAD_UNCHANGED)[25, :, 3])[:, 0].mean() for path in (first, last)
    ]
    assert middles == pytest.approx([49.5, 79.5], abs=1)
