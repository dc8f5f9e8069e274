"""Frames that a phone sends over a connection which it opens."""

import select
import socket
from typing import Self

from vtuber_app.core import clock
from vtuber_app.core.errors import DeviceError, PacketError
from vtuber_app.core.traffic import Traffic
from vtuber_app.core.udp import SIZE, dual_stack

LONGEST = 65536
"""Of a frame, bytes; what goes on longer without an end is dropped."""
AT_ONCE = 100
"""Pieces that are read before the newest frame is used."""


class Frames:
    """Waits for one peer at a port, on IPv4 and IPv6, and cuts what it sends at an end mark.

    Who connects later takes the place of who was there: a phone that lost its network comes back without a farewell.
    """

    def __init__(self, port: int, end: bytes) -> None:
        """Open the port; DeviceError if it is taken."""
        family = socket.AF_INET6 if dual_stack() else socket.AF_INET
        try:
            self._server = socket.create_server(
                ("", port), family=family, backlog=1, dualstack_ipv6=family == socket.AF_INET6
            )
        except OSError as error:
            raise DeviceError(
                f"TCP port {port} can't be opened ({error.strerror}). Close the other program that receives face "
                "tracking, or choose another TCP port."
            ) from error
        self._server.setblocking(False)
        self._end = end
        self._peer: socket.socket | None = None
        self._rest = b""
        self.sender = "nobody"
        self.traffic = Traffic("TCP")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def port(self) -> int:
        """The port that was opened."""
        return int(self._server.getsockname()[1])

    def newest(self, timeout: float) -> bytes | None:
        """Give the newest whole frame and forget those before it; None if none was complete within `timeout` s.

        Raises:
            PacketError: What came has no end where there must be one.
        """
        until = clock.now() + timeout
        while True:
            waiting = [self._server] if self._peer is None else [self._server, self._peer]
            ready = select.select(waiting, [], [], max(until - clock.now(), 0))[0]
            if not ready:
                return None
            if self._server in ready:
                self._accept()
            elif frame := self._read():
                return frame

    def _accept(self) -> None:
        try:
            peer, (self.sender, *_) = self._server.accept()
        except OSError:  # it has gone already
            return
        self._drop()
        peer.setblocking(False)
        self._peer = peer
        self.sender = str(self.sender).removeprefix("::ffff:")

    def _read(self) -> bytes | None:
        assert self._peer is not None, "called when a peer is there"
        newest = None
        for _ in range(AT_ONCE):
            try:
                piece = self._peer.recv(SIZE)
            except BlockingIOError:
                break
            except OSError:  # reset, timed out, unreachable
                piece = b""
            if not piece:
                self._drop()
                break
            *frames, self._rest = (self._rest + piece).split(self._end)
            if frames:
                newest = frames[-1]
                self.traffic.note(self.port, self.sender, newest, len(frames))
            if len(self._rest) > LONGEST:
                self._rest = b""
                if newest is None:
                    raise PacketError("a frame without an end")
        return newest

    def _drop(self) -> None:
        if self._peer:
            self._peer.close()
        self._peer, self._rest = None, b""

    def close(self) -> None:
        """Leave the peer and free the port."""
        self._drop()
        self._server.close()
