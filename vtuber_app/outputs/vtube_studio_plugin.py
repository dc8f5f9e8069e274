"""A conversation with VTube Studio's plugin API, over WebSocket.

One request is on the way at a time, and whoever asks comes back for the answer: nothing here waits for a person or for
a program that hangs. Source: https://github.com/DenchiSoft/VTubeStudio.
"""

import json
from typing import Any

from vtuber_app.core import clock

NAME, DEVELOPER = "vtuber_app", "vtuber_app"
CONNECTING = 0.5
"""The longest that a connection may take, s."""
SENDING = 0.5
ANSWER = 3.0
"""The longest that VTube Studio may take for an answer that needs nobody's click, s."""
GLANCE = 0.002
"""How long an answer is looked for, s."""
ASKS = "AuthenticationTokenRequest"
NOT_AUTHENTICATED, DENIED, ALREADY_ASKING = 8, 50, 51


class Gone(Exception):
    """VTube Studio isn't there, has ended, or doesn't answer."""


class Stranger(Exception):
    """Another program is there."""


class ApiError(Exception):
    """VTube Studio refuses a request; `code` is its errorID."""

    def __init__(self, request: str, code: int, message: str) -> None:
        super().__init__(message)
        self.request = request
        self.code = code


class Plugin:
    """An open connection; Gone or Stranger if there is none."""

    def __init__(self, host: str, port: int) -> None:
        from vtuber_app.outputs.web.wire import NoWebSocket, Wire

        try:
            self._wire = Wire(host, port, "", CONNECTING, SENDING)
        except NoWebSocket as error:
            raise Stranger from error
        except (OSError, UnicodeError, OverflowError) as error:  # the last two: such names and ports there can't be
            raise Gone from error
        self._count = 0
        self._asked = ""
        self._since = 0.0

    @property
    def busy(self) -> str:
        """The request that isn't answered yet; empty if all are."""
        return self._asked

    def ask(self, request: str, **fields: Any) -> None:
        """Send a request; Gone if VTube Studio has."""
        self._count += 1
        self._asked, self._since = request, clock.now()
        message = {
            "apiName": "VTubeStudioPublicAPI",
            "apiVersion": "1.0",
            "requestID": str(self._count),
            "messageType": request,
            "data": fields,
        }
        try:
            self._wire.send(json.dumps(message))
        except OSError as error:
            raise Gone from error

    def answer(self, timeout: float = GLANCE) -> dict[str, Any] | None:
        """What was answered to the request; None if nothing within `timeout` s.

        Raises:
            ApiError: It is refused.
            Gone: VTube Studio ended, or took too long.
            Stranger: What it says can't be read.
        """
        from vtuber_app.outputs.web.wire import Closed

        until = clock.now() + timeout
        while True:
            try:
                said = json.loads(self._wire.receive(max(until - clock.now(), 1e-4)))
                if said.get("requestID") != str(self._count):
                    continue
                kind, content = str(said["messageType"]), dict(said.get("data") or {})
            except TimeoutError:
                if self._asked != ASKS and clock.now() - self._since > ANSWER:
                    raise Gone from None
                return None
            except (Closed, OSError) as error:
                raise Gone from error
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise Stranger from error
            request, self._asked = self._asked, ""
            if kind == "APIError":
                raise ApiError(request, int(content.get("errorID") or 0), str(content.get("message") or ""))
            return content

    def close(self) -> None:
        """End the conversation."""
        self._wire.close()
