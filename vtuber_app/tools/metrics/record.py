"""What is written while frames are measured: each one's numbers, and the video side by side."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from vtuber_app.core.errors import SettingsError
from vtuber_app.tools.metrics.clips import Pixels
from vtuber_app.tools.metrics.side_by_side import SideBySide

VIDEO, FRAMES = "side_by_side.mp4", "frames.jsonl"


class Record:
    """Both files, made when the first frame comes.

    Args:
        folder: Where; None: nothing is written.
        fps: Of the video.
    """

    def __init__(self, folder: Path | None, fps: float) -> None:
        self._folder, self._fps = folder, fps
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        if self._folder:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._lines = self._stack.enter_context((self._folder / FRAMES).open("w", encoding="utf-8"))
            except OSError as error:
                raise SettingsError(
                    f"Results can't be written to {self._folder} ({error.strerror}). Choose another folder."
                ) from error
            self._video = self._stack.enter_context(SideBySide(self._folder / VIDEO, self._fps))
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def add(self, line: dict[str, object], generated: Pixels, reference: Pixels, time: float) -> None:
        """Append a frame: what its line of JSON says, the pictures (H, W, 3), and its moment, s."""
        if self._folder:
            self._lines.write(json.dumps(line) + "\n")
            self._video.add(generated, reference, time)
