"""Open Sound Control, as far as trackers need it.

A datagram is a message or a bundle: `#bundle\\0`, eight bytes of time, then elements, each a big-endian int32 size and
a message or a bundle. A message is an address, type tags (`,sf`) and arguments; texts end with 0 and fill 4 bytes.
Source: https://opensoundcontrol.stanford.edu/spec-1_0.html.
"""

import struct
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from vtuber_app.core.errors import PacketError

BUNDLE = b"#bundle\0"
HEAD = 16
SLASH = ord("/")
SIZE = struct.Struct(">i")

Argument = str | int | float
Step = tuple[str, Any, int]


def messages(packet: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Give the messages in a datagram, in order: address, where the type tags begin, where the message ends.

    Raises:
        PacketError: It isn't OSC. What was given before that is good.
    """
    if packet[:1] == b"/":
        yield _message(packet, 0, len(packet))
        return
    if not packet.startswith(BUNDLE) or len(packet) < HEAD:
        raise PacketError("no OSC address and no bundle")
    spans = [(HEAD, len(packet))]
    while spans:
        at, end = spans.pop()
        while at < end:
            if at + 4 > end:
                raise PacketError("an OSC size that is cut off")
            start = at + 4
            at = start + SIZE.unpack_from(packet, at)[0]
            if at <= start or at > end or at % 4:
                raise PacketError("a wrong OSC size")
            if packet[start] == SLASH:
                yield _message(packet, start, at)
                continue
            if not packet.startswith(BUNDLE, start, at) or start + HEAD > at:
                raise PacketError("no OSC address and no bundle in a bundle")
            spans += [(at, end), (start + HEAD, at)]
            break


def _message(packet: bytes, start: int, end: int) -> tuple[bytes, int, int]:
    address_end = packet.find(0, start, end)
    if address_end < 0:
        raise PacketError("an OSC address that doesn't end")
    return packet[start:address_end], (address_end | 3) + 1, end


def arguments(packet: bytes, at: int, end: int) -> tuple[list[Argument], list[int]]:
    """Read a message, up to the first argument that is neither text, int32 nor float32.

    Args:
        packet: The datagram.
        at: Where the message's type tags begin.
        end: Where it ends.

    Returns:
        Its arguments, and where the float32 among them are.

    Raises:
        PacketError: It ends too early.
    """
    if at >= end:  # old senders leave out the tags of no arguments
        return [], []
    tags_end = packet.find(0, at, end)
    if packet[at : at + 1] != b"," or tags_end < 0:
        raise PacketError("no OSC type tags")
    read: list[Argument] = []
    places = []
    tags, at = packet[at + 1 : tags_end], (tags_end | 3) + 1
    for letter in tags.decode("latin-1"):
        if letter == "s":
            text_end = packet.find(0, at, end)
            if text_end < 0:
                raise PacketError("an OSC text that doesn't end")
            read.append(packet[at:text_end].decode(errors="replace"))
            at = (text_end | 3) + 1
        elif letter in "if":
            if at + 4 > end:
                raise PacketError("an OSC argument that is cut off")
            if letter == "f":
                places.append(at)
            read += struct.unpack_from(">" + letter, packet, at)
            at += 4
        else:
            break
    return read, places


class Form:
    """A datagram without its float32 numbers: programs send the same few again and again, with other numbers.

    To recognise one takes a twentieth of the time that reading its messages takes.

    Attributes:
        steps: What its numbers mean, for whoever learnt it.
    """

    def __init__(self, packet: bytes, varying: Collection[int], needed: Sequence[int], steps: Sequence[Step]) -> None:
        """Learn it.

        Args:
            packet: A whole number of 4 bytes.
            varying: Where its float32 numbers are, in bytes.
            needed: Where those are that `numbers` gives.
            steps: What they mean: what to do, with what, and with which of them.
        """
        words = np.ones(len(packet) // 4, bool)
        words[[place // 4 for place in varying]] = False
        if packet.startswith(BUNDLE):
            words[2:4] = False  # its time
        self._fixed = np.flatnonzero(words)
        self._expected = np.frombuffer(packet, np.uint32)[self._fixed]
        self._needed = np.array([place // 4 for place in needed], np.intp)
        self.steps = steps

    def fits(self, packet: bytes) -> bool:
        """Whether a datagram of the same size is the same but for its numbers."""
        return bool((np.frombuffer(packet, np.uint32)[self._fixed] == self._expected).all())

    def numbers(self, packet: bytes) -> list[float]:
        """Those that are needed, of a datagram that fits."""
        values: list[float] = np.frombuffer(packet, ">f4")[self._needed].tolist()
        return values
