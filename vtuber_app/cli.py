"""The command line."""

import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.text import Text

from vtuber_app import __version__, avatar_settings, choices, settings
from vtuber_app.cli_avatar import avatar as avatar_commands
from vtuber_app.cli_mapping import mapping
from vtuber_app.cli_metrics import metrics as metrics_command
from vtuber_app.cli_models import models
from vtuber_app.cli_obs import obs as obs_command
from vtuber_app.cli_progress import progress
from vtuber_app.cli_train import train
from vtuber_app.core import clock, journal
from vtuber_app.core.errors import VtuberError
from vtuber_app.session import Session, Status
from vtuber_app.settings import AppSettings

app = App(name="vtuber-app", help="A face in front of a camera becomes a living anime avatar.", version=__version__)
app.command(models)
app.command(train)
app.command(avatar_commands)
app.command(mapping)
app.command(obs_command)
app.command(metrics_command)
console = Console()
err = Console(stderr=True)


@app.default
def window() -> int:
    """Open the window; where there is no display, render the demo instead."""
    from vtuber_app.tools.doctor.display import why_no_display

    if reason := why_no_display():
        console.print(f"{reason} The window can't open here; rendering the demo instead.", highlight=False)
        return demo()
    from vtuber_app.gui.app import run

    return run(*avatar_settings.load())


@app.command
def live(
    *,
    source: str | None = None,
    tracker: str | None = None,
    also: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    animator: str | None = None,
    avatar: str | None = None,
    expression: str | None = None,
    output: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    seconds: float | None = None,
    set_: Annotated[list[str] | None, Parameter(name="--set", consume_multiple=True)] = None,
    remote: Annotated[bool, Parameter(negative="")] = False,
    json_: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Run live without the window, until Ctrl-C or the end of the input. What is not given is as last chosen.

    Args:
        source: camera, camera:NAME_OR_INDEX, a video or a picture file.
        tracker: mediapipe, ifacialmocap, facemotion3d, vtube_studio, live_link_face, openseeface, vmc, microphone,
            mouse, idle, or a motion file to replay.
        also: Further trackers at the same time, e.g. microphone, or mediapipe beside a phone; --empty-also for none.
        animator: puppet, still, tha3 or tha4_student (the last two need installed networks).
        avatar: Name in the gallery, or a path.
        expression: Name of one that the avatar wears, e.g. happy.
        output: browser, virtual_camera, recorder, null, or a file to record to; several may be given.
        seconds: Stop after so long.
        set_: Settings as PART.FIELD=VALUE, e.g. puppet.size=1024, finish.scale=2x.
        remote: Let phones in the local network change avatar and expression: prints the address, and a code to scan.
        json_: Print JSON lines: one at the first picture, one at the end.
    """
    chosen, notice = avatar_settings.load()
    if notice:
        err.print(notice)
    chosen = choices.apply(chosen, source, tracker, animator, avatar, output, set_ or [], expression, also)
    with Session(chosen) as session, _remote(session) if remote else nullcontext() as tend:
        status = _watch(session, seconds, json_, tend)
    if json_:
        from vtuber_app.tools.bench import peak_memory_mb

        end = {"event": "end", "dropped": status.dropped, "fps": status.fps, "peak_mb": peak_memory_mb()}
        end["pictures"] = {stage.name: stage.count for stage in status.stages}
        sys.stdout.write(json.dumps(end) + "\n")
    return int(any(stage.error for stage in status.stages))


@contextmanager
def _remote(session: Session) -> Iterator[Callable[[], None]]:
    """Switch the phone remote on; the function does what phones wish."""
    from vtuber_app.tools.remote import qr
    from vtuber_app.tools.remote.desk import Desk
    from vtuber_app.tools.remote.server import Remote

    def put(settings: AppSettings) -> None:
        try:
            session.apply(settings)
        except VtuberError as error:
            err.print(str(error), style="yellow", highlight=False, markup=False, soft_wrap=True)

    with Remote() as remote:
        err.print(Text(qr.printed(remote.address), style="bright_white on black"))
        err.print(f"Open on a phone in this network: {remote.address}", highlight=False, soft_wrap=True)
        desk = Desk(remote, put)
        yield lambda: desk.tend(session, lambda: session.settings)


def _watch(session: Session, seconds: float | None, machine: bool, tend: Callable[[], None] | None = None) -> Status:
    """Show the session's state until it ends, and tend to phones; give the last one."""
    started = told = clock.now()
    said: set[str] = set()
    awaited = {"animator": "first_picture", "tracker": "first_tracked"}
    try:
        while not session.wait(0.02 if awaited else 0.1):
            status, moment = session.status(), clock.now()
            if tend:
                tend()
            for stage in status.stages:
                if stage.count and (event := awaited.pop(stage.name, None)) and machine:
                    sys.stdout.write(json.dumps({"event": event}) + "\n")
                    sys.stdout.flush()
            for stage in status.stages:
                for sentence in (stage.error, stage.notice):
                    if sentence and sentence not in said:
                        said.add(sentence)
                        err.print(sentence, style="yellow", highlight=False, markup=False, soft_wrap=True)
            if not machine and moment - told >= 1:
                told = moment
                latency = f"{status.latency * 1000:.0f} ms" if status.latency is not None else "…"
                line = f"{status.fps:.0f} pictures/s, latency {latency}, {status.dropped} dropped"
                console.print(line, end="\r" if console.is_terminal else "\n", highlight=False)
            if seconds is not None and moment - started >= seconds:
                break
    except KeyboardInterrupt:
        err.print("Stopped.")
    return session.status()


@app.command
def animate(
    video: Path,
    *,
    avatar: str,
    out: Path,
    animator: str | None = None,
    checkpoint: Path | None = None,
    relative: bool | None = None,
    mode: Literal["standard", "relative", "avd"] | None = None,
    adapt_scale: bool | None = None,
    find_best_frame: bool = False,
    expression: str | None = None,
    set_: Annotated[list[str] | None, Parameter(name="--set", consume_multiple=True)] = None,
) -> int:
    """Let an avatar follow a video: every frame, with its sound; it turns as the video does, not as a mirror.

    Args:
        video: The driving video.
        avatar: Name in the gallery, or a path.
        out: .mp4, .webm (transparent) or a folder for numbered PNG pictures (transparent).
        animator: puppet, still, tha3, tha4_student, fom, monkeynet, tpsmm, dagan, facevid2vid (all but the first two
            need networks).
        checkpoint: The file with the networks of image animation, which is what the last five do.
        relative: The picture moves as the driver moves from one frame on; otherwise it takes his place and shape.
        mode: tpsmm's word for it: standard is not relative, and avd takes his place but keeps its own shape.
        adapt_scale: Relative motion is as large as the picture's face.
        find_best_frame: That frame is the one in which the driver is most like the picture, not the first.
        expression: Name of one that the avatar wears, e.g. happy.
        set_: Settings as PART.FIELD=VALUE, e.g. puppet.size=1024, finish.scale=2x.
    """
    from vtuber_app.tools.animate import animate as run

    given: dict[str, object] = {"checkpoint": checkpoint, "adapt_scale": adapt_scale}
    if relative is not None:
        given["motion"] = "relative" if relative else "absolute"
    if mode is not None:
        given["motion"] = "absolute" if mode == "standard" else mode
    saved = avatar_settings.load()[0]
    as_filmed = saved.model_copy(update={"pose": saved.pose.model_copy(update={"mirrored": False})})
    chosen = choices.apply(as_filmed, animator=animator, avatar=avatar, fields=set_, expression=expression)
    fields = [f"{chosen.animator}.{name}={value}" for name, value in given.items() if value is not None]
    chosen = choices.apply(chosen, fields=fields)
    started = clock.now()
    with progress("Animating") as step:
        result = run(video, chosen, out, step, find_best_frame)
    speed = result.n_frames / (clock.now() - started)
    console.print(f"{out}: {result.n_frames} frames at {speed:.0f} frames/s.", highlight=False)
    if result.n_without_face:
        console.print(f"In {result.n_without_face} of them no face was found; the avatar idled there.", highlight=False)
    return 0


@app.command
def track(video: Path, *, out: Path, blendshapes: Literal["mesh", "landmarker"] = "mesh") -> int:
    """Write the motion of the face in a video to a file that the tracker `replay` plays.

    Args:
        video: The video.
        out: A .npz file.
        blendshapes: From the mesh alone (always there), or by the landmarker model (better, downloaded).
    """
    from vtuber_app.tools.track import track as run

    with progress("Tracking") as step:
        motion = run(video, out, blendshapes, step)
    console.print(f"{out}: a face in {int(motion.detected.sum())} of {len(motion)} frames.", highlight=False)
    return 0


@app.command
def demo(*, out: Path = Path("demo")) -> int:
    """Render the demo: the default avatar follows a short clip, then an authored performance.

    Args:
        out: Folder for demo.mp4 and its contact sheet.
    """
    from vtuber_app.tools.demo import demo as run

    with progress("Rendering the demo") as step:
        result = run(out, step)
    console.print(f"Video: {result.video.resolve()}", highlight=False, soft_wrap=True)
    console.print(f"Contact sheet: {result.sheet.resolve()}", highlight=False, soft_wrap=True)
    console.print(f"{result.n_frames} frames at {result.fps:.0f} frames/s.", highlight=False)
    return 0


@app.command
def bench(
    *,
    animator: str | None = None,
    variant: str | None = None,
    avatar: str | None = None,
    repeats: int = 10,
    set_: Annotated[list[str] | None, Parameter(name="--set", consume_multiple=True)] = None,
    json_: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Measure this machine: live path, puppet, start and memory; or an animator's networks against the published way.

    Args:
        animator: tha1 to tha4, tha4_student, fom, monkeynet, tpsmm, dagan, facevid2vid. Networks that are not installed
            are drawn by lot: as fast.
        variant: Of tha3, and of published checkpoints.
        avatar: Name in the gallery, or a path; a student's character.png.
        repeats: Pictures of each kind.
        set_: Settings of parts as PART.FIELD=VALUE, e.g. tha3.device=cpu.
        json_: Print one JSON object.
    """
    if animator:
        from vtuber_app.tools import bench_networks

        fields = [*(set_ or []), *([f"{animator}.variant={variant}"] if variant else [])]
        chosen = choices.apply(settings.AppSettings(), animator=animator, avatar=avatar, fields=fields)
        with progress("Measuring") as step:
            numbers = bench_networks.bench(chosen, repeats, step)
        if not json_:
            console.print(bench_networks.table(numbers))
            return 0
    else:
        from vtuber_app.tools.bench import bench as run

        with progress("Measuring") as step:
            numbers = run(step)
    if json_:
        sys.stdout.write(json.dumps(numbers, indent=1) + "\n")
    else:
        console.print(numbers)
    return 0


@app.command
def doctor(*, zip_: Annotated[Path | None, Parameter(name="--zip")] = None) -> int:
    """Say what works on this machine, and what to do about what does not.

    Args:
        zip_: Also write a report to send to somebody who helps; no names, folders, addresses or secrets are in it.
    """
    from vtuber_app.tools.doctor import examine, report
    from vtuber_app.tools.doctor.finding import Case, chosen
    from vtuber_app.tools.remote import qr

    marks = {"ok": ("✔", "green"), "warn": ("!", "yellow"), "fail": ("✘", "red")}
    findings, group = [], ""
    for finding in examine(Case(chosen())):
        findings.append(finding)
        if finding.group != group:
            group = finding.group
            console.print(f"\n{group}", style="bold")
        console.print(Text.assemble(marks[finding.state], " ", (finding.name, "bold"), f": {finding.what}"))
        if finding.remedy:  # not wrapped, so that a command can be copied
            console.print(f"    {finding.remedy}", highlight=False, markup=False, soft_wrap=True)
        if finding.name == "for your phone" and console.is_terminal:
            console.print(Text(qr.printed(finding.what.split()[0]), style="bright_white on black"))
    if zip_:
        report.write(zip_, findings, chosen())
        console.print(f"\nReport: {zip_.resolve()}", highlight=False, soft_wrap=True)
    return int(any(finding.state == "fail" for finding in findings))


@app.command
def cameras() -> int:
    """List the cameras."""
    from vtuber_app.sources.camera import list_cameras

    found = list_cameras()
    for camera in found:
        console.print(f"{camera.index}  {camera.name}", highlight=False)
    if not found:
        console.print("No camera found. Plug one in, or use a phone with --tracker ifacialmocap.")
    return 0


@app.command
def avatars() -> int:
    """List the avatars in the gallery."""
    from vtuber_app.avatars import gallery

    for name in gallery.names():
        console.print(name, highlight=False)
    return 0


def main() -> None:
    """Entry point of `vtuber-app`."""
    if sys.stderr:  # a copy of our own, since a tracker that opens keeps native libraries' chatter off the original
        sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, encoding=sys.stderr.encoding, errors="replace")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # recordings are finished then, as at Ctrl-C
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    journal.start()
    try:
        sys.exit(app())
    except VtuberError as error:
        err.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
