"""A curve for each metric, over the frames."""

import io
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vtuber_app.tools.metrics.outcome import Outcome, Result

FOLDER = "plots"
SIZE = (7.6, 2.1)
DPI = 150


class Theme(NamedTuple):
    """Colours of a plot."""

    ground: str
    ink: str
    quiet: str
    grid: str
    line: str


LIGHT = Theme("#ffffff", "#1a1d27", "#5a6178", "#e4e6ee", "#5b48d0")
DARK = Theme("#1c202b", "#eef0f8", "#a8afc6", "#31374a", "#aa9cff")


def draw(outcome: Outcome, result: Result, theme: Theme) -> bytes | None:
    """A PNG of one metric's curve; None if it has none.

    The line is the mean of neighbouring frames where there are more than fit, the band around it their range. The
    dashed line is the mean of all, dotted ones are between clips, and a gap is frames without a number.
    """
    from matplotlib.figure import Figure

    curve = outcome.curves.get(result.metric.name)
    points = np.array(curve.points() if curve else [])
    if not len(points) or np.isnan(points[:, 1]).all():
        return None
    figure = Figure(figsize=SIZE, layout="constrained", facecolor=theme.ground)
    axes = figure.subplots()
    frame, mean, low, high = points.T
    axes.fill_between(frame, low, high, color=theme.line, alpha=0.25, linewidth=0)
    lonely = "." if len(points) < 3 else ""
    axes.plot(frame, mean, color=theme.line, linewidth=1.4, marker=lonely)
    assert result.value is not None
    axes.axhline(result.value, color=theme.quiet, linewidth=0.9, dashes=(5, 4))
    for border in np.cumsum(list(outcome.clips.values()))[:-1]:
        axes.axvline(border - 0.5, color=theme.quiet, linewidth=0.9, dashes=(1, 3))
    axes.set_facecolor(theme.ground)
    axes.margins(x=0.01)
    axes.grid(axis="y", color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=theme.quiet, labelsize=8, length=0)
    axes.set_xlabel("frame", color=theme.quiet, fontsize=8)
    axes.set_ylabel(result.metric.unit, color=theme.quiet, fontsize=8)
    for side in axes.spines.values():
        side.set_visible(False)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DPI, facecolor=theme.ground)
    return stream.getvalue()


def write(outcome: Outcome, out: Path) -> None:
    """Write the light plots as files."""
    folder = out / FOLDER
    folder.mkdir(exist_ok=True)
    for result in outcome.measured:
        if png := draw(outcome, result, LIGHT):
            (folder / f"{result.name}.png").write_bytes(png)
