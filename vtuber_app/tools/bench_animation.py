"""Measures image animation against the way its published programs run it: eager, in float32, the source encoded anew.

What those keep of the source, its keypoints and its depth, is kept here too.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vtuber_app.animators.image_animation import NO_POSE, ImageAnimation
from vtuber_app.core import clock
from vtuber_app.nets.animation_steps import Frame, Picture, Source
from vtuber_app.nets.depth import Depth
from vtuber_app.runtime.network import Network
from vtuber_app.runtime.plan import Plan
from vtuber_app.tools.train.animation.config import Config
from vtuber_app.tools.train.animation.systems import named

KEPT = ("kp_detector", "he_estimator", "depth")
"""Networks of which the published programs keep what they made of the source."""
SEED = 7
Seconds = dict[str, list[float]]


class Published:
    """Makes pictures, and keeps how long each stage takes.

    Args:
        plan: The animator's.
        device: Where it runs.

    Attributes:
        seconds: Of each stage's runs.
    """

    def __init__(self, plan: Plan, device: str) -> None:
        self.device = torch.device(device)
        steps = {name: module.float().eval().to(self.device) for name, module in plan.modules().items()}
        self._source, self._frame, self._picture = steps["source"], steps["frame"], steps["picture"]
        assert isinstance(self._source, Source)
        assert isinstance(self._frame, Frame)
        assert isinstance(self._picture, Picture)
        self.seconds: Seconds = {}
        given = {name: torch.from_numpy(np.array(array)).to(self.device) for name, array in plan.sample().items()}
        self._given, self._options = given["picture"], given["options"]
        self._kept: dict[nn.Module, Any] = {}
        networks = dict(self._source.animation.named_children())
        hooks = [
            networks[name].register_forward_hook(lambda net, _, made: self._kept.update({net: made}))
            for name in KEPT
            if name in networks
        ]
        with torch.inference_mode():
            self._source(self._given)
            for hook in hooks:
                hook.remove()
            self._initial = self._frame(given["initial"])

    def __call__(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The picture, moved as that frame (S, S, 3) shows."""
        with torch.inference_mode():
            found = self._timed("frame", lambda: self._frame(torch.from_numpy(frame).to(self.device)))
            with kept(self._kept):
                source = self._timed("source", lambda: self._source(self._given))
            every = (*source, *self._initial, *found, self._options)
            pixels: Tensor = self._timed("picture", lambda: self._picture(*every))[0]
            return pixels.cpu().numpy()

    def _timed(self, stage: str, run: Callable[[], Any]) -> Any:
        started = clock.now()
        made = run()
        if self.device.type == "cuda":
            torch.cuda.synchronize()
        self.seconds.setdefault(stage, []).append(clock.now() - started)
        return made


@contextmanager
def kept(made: dict[nn.Module, Any]) -> Iterator[None]:
    """Networks give what they gave before."""
    for network, value in made.items():
        network.forward = lambda *_, value=value: value
    try:
        yield
    finally:
        for network in made:
            del network.forward


def measure(
    plan: Plan, animator: ImageAnimation[Any], repeats: int, step: Callable[[int, int | None], None]
) -> tuple[str, Seconds, Seconds, Seconds]:
    """Run both ways by turns.

    Returns:
        The route of ours; how long the published stages took, our steps, and whole pictures, "published" and "ours".
    """
    given = plan.sample()
    with Network(plan, animator.settings) as ours:
        published = Published(plan, "cuda" if ours.route.device in ("cuda", "tensorrt") else "cpu")
        for name in ("picture", "initial", "options"):
            ours.put(name, given[name])
        steps = ours.time_steps()

        def run(frame: NDArray[np.uint8]) -> None:
            ours.put("driving", frame)
            ours.run(NO_POSE)

        whole: Seconds = {"published": [], "ours": []}
        ways: dict[str, Callable[[NDArray[np.uint8]], object]] = {"published": published, "ours": run}
        for index in range(repeats + 1):
            frame = np.roll(given["driving"], index, axis=1)
            for name, way in ways.items():
                started = clock.now()
                way(frame)
                whole[name].append(clock.now() - started)
            step(index, repeats)
        route = ours.route.title
    stages = {name: seconds[1:] for name, seconds in published.seconds.items()}
    moving = {name: steps[name][1:] for name in ("frame", "picture")}
    return route, stages, moving, {name: seconds[1:] for name, seconds in whole.items()}


@contextmanager
def drawn(animator: ImageAnimation[Any]) -> Iterator[Plan]:
    """Its networks with weights drawn by lot: as fast as published ones, so that one can measure before downloading."""
    made = animator.published[getattr(animator.settings, "variant", "vox")]
    with TemporaryDirectory() as name:
        folder = Path(name)
        torch.manual_seed(SEED)
        files = _depth(folder) if animator.kind() == "dagan" else {}
        config = Config(clips=folder, out=folder, size=made.size, network=made.network, **files)
        torch.save(named(animator.kind())(config).published(), folder / "drawn.pth.tar")
        update = {"checkpoint": folder / "drawn.pth.tar", **files}
        plan = type(animator)(animator.settings.model_copy(update=update)).chosen()
        yield replace(plan, name=f"drawn-{plan.name}", files=())


def _depth(folder: Path) -> dict[str, Path]:
    network = Depth()
    parts = {"depth_encoder": network.encoder, "depth_decoder": network.decoder}
    for name, part in parts.items():
        torch.save(part.state_dict(), folder / name)
    return {name: folder / name for name in parts}
