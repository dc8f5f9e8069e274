"""The remote while it is switched on: its port, its token, the phones that are there, and what they wish for."""

import os
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core import interfaces, paths
from vtuber_app.core.errors import DeviceError, SettingsError
from vtuber_app.outputs.web import guard
from vtuber_app.outputs.web.request import Refused
from vtuber_app.outputs.web.server import Server, listen, pages
from vtuber_app.outputs.web.websocket import Stream
from vtuber_app.tools.remote.phone import Phone
from vtuber_app.tools.remote.state import State, Wish

PORT = 18513
TRIED = 8
"""Ports from PORT on that are tried, so that a second vtuber_app has its own."""
PHONES = 4
WAITING = 50
"""Wishes that are kept until the session's owner looks; the oldest are forgotten."""


class Remote:
    """Serves the page to the local network; use it in a `with` block.

    No call ever comes from its thread: its owner looks for `wishes`, and tells what there is to see.

    Attributes:
        port: Where it listens.
    """

    def __init__(self, port: int | None = None) -> None:
        self._ports = range(PORT, PORT + TRIED) if port is None else (port,)
        self.port = 0
        self._token = ""
        self._server: Server | None = None
        self._state = State()
        self._wished: deque[Wish] = deque(maxlen=WAITING)

    def __enter__(self) -> Self:
        files = pages(paths.assets() / "remote")
        try:
            self._token = guard.token(token_file())
        except OSError as error:
            raise SettingsError(
                f"The remote's token can't be kept in {token_file()} ({error.strerror}). Make that folder writable."
            ) from error
        refusal: OSError | None = None
        for port in self._ports:
            try:
                listening = listen("0.0.0.0", port)
            except OSError as error:
                refusal = refusal or error
                continue
            self.port = port
            admitted = guard.Guard(port, self._token, interfaces.neighbours())
            self._server = Server(listening, admitted, files, self._join, PHONES, "remote")
            return self
        raise DeviceError(
            f"The remote can't open port {self._ports[0]} ({refusal.strerror if refusal else 'taken'}), nor the next "
            f"{TRIED - 1}. Close other programs that use them (more than one vtuber_app?), then switch it on again."
        )

    def __exit__(self, *exc: object) -> None:
        server, self._server = self._server, None
        if server:
            server.close()
        self._wished.clear()

    @property
    def address(self) -> str:
        """What a phone opens, token included."""
        own = interfaces.for_phone(interfaces.interfaces())
        return f"http://{own.address if own else '127.0.0.1'}:{self.port}/?token={self._token}"

    @property
    def phones(self) -> list[str]:
        """The addresses of those that have the page open."""
        return sorted(phone.address for phone in self._phones())

    @property
    def watched(self) -> bool:
        """Whether a phone wants to see the live preview."""
        return any(phone.watching for phone in self._phones())

    def wishes(self) -> list[Wish]:
        """What phones have asked for since the last call, oldest first."""
        return [self._wished.popleft() for _ in range(len(self._wished))]

    def publish(self, state: State) -> None:
        """Tell every phone what is in force."""
        if state != self._state and self._server:
            self._state = state
            for phone in self._phones():
                self._server.call(phone.notify)

    def show(self, pixels: NDArray[np.uint8]) -> None:
        """Give those that watch this picture, (H, W, 3 or 4); it must never change."""
        if self._server:
            self._server.show(pixels)

    def renew(self) -> None:
        """Make another token, which disconnects every phone."""
        self.__exit__()
        with suppress(FileNotFoundError):
            os.unlink(token_file())
        self.__enter__()

    def _phones(self) -> list[Phone]:
        return [viewer for viewer in self._server.viewers if isinstance(viewer, Phone)] if self._server else []

    def _join(self, stream: Stream, query: Mapping[str, str]) -> Phone:
        if query.keys() - {"token"}:
            raise Refused(HTTPStatus.BAD_REQUEST, "This address can't be understood. Scan the code again.")
        return Phone(stream, self._wished, partial(getattr, self, "_state"))


def token_file() -> Path:
    """Where the token is kept: who has it may change the avatar, until a new one is made."""
    return paths.data() / "remote-token.txt"
