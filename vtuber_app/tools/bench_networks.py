"""Measures an animator's networks against the way their published program runs them, by turns in one run."""

import math
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from rich.table import Table

from vtuber_app import plugins
from vtuber_app.animators.image_animation import ImageAnimation
from vtuber_app.animators.tha import TalkingHead, sample
from vtuber_app.avatars import gallery
from vtuber_app.core import clock
from vtuber_app.core.errors import SettingsError, WeightsError
from vtuber_app.core.types import Pose
from vtuber_app.pose.tha import PARAMETERS_THA1
from vtuber_app.runtime.network import Network
from vtuber_app.runtime.plan import Plan
from vtuber_app.settings import AppSettings

if TYPE_CHECKING:
    from torch import nn

P = TypeVar("P", bound="nn.Module")
Spread = dict[str, float]
"""Median and percentiles, ms."""

CALM = {"grid_change": 0.01, "body.last": 0.05, "siren": 0.1}
"""Factors of layers by a part of their name; larger numbers drawn by lot would be chaos."""
SEED = 7


def bench(chosen: AppSettings, repeats: int, step: Callable[[int, int | None], None]) -> dict[str, Any]:
    """Run it.

    Args:
        chosen: The animator with its settings, and the avatar.
        repeats: Pictures of each kind.
        step: Told how many pictures are done, of how many.

    Returns:
        What ran ("route", "weights"), the "published" and "ours" in ms, and the "ratios" of their medians.
    """
    settings = chosen.part(chosen.animator)
    animator = plugins.animators.part(settings)(settings)
    if isinstance(animator, ImageAnimation):
        return _animation(animator, repeats, step)
    if not isinstance(animator, TalkingHead):
        raise SettingsError(
            f"{animator.title} has no networks to measure. Choose one of tha1 to tha4, tha4_student, fom, monkeynet, "
            "tpsmm, dagan, facevid2vid."
        )
    avatar = gallery.load(chosen.avatar)
    try:
        plan, weights = animator.plan(animator.fitted(avatar)), "installed"
    except WeightsError:
        plan, weights = drawn(animator), "drawn by lot, since the published ones are not installed"
    from vtuber_app.tools.published import Published

    given = dict(plan.sample())
    rest = given.pop("pose")
    with Network(plan, animator.settings) as ours:
        cuda = ours.route.device in ("cuda", "tensorrt")
        published = Published(plan.modules(), given["picture"], "cuda" if cuda else "cpu")
        ours.put("picture", given["picture"])
        steps = ours.time_steps()
        seconds: dict[str, list[float]] = {}
        kinds = {"all": all_moving(rest, repeats), "head": head_moving(rest, repeats)}
        done = 0
        for kind, poses in kinds.items():
            published(poses[0])
            ours.run(poses[0])
            for pose in poses[1:]:
                for name, run in (("published", published), ("ours", ours.run)):
                    started = clock.now()
                    run(pose)
                    seconds.setdefault(f"{name} {kind}", []).append(clock.now() - started)
                done += 1
                step(done, 2 * repeats)
        route = ours.route.title
    spreads = _spreads(seconds)
    return {
        "animator": plan.name,
        "route": route,
        "weights": weights,
        "published": {
            **_spreads(published.seconds),
            "whole, all moving": spreads["published all"],
            "whole, head only": spreads["published head"],
        },
        "ours": {
            **_spreads(steps),
            "whole, all moving": spreads["ours all"],
            "whole, head only": spreads["ours head"],
        },
        "ratios": {
            "all moving": spreads["published all"]["median"] / spreads["ours all"]["median"],
            "head only": spreads["published head"]["median"] / spreads["ours head"]["median"],
        },
    }


def _animation(animator: ImageAnimation[Any], repeats: int, step: Callable[[int, int | None], None]) -> dict[str, Any]:
    from vtuber_app.tools import bench_animation

    with ExitStack() as stack:
        try:
            plan, weights = animator.chosen(), "installed"
        except WeightsError:
            if animator.settings.checkpoint is not None:
                raise
            plan, weights = stack.enter_context(bench_animation.drawn(animator)), "drawn by lot, as none are chosen"
        route, stages, steps, whole = bench_animation.measure(plan, animator, repeats, step)
    wholes = _spreads(whole)
    return {
        "animator": plan.name,
        "route": route,
        "weights": weights,
        "published": {**_spreads(stages), "whole": wholes["published"]},
        "ours": {**_spreads(steps), "whole": wholes["ours"]},
        "ratios": {"each frame": wholes["published"]["median"] / wholes["ours"]["median"]},
    }


def _spreads(seconds: dict[str, list[float]]) -> dict[str, Spread]:
    return {name: spread(values) for name, values in seconds.items() if values}


def all_moving(rest: Pose, count: int) -> list[Pose]:
    """Poses of which each differs from the one before in every value."""
    return [(rest * np.float32(1 - 0.5 * index / (count + 1))).astype(np.float32) for index in range(count + 1)]


def head_moving(rest: Pose, count: int) -> list[Pose]:
    """Poses that differ in head and body only."""
    poses = np.repeat(rest[None], count + 1, axis=0)
    head = slice(39, None) if len(rest) > len(PARAMETERS_THA1) else slice(0, 3)
    poses[:, head] *= np.linspace(1, 0.5, count + 1, dtype=np.float32)[:, None]
    return list(poses)


def spread(seconds: list[float]) -> Spread:
    """Median and percentiles, ms."""
    low, median, high = np.percentile(np.array(seconds) * 1000, [5, 50, 95])
    return {"median": float(median), "p5": float(low), "p95": float(high)}


def drawn(animator: TalkingHead[Any]) -> Plan:
    """Its networks with weights drawn by lot: as fast as the published ones, so one can measure before downloading."""
    given = partial(sample, animator.size, animator.length)
    name = f"drawn-{animator.card}"
    return Plan(name, animator.order, lambda: animator.modules(calmed(animator.poser())), (), given)


def calmed(poser: P) -> P:
    """The networks with weights drawn by lot, always the same, that move pixels as little as trained ones do."""
    import torch

    generator = torch.Generator().manual_seed(SEED)
    with torch.no_grad():
        for name, parameter in poser.named_parameters():
            factor = next((factor for part, factor in CALM.items() if part in name), 1.0)
            if parameter.dim() > 1:
                parameter.normal_(0, factor / math.sqrt(parameter[0].numel()), generator=generator)
            else:
                parameter.normal_(float(name.endswith("weight")), 0.1 * factor, generator=generator)
    return poser


def table(numbers: dict[str, Any]) -> Table:
    """What was measured, to be read."""
    made = Table("ms", "median", "5 %", "95 %", title=f"{numbers['animator']}, weights {numbers['weights']}")
    for way, title in (("published", "As published: PyTorch, float32"), ("ours", f"Ours: {numbers['route']}")):
        made.add_section()
        made.add_row(title, style="bold")
        for name, values in numbers[way].items():
            made.add_row(f"  {name}", *(f"{values[key]:.1f}" for key in ("median", "p5", "p95")))
    made.add_section()
    for kind, ratio in numbers["ratios"].items():
        made.add_row(f"{kind}: {ratio:.2f} times as fast", style="bold")
    return made
