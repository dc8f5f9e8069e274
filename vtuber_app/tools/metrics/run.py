"""Measures clips against clips."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vtuber_app.avatars import pictures
from vtuber_app.core.errors import SettingsError
from vtuber_app.tools.metrics.clips import matched, opened
from vtuber_app.tools.metrics.curve import Curve
from vtuber_app.tools.metrics.kit import Kit, Look, Pair
from vtuber_app.tools.metrics.outcome import Outcome, Result
from vtuber_app.tools.metrics.pairing import Rule, pairs
from vtuber_app.tools.metrics.record import VIDEO, Record
from vtuber_app.tools.metrics.registry import Mean, Measuring, Metric, chosen
from vtuber_app.tools.metrics.side_by_side import FPS
from vtuber_app.tools.metrics.worst import Worst

FEW = 2048
"""Of fewer pictures FID's covariances are singular."""
NOTHING = "no frame has what it needs: a face or a body in both, or enough frames"

Step = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Wish:
    """What to measure, and how.

    Attributes:
        source: The picture that was animated; None: the first real frame of each clip.
        only: Names of metrics or families; empty: the standard ones.
        out: A folder for the numbers of each frame and the video side by side; None: neither.
        size: Width and height to bring frames to, px; None: they must be alike.
        rule: Which frames belong together.
    """

    generated: Path
    reference: Path
    source: Path | None = None
    only: tuple[str, ...] = ()
    out: Path | None = None
    size: tuple[int, int] | None = None
    rule: Rule | None = None


def measure(wish: Wish, step: Step) -> Outcome:
    """Measure frame by frame; memory doesn't grow with the length.

    Args:
        wish: What, and how.
        step: Told after each frame how many are done, and of how many, if that is known.

    Raises:
        SettingsError: Something can't be read or compared, or none of what is wanted can be measured.
    """
    clips, notes = matched(wish.generated, wish.reference)
    metrics = chosen(list(wish.only))
    outcome = Outcome(wish.generated, wish.reference, wish.source, notes=notes)
    with Kit() as kit:
        reasons = {metric.name: why for metric in metrics if (why := kit.why_not(metric))}
        measured = {metric: metric.start(kit) for metric in metrics if metric.name not in reasons}
        if not measured:
            raise SettingsError("Nothing of it can be measured: " + "; ".join(f"{m}: {w}" for m, w in reasons.items()))
        run = _Run(wish, outcome, measured, step)
        with opened(next(iter(clips.values()))[1]) as first:
            fps = first.fps or FPS
        with Record(wish.out, fps) as record:
            for name, (one, other) in clips.items():
                run.clip(name, one, other, record, known=len(clips) == 1)
        for metric in metrics:
            files = tuple(given for file in metric.files if (given := kit.given.get(file.names[0])))
            value, count = measured[metric].result() if metric in measured else (None, 0)
            outcome.results.append(
                Result(metric, value, count, networks=files, left_out=reasons.get(metric.name, NOTHING))
            )
            if len(clips) > 1:
                outcome.results += [
                    Result(metric, total / count, count, clip, files)
                    for (clip, of), (total, count) in run.sums.items()
                    if of is metric
                ]
    outcome.worst = run.worst.frames
    outcome.video = wish.out / VIDEO if wish.out else None
    outcome.notes += _remarks(outcome)
    return outcome


class _Run:
    """Goes through the clips.

    Attributes:
        sums: By clip and metric, of numbers of frames, and how many there were.
    """

    def __init__(self, wish: Wish, outcome: Outcome, measured: dict[Metric, Measuring], step: Step) -> None:
        self._wish, self._outcome, self._measured, self._step = wish, outcome, measured, step
        self._source = Look(pictures.read(wish.source)[..., :3].copy()) if wish.source else None
        self.sums: dict[tuple[str, Metric], tuple[float, int]] = {}
        self.worst = Worst()
        self._done, self._begin = 0, 0.0

    def clip(self, name: str, generated: Path, reference: Path, record: Record, known: bool) -> None:
        """Measure one; `known` if it is the only one, so that the number of frames is."""
        source, place, end = self._source, 0, 0.0
        with opened(generated) as one, opened(reference) as other:
            total = min(one.n_frames, other.n_frames) if known and one.n_frames and other.n_frames else None
            period = 1 / (other.fps or FPS)
            for moment, a, b in pairs(one, other, self._wish.rule, self._wish.size, self._outcome.notes):
                source = source or Look(b)
                values = self._frame(name, place, Pair(Look(a), Look(b), source))
                time = moment if other.fps else place * period
                record.add({"clip": name, "frame": place, **values}, a, b, self._begin + time)
                place, end = place + 1, time + period
                self._done += 1
                self._step(self._done, total)
        for measuring in self._measured.values():
            measuring.end_of_clip()
        self._begin += end
        self._outcome.clips[name] = place

    def _frame(self, name: str, place: int, pair: Pair) -> dict[str, float]:
        """The numbers of one frame, by metric."""
        values = {}
        for metric, measuring in self._measured.items():
            value = measuring.add(pair)
            if isinstance(measuring, Mean):
                self._outcome.curves.setdefault(metric.name, Curve()).add(value)
            if value is not None:
                total, count = self.sums.get((name, metric), (0.0, 0))
                self.sums[name, metric] = (total + value, count + 1)
                values[metric.name] = value
        a, b = pair.generated.pixels, pair.reference.pixels
        self._outcome.sizes.add((b.shape[1], b.shape[0]))
        if "L1" in values:
            self.worst.add(name, place, values["L1"], a, b)
        return values


def _remarks(outcome: Outcome) -> list[str]:
    """What makes numbers less than they seem."""
    remarks = []
    frames = sum(outcome.clips.values())
    fewer: dict[int, list[str]] = {}
    for result in outcome.measured:
        if not result.verified:
            names = ", ".join(given.path.name for given in result.networks if not given.published)
            remarks.append(f"{names} is not the published file: {result.name} can't be compared with papers' figures.")
        if result.metric.name == "FID" and result.count < FEW:
            remarks.append(f"FID is of {result.count} frames; below {FEW} its figure means little.")
        if result.metric.counts == "frames" and result.count < frames:
            fewer.setdefault(result.count, []).append(result.name)
    remarks += [
        f"Measured in {count} of {frames} frames, as the others don't show what it takes: {', '.join(names)}."
        for count, names in fewer.items()
    ]
    if outcome.source is None and any(result.metric.family == "CSIM" for result in outcome.measured):
        remarks.append("No --source was given: the first real frame of each clip stands for it.")
    return remarks
