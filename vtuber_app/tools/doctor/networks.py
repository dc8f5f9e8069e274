"""Networks, and what runs them: torch, graphics cards, engines."""

import sys
from collections.abc import Iterator

from vtuber_app.runtime import network
from vtuber_app.store import accepted, cards, file_of, installed
from vtuber_app.store.download import matches
from vtuber_app.tools.doctor.finding import Finding, version
from vtuber_app.tools.doctor.machine import RUN
from vtuber_app.tools.install import stamp, torch_build
from vtuber_app.trackers.mediapipe import LANDMARKER

FETCH = f"{sys.executable} -m vtuber_app.tools.fetch face_landmarker"


def face_landmarker() -> Iterator[Finding]:
    """Whether the better source of expressions is there, whole."""
    card, path = cards.find(LANDMARKER), file_of(LANDMARKER)
    file = card.files[0]
    if path is None:
        what = "not there; the face mesh alone gives the expressions, which is coarser"
        yield Finding(
            "face landmarker",
            "warn",
            what,
            f"Type: {FETCH}, or put {file.addresses[0]} into {installed.look(card).folder}",
        )
    elif not matches(path, file.size, file.sha256, file.git):
        yield Finding("face landmarker", "fail", f"{path} is damaged", f"Delete it, then type: {FETCH}")
    else:
        yield Finding("face landmarker", "ok", str(path))


def torch() -> Iterator[Finding]:
    """Which build of torch there is; not loaded, since that takes seconds."""
    nvidia, there = torch_build.nvidia_gpu(), version("torch")
    gpu = "NVIDIA GPU" if nvidia else "no NVIDIA GPU"
    build = stamp.read().get("torch_build", "")
    retry = f"Only the network animators need it. Type: {RUN} torch"
    if there is None:
        yield Finding("torch", "warn", f"{build or 'not installed'}; {gpu}", retry)
    elif nvidia and there.endswith("+cpu"):
        yield Finding("torch", "warn", f"{there}, which does not use your NVIDIA GPU", retry)
    else:
        yield Finding("torch", "ok", f"{there}; {gpu}")


def networks() -> Iterator[Finding]:
    """Which published networks are there and may be used."""
    others = [card for name, card in cards.cards().items() if name != LANDMARKER]
    states = {card: installed.look(card) for card in others}
    half = [card.name for card, state in states.items() if state.there and not state.whole]
    unread = [card.name for card, state in states.items() if state.whole and not accepted(card.name)]
    ready = [card.name for card, state in states.items() if state.whole and accepted(card.name)]
    if half:
        yield Finding("networks", "warn", f"half there: {', '.join(half)}", "Type: vtuber-app models install NAME")
    if unread:
        remedy = "Type: vtuber-app models accept NAME"
        yield Finding("networks", "warn", f"licence not accepted yet: {', '.join(unread)}", remedy)
    if ready or not (half or unread):
        yield Finding("networks", "ok", ", ".join(ready) or "none installed; the puppets need none")


def engines() -> Iterator[Finding]:
    """What can run networks here besides torch."""
    titles = []
    for name in ("onnx", "openvino"):
        try:
            titles += [route.title for route in network.ENGINES[name].routes()]
        except (ImportError, OSError) as error:
            yield Finding("engines", "warn", f"{name} is installed but broken: {error}", f"Type: {RUN} torch")
    yield Finding("engines", "ok", "; ".join(sorted(set(titles))) or "none besides torch; the puppets need none")
