"""Puts our picture into OBS' current scene, and delays the microphones as the picture is late."""

import time
from dataclasses import dataclass
from typing import Any

from vtuber_app.core import clock
from vtuber_app.core.errors import SettingsError
from vtuber_app.tools.obs import audio, files, scenes
from vtuber_app.tools.obs.audio import Delay
from vtuber_app.tools.obs.protocol import NOT_FOUND, PORT, WHERE, NotThere, Obs, PasswordNeeded, Place, Refused
from vtuber_app.tools.obs.ways import AUTOMATIC, WAYS, Way, WayName, Wish

SOURCE = "vtuber_app"
"""How our source is called; by that name it is found again."""
PROBE = "vtuber_app looks for {}"
"""A source that lives for a moment, to ask which devices or windows there are; OBS frees a name only after a while."""
LOOK = 1.5
"""How long a window may take to be seen in OBS, s."""
TOP_LEFT, BOTTOM = 5, 8
"""OBS' alignments."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done.

    Attributes:
        scene: Where our source is.
        way: How our picture comes.
        created: The source wasn't there before.
        delays: The microphones that were delayed.
        virtual_camera: OBS' own camera runs; None if that wasn't asked for. `recording` likewise.
        notes: Sentences about what could not be done.
    """

    scene: str
    way: WayName
    created: bool
    delays: tuple[Delay, ...] = ()
    virtual_camera: bool | None = None
    recording: bool | None = None
    notes: tuple[str, ...] = ()


def connect(place: Place | None = None, typed: str | None = None) -> Obs:
    """Find OBS and open a conversation, which the caller closes with `with`.

    Args:
        place: None: where OBS' own files say, on this computer.
        typed: A password; kept if it is right. None: OBS' own files', or what was kept.

    Raises:
        PasswordNeeded: The user must type one.
        SettingsError: There is no OBS that can be talked to; the text says what to do.
    """
    told = files.server() if place is None or place.ours else None
    place = place or Place(port=told.port if told else PORT)
    own = told.password if told and told.port == place.port else None
    known: list[str] = (
        [typed] if typed else [password for password in dict.fromkeys((own, files.kept(place))) if password]
    )
    refusal: PasswordNeeded | None = None
    for password in (*known,) or (None,):
        obs = Obs(place, password)
        try:
            obs.greet()
        except PasswordNeeded as error:
            refusal = error
        except NotThere as error:
            if told and told.port == place.port and not told.on:
                raise NotThere(
                    f"OBS' WebSocket server is off. In OBS, open {WHERE}, tick Enable WebSocket server, then try again."
                ) from error
            raise
        else:
            if typed:
                files.keep(place, typed)
            return obs
    assert refusal
    raise refusal


def set_up(obs: Obs, wish: Wish) -> Outcome:
    """Create our source in the current scene, or update it: a second time never makes a second one.

    Where the source stands and what is above it is only chosen when it comes into a scene, and then left to the user.

    Raises:
        SettingsError: OBS has no way to show our picture, or refuses; the text says what to do.
    """
    answer = obs.ask("GetCurrentProgramScene")
    scene = str(answer.get("currentProgramSceneName") or answer.get("sceneName"))
    inputs = {str(one["inputName"]): str(one["inputKind"]) for one in obs.ask("GetInputList")["inputs"]}
    created = SOURCE not in inputs
    if created:
        way, kind, settings = _best(obs, scene, wish)
        obs.ask("CreateInput", sceneName=scene, inputName=SOURCE, inputKind=kind, inputSettings=settings)
    else:
        way = _same(inputs[SOURCE], wish)
        obs.ask("SetInputSettings", inputName=SOURCE, inputSettings=_settings(obs, way, wish, SOURCE), overlay=True)
        if way.name == "browser":  # a page that could not be reached before isn't loaded again by OBS itself
            obs.ask("PressInputPropertiesButton", inputName=SOURCE, propertyName="refreshnocache")
    _place(obs, scene, way, wish, fresh=created)
    notes: list[str] = []
    if way.name == "window" and not _seen(obs, scene):
        notes.append(
            "OBS gets no picture of vtuber_app's window yet. If that lasts, this computer's graphics driver can't "
            "capture windows: remove the source in OBS, then switch on the virtual camera or call `vtuber-app obs "
            "--way screen`."
        )
    delays: tuple[Delay, ...] = ()
    if wish.latency is not None:
        delays = audio.delay(obs, scene, wish.latency)
        if not delays:
            notes.append("OBS has no microphone in this scene to delay. Add one, then set up OBS again.")
    camera = recording = None
    if wish.virtual_camera and way.name == "camera":
        notes.append("OBS' virtual camera was not started: your avatar comes into OBS by a virtual camera itself.")
    elif wish.virtual_camera:
        camera = _start(obs, "VirtualCam", notes)
    if wish.record:
        recording = _start(obs, "Record", notes)
    return Outcome(scene, way.name, created, delays, camera, recording, tuple(notes))


def has_pages(obs: Obs) -> bool:
    """Whether this OBS has browser sources."""
    return WAYS[0].among([str(kind) for kind in obs.ask("GetInputKindList")["inputKinds"]]) is not None


def _best(obs: Obs, scene: str, wish: Wish) -> tuple[Way, str, dict[str, Any]]:
    """The first way that OBS has and that shows our picture, with its kind and settings."""
    kinds = [str(kind) for kind in obs.ask("GetInputKindList")["inputKinds"]]
    for way in WAYS:
        kind = way.among(kinds)
        if kind is None or way.name not in ((wish.way,) if wish.way else AUTOMATIC):
            continue
        if not way.choice:
            return way, kind, way.settings(wish)
        probe = PROBE.format(kind)
        obs.ask("CreateInput", sceneName=scene, inputName=probe, inputKind=kind, sceneItemEnabled=False)
        try:
            return way, kind, _settings(obs, way, wish, probe)
        except SettingsError:
            continue
        finally:
            obs.ask("RemoveInput", inputName=probe)
    raise SettingsError(
        "This OBS has no browser source, and sees neither vtuber_app's virtual camera nor its window. Open "
        "vtuber_app's window or switch on its virtual camera, then set up OBS again."
    )


def _same(kind: str, wish: Wish) -> Way:
    """The way of the source that is there; SettingsError if it isn't ours, or another is wished for."""
    way = next((way for way in WAYS if way.has(kind)), None)
    if way is None or wish.way not in (None, way.name):
        raise SettingsError(
            f"OBS already has a source called {SOURCE} that is of another kind ({kind}). Rename or remove it in OBS, "
            "then set up OBS again."
        )
    return way


def _settings(obs: Obs, way: Way, wish: Wish, source: str) -> dict[str, Any]:
    """The source's settings, its device or window chosen; SettingsError if that isn't there."""
    settings = way.settings(wish)
    if way.choice:
        answer = obs.ask("GetInputPropertiesListPropertyItems", inputName=source, propertyName=way.choice)
        value = way.chosen(answer["propertyItems"], wish)
        if value is None:
            what = "virtual camera; switch it on" if way.name == "camera" else "window; open it"
            raise SettingsError(f"OBS doesn't see vtuber_app's {what}, then set up OBS again.")
        settings[way.choice] = value
    return settings


def _place(obs: Obs, scene: str, way: Way, wish: Wish, fresh: bool) -> None:
    """See that the source is in the scene and shown; where it is new it is fitted into the picture, above the rest."""
    try:
        item = obs.ask("GetSceneItemId", sceneName=scene, sourceName=SOURCE)["sceneItemId"]
    except Refused as error:
        if error.code != NOT_FOUND:
            raise
        if SOURCE in scenes.sources(obs, scene):
            return  # the user has put it into a group, or into a scene that is shown in this one
        item, fresh = obs.ask("CreateSceneItem", sceneName=scene, sourceName=SOURCE)["sceneItemId"], True
    transform: dict[str, Any] = {}
    if fresh:
        video = obs.ask("GetVideoSettings")
        transform |= {
            "positionX": 0,
            "positionY": 0,
            "alignment": TOP_LEFT,
            "boundsType": "OBS_BOUNDS_SCALE_INNER",
            "boundsAlignment": BOTTOM,
            "boundsWidth": video["baseWidth"],
            "boundsHeight": video["baseHeight"],
        }
        top = len(obs.ask("GetSceneItemList", sceneName=scene)["sceneItems"]) - 1
        obs.ask("SetSceneItemIndex", sceneName=scene, sceneItemId=item, sceneItemIndex=top)
        obs.ask("SetSceneItemBlendMode", sceneName=scene, sceneItemId=item, sceneItemBlendMode="OBS_BLEND_NORMAL")
    crop = {"window": wish.crop, "screen": wish.screen_crop}.get(way.name)
    if crop:
        transform |= dict(zip(("cropLeft", "cropTop", "cropRight", "cropBottom"), crop, strict=True))
    if transform:
        obs.ask("SetSceneItemTransform", sceneName=scene, sceneItemId=item, sceneItemTransform=transform)
    obs.ask("SetSceneItemEnabled", sceneName=scene, sceneItemId=item, sceneItemEnabled=True)


def _seen(obs: Obs, scene: str) -> bool:
    """Whether the source gives a picture within `LOOK` s."""
    try:
        item = obs.ask("GetSceneItemId", sceneName=scene, sourceName=SOURCE)["sceneItemId"]
    except Refused:
        return True  # in a group, where it can't be asked for
    until = clock.now() + LOOK
    while not (seen := _width(obs, scene, item) > 0) and clock.now() < until:
        time.sleep(LOOK / 10)
    return seen


def _width(obs: Obs, scene: str, item: int) -> float:
    answer = obs.ask("GetSceneItemTransform", sceneName=scene, sceneItemId=item)
    return float(answer["sceneItemTransform"]["sourceWidth"])


def _start(obs: Obs, what: str, notes: list[str]) -> bool:
    """Start OBS' camera or recording unless it runs; where it can't, say so in `notes`."""
    try:
        if not obs.ask(f"Get{what}Status").get("outputActive"):
            obs.ask(f"Start{what}")
    except Refused as error:
        thing = "virtual camera" if what == "VirtualCam" else "recording"
        notes.append(f"OBS could not start its {thing} ({error.comment or error.code}). Look at its settings in OBS.")
        return False
    return True
