"""A poser that runs in the fastest way that gives the right picture, and goes on in the next best when that fails."""

import logging
from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core import clock
from vtuber_app.core.errors import EngineError, VtuberError
from vtuber_app.core.types import Pose
from vtuber_app.runtime.chain import Chain
from vtuber_app.runtime.engine import Engine
from vtuber_app.runtime.onnx_engine import OnnxEngine
from vtuber_app.runtime.openvino_engine import OpenVinoEngine
from vtuber_app.runtime.plan import Arrays, Plan
from vtuber_app.runtime.prepared import Prepared
from vtuber_app.runtime.route import Route, RuntimeSettings, chosen
from vtuber_app.runtime.torch_engine import TorchEngine

log = logging.getLogger(__name__)

ENGINES: dict[str, type[Engine]] = {"torch": TorchEngine, "onnx": OnnxEngine, "openvino": OpenVinoEngine}
MEAN, FAR, SHARE = 1.0, 4, 0.999
"""How far a picture may be from the reference, of 255: in the mean, and a pixel of all but a thousandth of them."""
REFERENCE = Route("torch", "cpu")
"""By which all others are judged."""
TIMED = 3
"""Pictures of which the fastest counts."""
PREPARING = "Preparing the networks for this machine; this is done once and takes up to a minute."


class WrongPicture(EngineError):
    """It runs, but computes something else."""


class Network:
    """Use it in a `with` block, on one thread; `notice` may be read by any.

    Attributes:
        notice: A sentence the user should know, or None.
        n_broken: Pictures that were dropped because they were not numbers.
    """

    def __init__(self, plan: Plan, wanted: RuntimeSettings) -> None:
        self.plan = plan
        self.prepared = Prepared(plan)
        self.notice: str | None = None
        self.n_broken = 0
        self._wanted = wanted
        self._given: dict[str, NDArray[Any]] = {}
        self._failed: dict[Route, str] = {}
        self._chain: Chain | None = None

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(self, *exc: object) -> None:
        self._close()

    @property
    def route(self) -> Route:
        """The way it runs now."""
        assert self._chain
        return self._chain.engine.route

    def serves(self, plan: Plan) -> bool:
        """Whether it is of that plan, with the weights as they are now."""
        return Prepared(plan).folder == self.prepared.folder

    def put(self, name: str, array: NDArray[Any]) -> None:
        """Give it a picture, or what else the plan's steps take, uint8 or float32; it stays until replaced."""
        self._given[name] = array
        assert self._chain
        try:
            self._chain.put(name, array)
        except EngineError as error:
            self._fall_back(error)

    def run(self, pose: Pose) -> NDArray[np.uint8] | None:
        """The picture (S, S, 4) in a pose (P,); None if it was none, and was dropped.

        Raises:
            EngineError: No way to run the networks is left.
        """
        while True:
            assert self._chain
            try:
                pixels, total = self._chain.run(pose)
                if np.isfinite(total).all():
                    return pixels
                self.n_broken += 1
                _check(self._chain, self.prepared)
                self._put_all(self._chain)  # the check left its own picture there
                return None
            except EngineError as error:
                self._fall_back(error)

    def value(self, name: str) -> NDArray[Any]:
        """What a step gave for the last picture, by the name of its result."""
        assert self._chain
        return self._chain.value(name)

    def time_steps(self) -> dict[str, list[float]]:
        """From now on, keep how long each step takes, s, by name."""
        assert self._chain
        self._chain.seconds = {}
        return self._chain.seconds

    def _open(self) -> None:
        routes = [route for route in chosen(available(), self._wanted) if route not in self._failed]
        cards = [route for route in routes if route.device != "cpu"]
        processor = [route for route in routes if route.device == "cpu"]
        self._chain = self._first(cards)
        if not self._chain:
            if len(processor) > 1:
                self._measure(processor)
            self._chain = self._first(sorted(processor, key=self._seconds))
        if not self._chain:
            raise EngineError("The networks can't run here. Tried: " + " ".join(self._failed.values()))
        refused = " ".join(self._failed.values())
        self.notice = f"{refused} It runs with {self.route.title} instead." if refused else self._chain.engine.notice

    def _first(self, routes: Iterable[Route]) -> Chain | None:
        return next((chain for route in routes if (chain := self._tried(route))), None)

    def _tried(self, route: Route) -> Chain | None:
        """The steps on that route; None if they can't run or are wrong there.

        A processor stays as it is, so what was found of it stands; drivers of graphics cards change.
        """
        known = self.prepared.measured.get(_key(route)) if route.device == "cpu" else None
        if known and "refused" in known:
            self._failed[route] = known["refused"]
        if route in self._failed:
            return None
        try:
            chain = Chain(ENGINES[route.engine](route, self.prepared), self.plan.steps)
            if not known and route != REFERENCE:
                self.notice = PREPARING
                _check(chain, self.prepared)
                self.prepared.note(_key(route), right=True)
            self._put_all(chain)
        except EngineError as error:
            self._fail(route, error)
            return None
        return chain

    def _measure(self, routes: list[Route]) -> None:
        """Find how fast those are that nobody measured yet."""
        for route in routes:
            if self._seconds(route) == np.inf and (chain := self._tried(route)):
                self.notice = PREPARING
                try:
                    self.prepared.note(_key(route), seconds=_timed(chain, self.prepared))
                except EngineError as error:
                    self._fail(route, error)
                chain.close()

    def _fail(self, route: Route, error: EngineError) -> None:
        """Leave a route. Wrong pictures stay wrong at the next start; what else failed may work then."""
        log.warning("%s", error)
        self._failed[route] = f"{str(error).rstrip('.')}."
        if isinstance(error, WrongPicture):
            self.prepared.note(_key(route), refused=self._failed[route])

    def _fall_back(self, error: EngineError) -> None:
        """Go on in the next best way, if need be in one that the settings exclude: the stream must not end."""
        self._fail(self.route, error)
        self._close()
        try:
            self._open()
        except VtuberError:
            self._wanted = RuntimeSettings()
            self._open()

    def _close(self) -> None:
        if self._chain:
            self._chain.close()
        self._chain = None

    def _put_all(self, chain: Chain) -> None:
        for name, array in self._given.items():
            chain.put(name, array)

    def _seconds(self, route: Route) -> float:
        return float(self.prepared.measured.get(_key(route), {}).get("seconds", np.inf))


def available() -> list[Route]:
    """Every way to run networks that this machine has."""
    routes = []
    for title, engine in ENGINES.items():
        try:
            routes += engine.routes()
        except (ImportError, OSError) as error:
            log.warning("%s is installed but broken: %s", title, error)
    return routes


def _key(route: Route) -> str:
    return f"{route.title}, {ENGINES[route.engine].version()}"


def _check(chain: Chain, prepared: Prepared) -> None:
    """Raise WrongPicture if the picture that it makes of the sample is not the right one."""
    sample, reference = prepared.reference
    _put_sample(chain, sample)
    pixels, total = chain.run(sample["pose"])
    title = chain.engine.route.title
    if not np.isfinite(total).all():
        raise WrongPicture(f"{title}: what it computes are no numbers")
    difference = np.abs(_premultiplied(pixels) - _premultiplied(reference))
    mean, far = float(difference.mean()), float((difference.max(axis=2) > FAR).mean())
    if mean > MEAN or far > 1 - SHARE:
        wrong = f"by {mean:.1f} of 255 in the mean and by more than {FAR} in {100 * far:.1f} %"
        raise WrongPicture(f"{title}: its pictures are wrong, {wrong}")


def _premultiplied(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Where a pixel can't be seen, its colour doesn't count."""
    values = pixels.astype(np.float32)
    values[..., :3] *= values[..., 3:] / 255
    return values


def _timed(chain: Chain, prepared: Prepared) -> float:
    """How long a picture takes in which everything moves, s."""
    sample = prepared.plan.sample()
    _put_sample(chain, sample)
    seconds = []
    for index in range(TIMED + 1):
        started = clock.now()
        for name in prepared.plan.moving:
            chain.put(name, sample[name])
        chain.run(sample["pose"] * np.float32(1 - 0.1 * index))
        seconds.append(clock.now() - started)
    return min(seconds[1:])


def _put_sample(chain: Chain, sample: Arrays) -> None:
    for name, array in sample.items():
        if name != "pose":
            chain.put(name, array)
