"""Open Sound Control, as far as trackers need it: strict, and several times faster than a general parser.

A datagram is a message or a bundle: `#bundle\\0`, eight bytes of time, then elements, each a big-endian int32 size and
a message or a bundle. A message is an address, type tags (`,sf`) and arguments; texts end with 0 and fill 4 bytes.
Source: https://opensoundcontrol.stanford.edu/spec-1_0.html.
"""

import struct
from collections.abc import Collection, Iterator

from vtuber_app.core.errors import PacketError

BUNDLE = b"#bundle\0"
HEAD = 16
SIZE = struct.Struct(">i")

Argument = str | int | float


def messages(packet: bytes, wanted: Collection[bytes]) -> Iterator[tuple[bytes, list[Argument]]]:
    """Give the messages in a datagram, in order.

    Args:
        packet: Bundles may lie in bundles.
        wanted: Addresses whose messages are given; the others are passed over unread.

    Raises:
        PacketError: It isn't OSC. What was given before that is good.
    """
    spans = [(0, len(packet))]
    while spans:
        start, end = spans.pop()
        if not packet.startswith(BUNDLE, start, end):
            address_end = packet.find(b"\0", start, end)
            if packet[start : start + 1] != b"/" or address_end < 0:
                raise PacketError("no OSC address")
            if (address := packet[start:address_end]) in wanted:
                yield address, _arguments(packet, (address_end | 3) + 1, end)
            continue
        inner: list[tuple[int, int]] = []
        at = start + HEAD
        if at > end:
            raise PacketError("an OSC bundle without its time")
        while at < end:
            if at + 4 > end:
                raise PacketError("an OSC size that is cut off")
            (size,) = SIZE.unpack_from(packet, at)
            at += 4
            if size <= 0 or size % 4 or at + size > end:
                raise PacketError("a wrong OSC size")
            inner.append((at, at + size))
            at += size
        spans.extend(reversed(inner))


def _arguments(packet: bytes, at: int, end: int) -> list[Argument]:
    """Texts, whole numbers and numbers of a message whose type tags begin at `at`, up to the first of another type."""
    tags_end = packet.find(b"\0", at, end)
    if packet[at : at + 1] != b"," or tags_end < 0:
        raise PacketError("no OSC type tags")
    tags, at = packet[at + 1 : tags_end].decode("latin-1"), (tags_end | 3) + 1
    read: list[Argument] = []
    try:
        while tags:
            if tags[0] == "s":
                text_end = packet.index(b"\0", at, end)
                read.append(packet[at:text_end].decode())
                tags, at = tags[1:], (text_end | 3) + 1
                continue
            numbers = tags[: len(tags) - len(tags.lstrip("if"))]
            if not numbers:
                break
            if at + 4 * len(numbers) > end:
                raise PacketError("an OSC argument that is cut off")
            read.extend(struct.unpack_from(">" + numbers, packet, at))
            tags, at = tags[len(numbers) :], at + 4 * len(numbers)
    except ValueError as error:
        raise PacketError("an OSC text that doesn't end") from error
    return read
