"""Requests to OBS: greeting, password, answers."""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Self

from vtuber_app.core import clock
from vtuber_app.core.errors import SettingsError
from vtuber_app.outputs.web.wire import Closed, NoWebSocket, Wire

PORT, OLD_PORT = 4455, 4444
"""Where obs-websocket 5 listens unless told otherwise, and where version 4 did."""
HELLO, IDENTIFY, IDENTIFIED, REQUEST, RESPONSE = 0, 1, 2, 6, 7
REQUESTED_VERSION = 1
WRONG_PASSWORD, UNSUPPORTED, KICKED = 4009, 4010, 4011
NOT_FOUND = 600
PATIENCE = 5.0
"""The longest that OBS may take for one answer, s."""
WHERE = "Tools → WebSocket Server Settings"


class PasswordNeeded(SettingsError):
    """OBS asks for a password; none is known, or a wrong one."""


class NotThere(SettingsError):
    """Nothing listens where OBS should."""


class Refused(SettingsError):
    """OBS can't do what it was asked for; `code` is obs-websocket's RequestStatus."""

    def __init__(self, request: str, code: int, comment: str) -> None:
        super().__init__(f"OBS refused {request} ({comment or f'its code is {code}'}). Look into OBS, then try again.")
        self.code = code
        self.comment = comment


@dataclass(frozen=True, slots=True)
class Place:
    """Where OBS listens."""

    host: str = "127.0.0.1"
    port: int = PORT

    @property
    def ours(self) -> bool:
        """It is this computer."""
        return self.host in ("127.0.0.1", "localhost", "::1")


class Obs:
    """A conversation with OBS, from `with` on.

    Args:
        place: Where it listens.
        password: None if none is known.
        patience: The longest wait for one answer, s.
    """

    def __init__(self, place: Place, password: str | None = None, patience: float = PATIENCE) -> None:
        self.place = place
        self._password = password
        self._patience = patience
        self._asked = 0
        self._wire: Wire | None = None

    def __enter__(self) -> Self:
        if self._wire is None:
            self.greet()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the conversation."""
        if self._wire:
            self._wire.close()

    def greet(self) -> None:
        """Connect and identify.

        Raises:
            PasswordNeeded: Another password, or one at all.
            SettingsError: There is no OBS, its server is off, or it isn't version 5; the text says what to do.
        """
        try:
            self._wire = Wire(self.place.host, self.place.port, "obswebsocket.json", self._patience)
        except NoWebSocket as error:
            raise SettingsError(
                f"Port {self.place.port} belongs to another program, not to OBS. In OBS, look at {WHERE} for the port."
            ) from error
        except (OSError, OverflowError, UnicodeError) as error:  # the last two: such ports and names there can't be
            raise NotThere(_silence(self.place)) from error
        try:
            self._identify()
        except BaseException:
            self._wire.close()
            raise

    def ask(self, request: str, **fields: Any) -> dict[str, Any]:
        """Send a request and give what OBS answers.

        Raises:
            Refused: OBS can't.
            SettingsError: OBS doesn't answer in time, or has ended.
        """
        self._asked += 1
        number = str(self._asked)
        self._say(REQUEST, {"requestType": request, "requestId": number, "requestData": fields})
        until = clock.now() + self._patience
        while True:
            kind, said = self._hear(until - clock.now(), request)
            if kind == RESPONSE and said.get("requestId") == number:
                break
        status = said.get("requestStatus") or {}
        if not status.get("result"):
            raise Refused(request, int(status.get("code") or 0), str(status.get("comment") or ""))
        return said.get("responseData") or {}

    def _identify(self) -> None:
        try:
            kind, hello = self._hear(self._patience, "the greeting")
        except SettingsError as error:
            raise SettingsError(
                f"What listens at port {self.place.port} doesn't greet as obs-websocket 5 does: it is an old "
                "obs-websocket 4, or another program. Update OBS to version 28 or later, which brings its own, and "
                "uninstall the old plug-in."
            ) from error
        if kind != HELLO:
            raise SettingsError(f"OBS began with an unknown message ({kind}). Update OBS, then try again.")
        identity: dict[str, Any] = {"rpcVersion": REQUESTED_VERSION, "eventSubscriptions": 0}
        if lock := hello.get("authentication"):
            if not self._password:
                raise PasswordNeeded(f"OBS asks for its password. In OBS, {WHERE} → Show Connect Info has it.")
            identity["authentication"] = answer(self._password, str(lock["salt"]), str(lock["challenge"]))
        self._say(IDENTIFY, identity)
        if self._hear(self._patience, "the greeting")[0] != IDENTIFIED:
            raise SettingsError("OBS doesn't let vtuber_app in. Restart OBS, then try again.")

    def _say(self, kind: int, content: dict[str, Any]) -> None:
        assert self._wire
        try:
            self._wire.send(json.dumps({"op": kind, "d": content}))
        except OSError as error:
            raise SettingsError("OBS has ended meanwhile. Start it, then try again.") from error

    def _hear(self, timeout: float, awaited: str) -> tuple[int, dict[str, Any]]:
        """The next message's kind and content."""
        assert self._wire
        try:
            message = json.loads(self._wire.receive(timeout))
            return int(message["op"]), dict(message["d"])
        except TimeoutError as error:
            raise SettingsError(
                f"OBS didn't answer to {awaited} within {self._patience:.0f} s. Close the dialogs that are open in it, "
                "then try again."
            ) from error
        except Closed as error:
            raise _farewell(error) from error
        except OSError as error:
            raise _farewell(Closed()) from error
        except (ValueError, KeyError, TypeError) as error:
            raise SettingsError("OBS answered what vtuber_app can't read. Update both, then try again.") from error


def answer(password: str, salt: str, challenge: str) -> str:
    """What proves that the password is known, without telling it."""
    secret = base64.b64encode(hashlib.sha256((password + salt).encode()).digest())
    return base64.b64encode(hashlib.sha256(secret + challenge.encode()).digest()).decode()


def _farewell(closed: Closed) -> SettingsError:
    if closed.code == WRONG_PASSWORD:
        return PasswordNeeded(f"OBS has another password. In OBS, {WHERE} → Show Connect Info has it.")
    if closed.code == UNSUPPORTED:
        return SettingsError(
            "This OBS wants another version of obs-websocket. Update OBS and vtuber_app, then try again."
        )
    if closed.code == KICKED:
        return SettingsError(f"Somebody ended vtuber_app's session in OBS ({WHERE}). Try again.")
    return SettingsError(
        f"OBS closed the connection ({closed.reason or 'without a word'}). Start OBS anew, then try again."
    )


def _silence(place: Place) -> str:
    """What to do where nothing listens."""
    if place.port != OLD_PORT and _listens(Place(place.host, OLD_PORT)):
        return (
            f"OBS has the old obs-websocket 4, on port {OLD_PORT}. Update OBS to version 28 or later, which brings "
            "version 5, and uninstall the old plug-in."
        )
    whose = "OBS" if place.ours else f"OBS on {place.host}"
    return (
        f"{whose} doesn't answer at port {place.port}. Start OBS; if it runs, open {WHERE} in it and tick Enable "
        "WebSocket server."
    )


def _listens(place: Place) -> bool:
    try:
        Wire(place.host, place.port, "obswebsocket.json", 1.0).close()
    except (OSError, UnicodeError, NoWebSocket):
        return False
    return True
