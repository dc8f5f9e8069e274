"""One line of progress on a terminal; now and then a line where the output goes to a file."""

import shutil
import sys
import time
from typing import TextIO

QUIET = 10.0
"""The longest that nothing is printed where the output is not a terminal, s."""


class Line:
    """A step's line: rewritten while it runs, kept when it is done.

    Args:
        title: What is being done, e.g. "[2/6] packages".
        stream: Where it is shown.
    """

    def __init__(self, title: str, stream: TextIO | None = None) -> None:
        self.title = title
        self.stream = stream or sys.stdout
        self.started = self._told = time.monotonic()
        self._shown = ""
        self._terminal = self.stream.isatty()
        if self._terminal:
            self.show("")

    @property
    def seconds(self) -> float:
        """How long the step has taken so far."""
        return time.monotonic() - self.started

    def show(self, detail: str) -> None:
        """Say how far it is."""
        if self._terminal:
            self._rewrite(f"{self.title}: {detail}, {self.seconds:.0f} s" if detail else f"{self.title} ...")
        elif time.monotonic() - self._told >= QUIET:
            self._told = time.monotonic()
            self._print(f"{self.title}: {detail or 'at work'}, {self.seconds:.0f} s")

    def done(self, result: str) -> None:
        """Say how it ended."""
        if self._terminal:
            self._rewrite("")
            self.stream.write("\r")
        self._print(f"{self.title}: {result} ({self.seconds:.1f} s)")

    def _rewrite(self, text: str) -> None:
        text = text[: shutil.get_terminal_size().columns - 1]
        if text != self._shown:
            self.stream.write("\r" + text.ljust(len(self._shown)))
            self.stream.flush()
            self._shown = text

    def _print(self, text: str) -> None:
        self.stream.write(text + "\n")
        self.stream.flush()
