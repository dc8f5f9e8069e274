"""The parts, on threads."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any, Literal, Self, TypeVar

from vtuber_app import plugins
from vtuber_app.avatars import gallery
from vtuber_app.core.errors import StageError
from vtuber_app.core.parts import Animator, FaceOutput, Needs
from vtuber_app.core.pointer import open_pointer
from vtuber_app.core.slot import Fifo, Meeting, Sink, Slot
from vtuber_app.core.types import Avatar, Driving, FacePart, Frame
from vtuber_app.core.worker import Worker
from vtuber_app.finish.bypass import Bypass
from vtuber_app.finish.stage import Finish
from vtuber_app.pose.filters import Filters
from vtuber_app.pose.mapping import Passage
from vtuber_app.pose.moments import Joined, Living
from vtuber_app.settings import AppSettings

T = TypeVar("T")

RECORDING = 90
"""Pictures that wait for a slow recorder before some are dropped."""


@dataclass(frozen=True, slots=True)
class StageStatus:
    """What one stage does. `error` and `notice` are sentences for the user."""

    name: str
    running: bool
    count: int
    fps: float
    latency: float | None
    dropped: int
    error: str | None
    notice: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """The session at one moment.

    Attributes:
        stages: Source, trackers, animator, finish and outputs by name; the first four are "source", "tracker",
            "animator", "finish", further trackers and outputs have their kind's. There is no finish where pictures
            are shown as they are rendered.
        fps: Pictures rendered in the last second.
        latency: Median from capture to the last stage, s; None before the first picture.
        dropped: Frames, moments and pictures that a slower stage skipped.
        error: Why the session ended, if it failed.
        drives: Kind of the tracker that moves each part of the face now; empty while there is no face.
    """

    state: Literal["starting", "running", "ended", "failed"]
    stages: tuple[StageStatus, ...]
    fps: float
    latency: float | None
    dropped: int
    error: str | None
    drives: Mapping[FacePart, str] = field(default_factory=dict)


class Session:
    """Source, tracker, animator and outputs at work together; use it in a `with` block.

    Args:
        lossless: No stage skips: each waits for the next. For measurements; live, the newest wins.
        ends_with_input: The end of a video, or a source or tracker that fails for good, ends the session.
            Otherwise the avatar idles on, and a change of settings brings it back.

    Attributes:
        camera: The newest frame of the source; `preview` the newest picture.
    """

    def __init__(self, settings: AppSettings, *, lossless: bool = False, ends_with_input: bool = True) -> None:
        self.settings = settings
        self.camera: Slot[Frame] = Slot()
        self.preview: Slot[Frame] = Slot()
        self._frames: dict[str, Slot[Frame] | Fifo[Frame]] = {}
        self._driving: Meeting[Driving] | Fifo[Driving] = (
            Fifo(2, waits=True) if lossless else Meeting(Joined(), self._wakes)
        )
        self._lossless = lossless
        self._ends_with_input = ends_with_input
        self._filters = Filters(settings.pose, None if lossless else open_pointer)
        self._workers: dict[str, Worker[Any, Any]] = {}
        self._pictures: dict[str, Slot[Frame] | Fifo[Frame]] = {}
        self._faces: dict[str, Slot[Driving]] = {}  # replaced, never changed: the animator's thread goes through it
        self._leaving: list[Worker[Any, Any]] = []
        self._finish: Bypass | None = None

    def __enter__(self) -> Self:
        import cv2  # late, as the window wants it; and one thread, since the stages share the cores already

        cv2.setNumThreads(1)
        _check(self.settings)
        avatar = gallery.load(self.settings.avatar)
        for kind in self.settings.outputs:
            self._open_output(kind)
        self._open_finish()
        self._open_animator(avatar)
        self._rank()
        for stage in self.settings.trackers:
            self._open_tracker(stage)
        self._open_source()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.stop()
        if kind is None:
            self._raise_failure()

    def stop(self) -> None:
        """End every stage: the first stops, each later one finishes its last value and closes what it holds."""
        for name in ("source", *self.settings.trackers):
            if worker := self._workers.get(name):
                worker.stop()
        for slot in (*self._frames.values(), self._driving):
            slot.close()
        if animator := self._workers.get("animator"):
            animator.join()
        for faces in self._faces.values():
            faces.close()
        for worker in (*self._workers.values(), *self._leaving):
            worker.join()
        self._filters.close()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the session has ended; raise what made it fail. False if it still runs."""
        ended = self._workers["animator"].join(timeout)
        if ended:
            self._raise_failure()
        return ended

    def calibrate(self) -> None:
        """Take the performer's face of the next moments as neutral."""
        self._filters.calibrate()

    def apply(self, new: AppSettings) -> None:
        """Change what differs, at once: parts take what they can while running, others are opened anew.

        Raises:
            VtuberError: The new settings can't work; the old ones stay.
        """
        _check(new)
        old, avatar = self.settings, None
        if new.avatar != old.avatar:
            avatar = gallery.load(new.avatar)
        reopened = self._changes("animator", old.part(old.animator), new.part(new.animator))
        if reopened:
            avatar = avatar or gallery.load(new.avatar)
        self.settings = new
        if avatar and reopened:
            self._open_animator(avatar)
        elif avatar:
            self._post_avatar(self._workers["animator"], avatar)
        if new.pose != old.pose:
            self._workers["animator"].post(lambda: self._filters.update(new.pose))
        if new.finish != old.finish or (self._finish and not self._finish.stage.alive):
            self._open_finish()
        self._rank()
        for stage in old.trackers:
            if stage not in new.trackers:
                self._retire(self._workers.pop(stage))
        for stage, kind in new.trackers.items():
            before = old.trackers.get(stage)
            if before is None or self._changes(stage, old.part(before), new.part(kind)):
                self._open_tracker(stage)
        if self._changes("source", old.part(old.source), new.part(new.source)) or _watching(old) != _watching(new):
            self._open_source()
        for kind in old.outputs:
            if kind not in new.outputs:
                self._close_output(kind)
        for kind in new.outputs:
            if kind not in old.outputs:
                self._open_output(kind)
            elif self._changes(kind, old.part(kind), new.part(kind)):
                self._close_output(kind)
                self._open_output(kind)

    def status(self) -> Status:
        """What every stage does now."""
        stages = tuple(self._stages())
        animator = self._workers["animator"]
        last = next((w for name, w in self._workers.items() if name in self._pictures), animator)
        latencies = last.meter.latency.copy() or animator.meter.latency.copy()
        failed = self._failure()
        state: Literal["starting", "running", "ended", "failed"] = "running" if animator.meter.count else "starting"
        if not animator.alive:
            state = "failed" if failed else "ended"
        return Status(
            state=state,
            stages=stages,
            fps=animator.meter.fps(),
            latency=median(latencies) if latencies else None,
            dropped=sum(stage.dropped for stage in stages),
            error=str(failed) if failed and state == "failed" else None,
            drives=self._filters.drives,
        )

    def driving(self) -> Driving | None:
        """The newest moment that a tracker gave; None before the first, and where none may be skipped."""
        return self._driving.peek() if isinstance(self._driving, Meeting) else None

    def mapped(self, kind: str) -> Passage | None:
        """The newest face of the tracker of that kind, before and after it was mapped; None before the first."""
        return self._filters.mapped(kind)

    def reopen(self, kind: str) -> None:
        """Open the tracker of that kind anew, if it is at work: something that it reads has changed."""
        for stage, at_work in self.settings.trackers.items():
            if at_work == kind:
                self._open_tracker(stage)

    def worker(self, name: str) -> Worker[Any, Any]:
        """The worker of a stage, by its name in the status."""
        return self._workers[name]

    def _stages(self) -> Iterator[StageStatus]:
        dropped = {"animator": self._driving.dropped}
        dropped |= {stage: frames.dropped for stage, frames in self._frames.items()}
        dropped |= {kind: pictures.dropped for kind, pictures in (self._pictures | self._faces).items()}
        if self._finish:
            dropped["finish"] = self._finish.entrance.dropped
        for name, worker in self._workers.items():
            latencies = worker.meter.latency.copy()
            yield StageStatus(
                name=name,
                running=worker.alive and worker.error is None,
                count=worker.meter.count,
                fps=worker.meter.fps(),
                latency=median(latencies) if latencies else None,
                dropped=dropped.get(name, 0) if worker.alive or not worker.error else 0,
                error=str(worker.error) if worker.error else None,
                notice=worker.part.notice or (self._filters.notice if name == "animator" else None),
            )

    def _changes(self, name: str, old: Any, new: Any) -> bool:
        """Give a running part its new settings if it takes them; True if it must be opened anew."""
        worker = self._workers.get(name)
        if old == new:
            return bool(worker and worker.error and not worker.alive and name not in self._pictures | self._faces)
        if type(old) is not type(new) or not worker or not worker.alive:
            return True
        different = {field for field in type(new).model_fields if getattr(old, field) != getattr(new, field)}
        if different <= worker.part.hot:
            part = worker.part
            worker.post(lambda: part.update(new))
            return False
        return True

    def _start(self, name: str, worker: Worker[Any, Any]) -> None:
        if predecessor := self._workers.get(name):
            self._retire(predecessor)
        self._leaving = [leaving for leaving in self._leaving if leaving.alive]
        part = type(worker.part)
        worker.after = [leaving for leaving in self._leaving if leaving.name == name or type(leaving.part) is part]
        self._workers[name] = worker
        worker.start()

    def _retire(self, worker: Worker[Any, Any]) -> None:
        """Have it end without a word to the others; whoever opens the same part waits for it."""
        worker.to = ()
        worker.stop()
        self._leaving.append(worker)

    def _wakes(self, stage: str) -> bool:
        """Whether a picture is due when that tracker gives something: not if others move the face anyway."""
        trackers, drives = self.settings.trackers, self._filters.drives.values()
        return len(trackers) == 1 or not drives or trackers.get(stage) in drives

    def _rank(self) -> None:
        settings = self.settings
        kinds = settings.trackers.values()
        self._filters.rank({kind: plugins.trackers[kind].ranks(settings.part(kind)) for kind in kinds})

    def _open_source(self) -> None:
        watching = _watching(self.settings)
        if not watching:
            if "source" in self._workers:
                self._retire(self._workers.pop("source"))
            return
        settings = self.settings.part(self.settings.source)
        source = plugins.sources.part(settings)(settings)
        to = (self.camera, *(self._frames[stage] for stage in watching))
        ready = [self._workers[stage] for stage in (*watching, "animator")]
        closes = self._ends_with_input
        worker = Worker("source", source, source.read, _as_it_is, to, retries=True, closes=closes, ready=ready)
        self._start("source", worker)

    def _open_tracker(self, stage: str) -> None:
        kind = self.settings.trackers[stage]
        settings = self.settings.part(kind)
        part = plugins.trackers.part(settings)
        if part.uses_camera and stage not in self._frames:
            self._frames[stage] = Fifo(2, waits=True) if self._lossless else Slot()
        tracker = part(settings, self._frames[stage] if part.uses_camera else None)
        to = self._driving.place(stage) if isinstance(self._driving, Meeting) else self._driving
        closes = self._ends_with_input and stage == "tracker"  # others may end as outputs may

        def named(moment: Driving) -> Driving:
            return replace(moment, tracker=kind)

        ready = (self._workers["animator"],)
        self._start(stage, Worker(stage, tracker, tracker.read, named, (to,), True, closes, ready))

    def _open_animator(self, avatar: Avatar) -> None:
        settings = self.settings.part(self.settings.animator)
        animator = plugins.animators.part(settings)(settings)
        living = animator.needs is Needs.FACE and not self._lossless
        read = Living(self._driving).read if living else self._driving.read
        ready = (self._finish.stage,) if self._finish else ()  # so that a recording begins in its full size

        def render(driving: Driving) -> Frame:
            filtered = self._filters(driving)
            if outputs := self._faces:  # before rendering, so that other programs don't wait for it
                own = self._filters.unmirrored(filtered)
                for faces in outputs.values():
                    faces.put(own)
            return animator.render(filtered)

        worker = Worker("animator", animator, read, render, self._pictures_to(), ready=ready)
        self._post_avatar(worker, avatar)  # before it starts, so that nothing is rendered without one
        self._start("animator", worker)

    def _post_avatar(self, worker: Worker[Any, Any], avatar: Avatar) -> None:
        animator = worker.part
        assert isinstance(animator, Animator)
        worker.post(lambda: animator.set_avatar(avatar))

    def _open_finish(self) -> None:
        """Have pictures finished as the settings say; until that is ready they are shown as they are rendered."""
        if self._finish:
            self._finish.stage.to = ()
            self._finish.entrance.close()
            self._leaving.append(self._workers.pop("finish"))
            self._finish = None
        if self.settings.finish.changes_pictures:
            rendered: Slot[Frame] | Fifo[Frame] = Fifo(2, waits=True) if self._lossless else Slot()
            finish = Finish(self.settings.finish, rendered, live=not self._lossless)
            stage = Worker("finish", finish, finish.read, _as_it_is, closes=False)
            self._finish = Bypass(stage, rendered)
            self._start("finish", stage)
        self._join_outputs()

    def _open_output(self, kind: str) -> None:
        settings = self.settings.part(kind)
        output = plugins.outputs.part(settings)(settings)
        if isinstance(output, FaceOutput):
            faces: Slot[Driving] = Slot()
            self._faces = {**self._faces, kind: faces}
            self._start(kind, Worker(kind, output, faces.read, _sent(output.send)))
            return
        size = RECORDING if output.lossless else 2
        keeps = output.lossless or self._lossless
        pictures: Slot[Frame] | Fifo[Frame] = Fifo(size, waits=self._lossless) if keeps else Slot()
        self._pictures[kind] = pictures
        self._start(kind, Worker(kind, output, pictures.read, _sent(output.send)))
        self._join_outputs()

    def _close_output(self, kind: str) -> None:
        if faces := self._faces.get(kind):
            self._faces = {other: slot for other, slot in self._faces.items() if other != kind}
            faces.close()
        else:
            pictures = self._pictures.pop(kind)
            self._join_outputs()
            pictures.close()
        self._leaving.append(self._workers.pop(kind))

    def _join_outputs(self) -> None:
        if animator := self._workers.get("animator"):
            animator.to = self._pictures_to()

    def _pictures_to(self) -> tuple[Sink[Frame], ...]:
        """Where rendered pictures go: to all who show them, or through the finish."""
        shown = (self.preview, *self._pictures.values())
        if not self._finish:
            return shown
        self._finish.stage.to = self._finish.past = shown
        return (self._finish,)

    def _failure(self) -> StageError | None:
        """What ended a stage for good, the first in the direction of the flow; a failed output is none."""
        names = ("source", "tracker", "animator")
        workers = [self._workers[name] for name in names if name in self._workers]
        return next((w.error for w in workers if w.error and not w.alive), None)

    def _raise_failure(self) -> None:
        if failure := self._failure():
            raise failure


def _check(settings: AppSettings) -> None:
    """Raise what keeps these parts from being opened at all."""
    plugins.sources.part(settings.part(settings.source))
    for kind in settings.trackers.values():
        plugins.trackers.part(settings.part(kind))
    plugins.animators.part(settings.part(settings.animator))
    for kind in settings.outputs:
        plugins.outputs.part(settings.part(kind))


def _watching(settings: AppSettings) -> dict[str, str]:
    """Kinds of the trackers that look at the source's frames, by their stages."""
    return {stage: kind for stage, kind in settings.trackers.items() if plugins.trackers[kind].uses_camera}


def _sent(send: Callable[[T], None]) -> Callable[[T], T]:
    """What sends a value, and gives it back for the meter."""

    def sent(value: T) -> T:
        send(value)
        return value

    return sent


def _as_it_is(value: Any) -> Any:
    return value
