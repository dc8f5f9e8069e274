"""`vtuber-app metrics`: generated videos measured against real ones."""

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from vtuber_app.cli_progress import progress
from vtuber_app.core.errors import SettingsError

if TYPE_CHECKING:
    from vtuber_app.tools.metrics.outcome import Outcome

console = Console()
err = Console(stderr=True)

RESULTS = "results.jsonl"


def metrics(
    generated: Path,
    *,
    reference: Path,
    source: Path | None = None,
    only: str | None = None,
    out: Path | None = None,
    size: str | None = None,
    pair: Literal["frame", "time"] | None = None,
    json_: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Measure a generated video against a real one, or folders of them, as papers of image animation do.

    Networks that papers measure with and that don't come with the program are taken from models/metrics; what stands in
    for them has a name of its own, so that no figure is mistaken for a published one.

    Args:
        generated: A video, a strip of square frames side by side, a folder of pictures, or a folder of any of these.
        reference: The real one, of the same kind; in folders, clips of the same name belong together.
        source: The picture that was animated; left out, the first real frame.
        only: Metrics with commas between, e.g. l1,psnr,ssim,akd; left out, all that can be measured.
        out: Folder for results.jsonl, frames.jsonl, plots, a video side by side, and a report.
        size: Bring all frames to it first, e.g. 256x256, as papers do.
        pair: Where rates differ: frames one by one, or each real one with the nearest in time.
        json_: Print a JSON line for each result.
    """
    from vtuber_app.tools.metrics import plots, report
    from vtuber_app.tools.metrics.run import Wish, measure

    names = tuple(name.strip() for name in (only or "").split(",") if name.strip())
    wish = Wish(generated, reference, source, names, out, _size(size), pair)
    with progress("Measuring") as step:
        outcome = measure(wish, step)
    lines = "".join(json.dumps(result.line(), ensure_ascii=False) + "\n" for result in outcome.results)
    if json_:
        sys.stdout.write(lines)
    else:
        console.print(_table(outcome))
        _left_out(outcome)
    for note in outcome.notes:
        _say(note, "yellow")
    if out:
        (out / RESULTS).write_text(lines, encoding="utf-8")
        plots.write(outcome, out)
        _say(f"Report: {report.write(outcome, out).resolve()}", "")
    return 0


def _table(outcome: "Outcome") -> Table:
    table = Table()
    table.add_column("metric", no_wrap=True)
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("better")
    table.add_column("of", justify="right", no_wrap=True)
    table.add_column("definition")
    for result in outcome.measured:
        assert result.value is not None
        value = f"{result.value:.6g} {result.metric.unit}".strip()
        table.add_row(
            result.name, value, result.metric.better, f"{result.count} {result.metric.counts}", result.metric.definition
        )
    return table


def _left_out(outcome: "Outcome") -> None:
    """What wasn't measured, those together that have the same reason."""
    names: dict[str, list[str]] = {}
    for result in outcome.left_out:
        names.setdefault(result.left_out, []).append(result.name)
    if names:
        _say("Left out:", "bold")
    for reason, of in names.items():
        _say(f"  {', '.join(of)}: {reason}.", "")


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    numbers = re.fullmatch(r"(\d{2,4})x(\d{2,4})", text)
    if not numbers:
        raise SettingsError(f"--size {text} is no size. Write width and height with an x between, e.g. 256x256.")
    return int(numbers[1]), int(numbers[2])


def _say(sentence: str, style: str) -> None:
    err.print(sentence, style=style or None, highlight=False, markup=False, soft_wrap=True)
