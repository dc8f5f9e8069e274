"""The face for VTube Studio: its model moves by our tracking, as a plugin of it.

VTube Studio's parameters are those of the model as it is seen: FaceAngleX is positive toward the right of the screen.
VTube Studio's own trackers move it as an image in a mirror, and so does this output unless it is switched off.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field

from vtuber_app.core import clock, paths, private
from vtuber_app.core.parts import FaceOutput
from vtuber_app.core.types import Driving, FaceState
from vtuber_app.outputs import vtube_studio_parameters as parameters
from vtuber_app.outputs.datagrams import EARLY, FaceSettings, PlaceSettings
from vtuber_app.outputs.pace import Pace
from vtuber_app.outputs.vtube_studio_plugin import (
    ALREADY_ASKING,
    ASKS,
    DENIED,
    DEVELOPER,
    NAME,
    NOT_AUTHENTICATED,
    ApiError,
    Gone,
    Plugin,
    Stranger,
)
from vtuber_app.pose.mirror import mirror

PORT = 8001
RETRY = 3.0
"""How long VTube Studio is left alone before it is looked for again, s."""
FRAME = 0.02
"""About how long VTube Studio takes to answer: until its next picture, s."""
IDENTITY = {"pluginName": NAME, "pluginDeveloper": DEVELOPER}


class VTubeStudioOutSettings(FaceSettings, PlaceSettings):
    """VTube Studio, on this computer or another."""

    kind: Literal["vtube_studio_out"] = "vtube_studio_out"
    address: str = Field("127.0.0.1", title="Where it runs", description="127.0.0.1: on this computer.")
    port: int = Field(
        PORT, ge=1, le=65535, title="Port", description="As VTube Studio shows it beside its API's switch."
    )
    mirrored: bool = Field(True, title="Mirror", description="The model moves like your image in a mirror.")
    every_blendshape: bool = Field(
        False,
        title="All blendshapes",
        description="ARKit's 52 too, as own parameters (JawOpen, …) for the model's settings.",
    )


class VTubeStudioOut(FaceOutput[VTubeStudioOutSettings]):
    """Looks for VTube Studio every few seconds, asks it once for permission, then moves its model."""

    title = "Face to VTube Studio"
    hot = frozenset({"mirrored", "fps"})

    def __init__(self, settings: VTubeStudioOutSettings) -> None:
        super().__init__(settings)
        self._plugin: Plugin | None = None
        self._steps: Iterator[tuple[str, dict[str, Any]]] | None = None
        self._answered: dict[str, Any] = {}
        self._pace = Pace(EARLY)
        self._notice: str | None = None
        self._unkept: str | None = None
        self._token: str | None = None
        self._denied = False
        self._next = 0.0

    def __enter__(self) -> Self:
        self._token = private.kept(token_file(), self._where)
        self._denied, self._next = False, 0.0
        self._notice = "VTube Studio is looked for."
        return self

    def __exit__(self, *exc: object) -> None:
        self._leave()
        self._notice = None

    @property
    def notice(self) -> str | None:
        return self._notice

    def send(self, driving: Driving) -> None:
        if driving.face is None or self._denied:
            return
        try:
            if self._plugin is None:
                if clock.now() < self._next:
                    return
                self._plugin = Plugin(self.settings.address.strip(), self.settings.port)
                self._steps = self._entrance()
            self._go_on(self._plugin, driving.face)
        except ApiError as error:
            self._refused(error)
        except Stranger:
            self._lost("is another program. Type the port that VTube Studio shows beside its API's switch.")
        except Gone:
            self._lost("doesn't answer. Start it, and switch on “Start API (allow plugins)” in its settings.")

    def _go_on(self, plugin: Plugin, face: FaceState) -> None:
        """Take the answer, if it is there, and ask for the next; the newest face when all is prepared."""
        if plugin.busy:
            answer = plugin.answer()
            if answer is None:
                return
            self._answered = answer
        if self._steps:
            if step := next(self._steps, None):
                request, fields = step
                plugin.ask(request, **fields)
                return
            self._steps = None
        self._notice = self._unkept
        if not self._pace.allows(clock.now(), self.settings.fps):
            return
        shown = mirror(face) if self.settings.mirrored else face
        values = parameters.values(shown)
        if self.settings.every_blendshape:
            values |= parameters.blendshapes(shown)
        plugin.ask(
            "InjectParameterDataRequest",
            faceFound=face.confidence > 0,
            mode="set",
            parameterValues=[{"id": name, "value": round(value, 4)} for name, value in values.items()],
        )
        plugin.answer(FRAME)  # after this the newest face is read, not the one that came meanwhile

    def _entrance(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What is asked before faces are sent; `_answered` is what was answered to the last."""
        while True:
            if self._token is None:
                self._notice = "VTube Studio asks whether vtuber_app may move the model: press Allow there."
                yield ASKS, IDENTITY
                self._token = str(self._answered.get("authenticationToken") or "")
                self._keep(self._token)
            yield "AuthenticationRequest", {**IDENTITY, "authenticationToken": self._token}
            if self._answered.get("authenticated") is True:
                break
            self._token = None  # it was withdrawn in VTube Studio
        if self.settings.every_blendshape:
            for name in parameters.OWN:
                yield "ParameterCreationRequest", parameters.creation(name)

    def _keep(self, token: str) -> None:
        try:
            private.keep(token_file(), self._where, token)
        except OSError as error:
            self._unkept = (
                f"VTube Studio's permission can't be kept in {token_file()} ({error.strerror}), and it will ask again. "
                "Make that folder writable."
            )

    def _refused(self, error: ApiError) -> None:
        if error.request == "ParameterCreationRequest" and error.code in parameters.THERE_ALREADY:
            return  # of VTube Studio itself, or of another plugin: it can be moved all the same
        if error.code == DENIED and error.request == ASKS:
            self._leave()
            self._denied = True
            self._notice = (
                "VTube Studio was told not to allow vtuber_app. Switch this output off and on to be asked again."
            )
        elif error.code in (NOT_AUTHENTICATED, DENIED):  # withdrawn while it was at work
            self._steps, self._token = self._entrance(), None
        elif error.code == ALREADY_ASKING:
            self._lost("is asking already. Answer the question that is open in it.")
        elif error.request == "InjectParameterDataRequest":
            self._notice = f"VTube Studio takes no face now: {error} Look for another plugin that moves the model."
        else:
            self._lost(f"refuses: {error}")

    def _lost(self, how: str) -> None:
        self._leave()
        self._next = clock.now() + RETRY
        self._notice = f"VTube Studio at {self.settings.address}, port {self.settings.port}, {how}"

    def _leave(self) -> None:
        plugin, self._plugin = self._plugin, None
        self._steps = None
        if plugin:
            plugin.close()

    @property
    def _where(self) -> str:
        return f"{self.settings.address.strip()}:{self.settings.port}"


def token_file() -> Path:
    """Where VTube Studio's permission is kept."""
    return paths.data() / "vtube-studio-tokens.json"
