"""Measures this machine: the live path, each stage, the puppet, the start and the memory."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median

import cv2
import numpy as np

from vtuber_app import plugins
from vtuber_app.avatars import gallery
from vtuber_app.choices import with_source
from vtuber_app.core import clock, paths
from vtuber_app.core import motion as motion_file
from vtuber_app.core.errors import WeightsError
from vtuber_app.core.parts import Output, each
from vtuber_app.core.types import Driving, Frame
from vtuber_app.pose.filters import Filters
from vtuber_app.session import Session
from vtuber_app.settings import AppSettings
from vtuber_app.sources.video import Video, VideoSettings
from vtuber_app.trackers.mediapipe import MediaPipe, MediaPipeSettings

Numbers = dict[str, dict[str, float | None]]

WARM_UP = 30
"""Pictures at the start that are not counted."""


def clip() -> Path:
    """The 640x480 driving video that ships with the program."""
    return paths.assets() / "demo" / "astronaut.mp4"


def motion() -> Path:
    """The authored performance that ships with the program."""
    return paths.assets() / "motions" / "showcase.npz"


def bench(step: Callable[[int, int | None], None]) -> Numbers:
    """Run every measurement; `step` is told how many are done."""
    tasks: list[Callable[[], Numbers]] = [_live, _paced, _stages, _trackers, _puppet, _start]
    numbers: Numbers = {}
    for done, task in enumerate(tasks):
        step(done, len(tasks))
        for group, values in task().items():
            numbers.setdefault(group, {}).update(values)
    return numbers


def _settings(paced: bool) -> AppSettings:
    chosen = with_source(AppSettings(outputs=("null",)), str(clip()))
    video = chosen.part("video").model_copy(update={"paced": paced, "loop": False})
    tracker = MediaPipeSettings(blendshapes="mesh")
    return chosen.with_part(video).with_part(tracker, tracker="mediapipe")


def _live() -> Numbers:
    """The whole path as fast as it goes, no frame skipped."""
    with Session(_settings(paced=False), lossless=True) as session:
        session.wait()
        finished = list(session.worker("null").meter.finished)[WARM_UP:]
    return {"live": {"fps": (len(finished) - 1) / (finished[-1] - finished[0])}}


def _paced() -> Numbers:
    """The whole path at the clip's own 30 frames/s."""
    with Session(_settings(paced=True)) as session:
        session.wait()
        latencies = list(session.worker("null").meter.latency)[WARM_UP:]
        status = session.status()
        dropped = sum(stage.dropped for stage in status.stages)
    return {
        "live": {
            "paced_median_ms": 1000 * median(latencies),
            "paced_p95_ms": 1000 * float(np.percentile(latencies, 95)),
            "paced_dropped": dropped,
        }
    }


class Held:
    """A reader that gives the frame it holds, so that a tracker's read takes no time but its own."""

    frame: Frame

    def read(self, timeout: float) -> Frame:
        """The frame at hand."""
        return self.frame


def _stages() -> Numbers:
    """Each stage by itself, one after the other, on the same frames."""
    chosen = _settings(paced=False)
    held, filters = Held(), Filters(chosen.pose)
    puppet_settings, null_settings = chosen.part("puppet"), chosen.part("null")
    seconds: dict[str, list[float]] = {name: [] for name in ("source", "tracker", "pose", "animator", "output")}
    with (
        Video(VideoSettings(path=clip(), paced=False)) as video,
        MediaPipe(MediaPipeSettings(blendshapes="mesh"), held) as tracker,
        plugins.animators["puppet"](puppet_settings) as animator,
        plugins.outputs["null"](null_settings) as output,
    ):
        assert isinstance(output, Output)
        animator.set_avatar(gallery.load(chosen.avatar))
        moments = [clock.now()]
        for frame in each(video):
            held.frame = frame
            moments.append(clock.now())
            driving = tracker.read(1)
            assert driving
            moments.append(clock.now())
            driving = filters(driving)
            moments.append(clock.now())
            picture = animator.render(driving)
            moments.append(clock.now())
            output.send(picture)
            moments.append(clock.now())
            for name, started, ended in zip(seconds, moments, moments[1:], strict=False):
                seconds[name].append(ended - started)
            moments = [clock.now()]
    numbers: dict[str, float | None] = {}
    for name, values in seconds.items():
        numbers[f"{name}_median_ms"] = 1000 * median(values[WARM_UP:])
        numbers[f"{name}_p95_ms"] = 1000 * float(np.percentile(values[WARM_UP:], 95))
    return {"stages": numbers}


def _trackers() -> Numbers:
    """The two kinds of blendshapes alone, frames/s; None where the landmarker's model is not installed."""
    numbers: dict[str, float | None] = {"mesh_fps": None, "landmarker_fps": None}
    with Video(VideoSettings(path=clip(), paced=False)) as video:
        frames = list(each(video))
    for kind in ("mesh", "landmarker"):
        held, seconds = Held(), []
        try:
            with MediaPipe(MediaPipeSettings.model_validate({"blendshapes": kind}), held) as tracker:
                for held.frame in frames:
                    started = clock.now()
                    tracker.read(1)
                    seconds.append(clock.now() - started)
        except WeightsError:
            continue
        numbers[f"{kind}_fps"] = 1 / median(seconds[WARM_UP:])
    return {"tracking": numbers}


def _puppet() -> Numbers:
    """The puppet alone with one thread, face, head and hair moving."""
    performance = motion_file.load(motion())
    avatar = gallery.load(AppSettings().avatar)
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    numbers: dict[str, float | None] = {}
    try:
        for size in (512, 1024):
            seconds = []
            settings = plugins.animators["puppet"].settings_class().model_validate({"size": size})
            with plugins.animators["puppet"](settings) as puppet:
                puppet.set_avatar(avatar)
                for index in range(0, len(performance), 2):
                    started = clock.now()
                    puppet.render(Driving(float(performance.time[index]), performance[index]))
                    seconds.append(clock.now() - started)
            numbers[f"ms_{size}"] = 1000 * median(seconds)
            numbers[f"p95_ms_{size}"] = 1000 * float(np.percentile(seconds, 95))
    finally:
        cv2.setNumThreads(threads)
    return {"puppet": numbers}


def _start() -> Numbers:
    """A fresh process: until its first picture, until the first tracked one, and its peak memory."""
    command = [sys.executable, "-m", "vtuber_app", "live", "--source", str(clip()), "--output", "null"]
    command += ["--tracker", "mediapipe", "--json", "--seconds", "6"]
    started = clock.now()
    events: dict[str, dict[str, float | None]] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            event = json.loads(line)
            events[event["event"]] = {**event, "after": clock.now() - started}
    return {
        "start": {
            "first_picture_s": events["first_picture"]["after"],
            "first_tracked_s": events["first_tracked"]["after"],
        },
        "memory": {"peak_mb": events["end"]["peak_mb"]},
    }


def peak_memory_mb() -> float | None:
    """The most memory this process ever held, MB; None where the system doesn't tell."""
    if sys.platform == "win32":
        return _windows_peak_mb()
    if sys.platform == "linux":  # getrusage would count the process that started this one
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def _windows_peak_mb() -> float | None:
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        _fields_ = (
            ("cb", wintypes.DWORD),
            ("faults", wintypes.DWORD),
            ("peak", ctypes.c_size_t),
            ("rest", ctypes.c_size_t * 7),
        )

    counters = Counters(cb=ctypes.sizeof(Counters))
    windows = vars(ctypes)["windll"]
    process = wintypes.HANDLE(-1)
    read = windows.kernel32.K32GetProcessMemoryInfo(process, ctypes.byref(counters), counters.cb)
    return counters.peak / (1 << 20) if read else None
