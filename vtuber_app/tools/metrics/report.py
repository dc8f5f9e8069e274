"""A page about the results: one file that opens offline, light or dark as the system is."""

import base64
from html import escape
from pathlib import Path
from string import Template

import cv2
import numpy as np

from vtuber_app.core import paths
from vtuber_app.tools.metrics import plots
from vtuber_app.tools.metrics.clips import Pixels
from vtuber_app.tools.metrics.outcome import Frame, Outcome, Result
from vtuber_app.tools.metrics.side_by_side import GAIN, difference

NAME = "report.html"
BETTER = {"lower": "↓ lower", "higher": "↑ higher"}


def write(outcome: Outcome, out: Path) -> Path:
    """Write the page into a folder, and give its path."""
    template = Template((paths.assets() / "metrics" / "report.html").read_text(encoding="utf-8"))
    page = template.substitute(
        title=escape(f"{outcome.generated.name} against {outcome.reference.name}"),
        about=_about(outcome),
        notes=_notes(outcome),
        tiles="".join(_tile(result) for result in outcome.measured),
        rows="".join(_row(result) for result in outcome.measured),
        clips=_clips(outcome),
        plots=_plots(outcome),
        worst=_worst(outcome),
        left_out=_left_out(outcome),
    )
    file = out / NAME
    file.write_text(page, encoding="utf-8")
    return file


def number(value: float) -> str:
    """With as many digits as tell something."""
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"


def _about(outcome: Outcome) -> str:
    frames = sum(outcome.clips.values())
    sizes = ", ".join(f"{width}x{height}" for width, height in sorted(outcome.sizes))
    parts = [f"{len(outcome.clips)} clip{'s' * (len(outcome.clips) != 1)}, {frames} frames, {sizes} px."]
    if outcome.source:
        parts.append(f"Source picture: {escape(outcome.source.name)}.")
    if outcome.video:
        parts.append(f'<a href="{escape(outcome.video.name)}">Side by side, as a video</a>')
    return " ".join(parts)


def _notes(outcome: Outcome) -> str:
    if not outcome.notes:
        return ""
    return f'<ul class="notes">{"".join(f"<li>{escape(note)}</li>" for note in outcome.notes)}</ul>'


def _value(result: Result) -> str:
    assert result.value is not None
    return number(result.value)


def _unit(result: Result) -> str:
    return escape(result.metric.unit) if result.metric.unit in {"", "°"} else f" {escape(result.metric.unit)}"


def _tile(result: Result) -> str:
    name, unit = escape(result.name), _unit(result)
    return f'<div class="card tile"><span class="quiet">{name}</span><b>{_value(result)}<small>{unit}</small></b></div>'


def _row(result: Result) -> str:
    networks = "".join(
        f"<br><code>{escape(given.path.name)}, SHA-256 {given.sha256}"
        f"{'' if given.published else ', not the published file'}</code>"
        for given in result.networks
    )
    cells = [
        ("name", escape(result.name)),
        ("number", _value(result) + _unit(result)),
        ("short", BETTER[result.metric.better]),
        ("number", f"{result.count} {result.metric.counts}"),
        ("", escape(result.metric.definition) + "." + networks),
    ]
    return "<tr>" + "".join(f'<td class="{kind}">{content}</td>' for kind, content in cells) + "</tr>"


def _clips(outcome: Outcome) -> str:
    if len(outcome.clips) < 2:
        return ""
    per_clip = {(result.clip, result.metric.name): _value(result) for result in outcome.results if result.clip}
    names = list(dict.fromkeys(name for _, name in per_clip))
    head = "".join(f'<th scope="col" class="number">{escape(name)}</th>' for name in names)
    rows = "".join(
        f'<tr><td class="name">{escape(clip)}</td><td class="number">{frames}</td>'
        + "".join(f'<td class="number">{per_clip.get((clip, name), "–")}</td>' for name in names)
        + "</tr>"
        for clip, frames in outcome.clips.items()
    )
    table = f'<tr><th scope="col">Clip</th><th scope="col" class="number">Frames</th>{head}</tr>{rows}'
    return f'<h2>Each clip</h2><div class="card scroll"><table>{table}</table></div>'


def _plots(outcome: Outcome) -> str:
    cards = []
    for result in outcome.measured:
        light, dark = (plots.draw(outcome, result, theme) for theme in (plots.LIGHT, plots.DARK))
        if light and dark:
            what = f"{result.name} of each frame, mean {_value(result)}"
            cards.append(
                f'<div class="card plot"><header><h3>{escape(result.name)}</h3><span class="quiet">'
                f"{BETTER[result.metric.better]} is better</span></header><picture>"
                f'<source srcset="{_embedded(dark)}" media="(prefers-color-scheme: dark)">'
                f'<img src="{_embedded(light)}" alt="{escape(what)}"></picture></div>'
            )
    return f'<h2>Frame by frame</h2><div class="plots">{"".join(cards)}</div>' if cards else ""


def _worst(outcome: Outcome) -> str:
    if not outcome.worst:
        return ""
    figures = "".join(
        f'<figure><img src="{_embedded(_png(_row_of(frame)))}" alt="Generated, reference, difference"><figcaption>'
        f"{escape(frame.clip)}, frame {frame.place}, L1 {number(frame.value)}</figcaption></figure>"
        for frame in outcome.worst
    )
    return (
        f'<h2>Where they differ most</h2><p class="quiet">Generated, reference, and their difference, {GAIN} times as '
        f'strong.</p><div class="card worst">{figures}</div>'
    )


def _left_out(outcome: Outcome) -> str:
    if not outcome.left_out:
        return ""
    rows = "".join(
        f'<tr><td class="name">{escape(result.name)}</td><td>{escape(result.metric.definition)}.</td>'
        f"<td>{escape(result.left_out[:1].upper() + result.left_out[1:])}.</td></tr>"
        for result in outcome.left_out
    )
    head = '<tr><th scope="col">Metric</th><th scope="col" class="half">Definition</th><th scope="col">Why</th></tr>'
    return f'<h2>What was left out</h2><div class="card scroll"><table>{head}{rows}</table></div>'


def _row_of(frame: Frame) -> Pixels:
    return np.hstack([frame.generated, frame.reference, difference(frame.generated, frame.reference)])


def _png(pixels: Pixels) -> bytes:
    return cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[1].tobytes()


def _embedded(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()
