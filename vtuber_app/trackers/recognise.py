"""Whose packet it is, by its first bytes: so that a user who chose the wrong tracker is told the right one."""

OPENSEEFACE_SIZE = 1785


def protocol(packet: bytes) -> str | None:
    """The title of the tracker that reads such packets; None if no one is known to send them."""
    start = packet.lstrip()[:1]
    if packet.startswith((b"#bundle\0", b"/VMC/")):
        return "VMC protocol"
    if packet[:4] == b"\x06\0\0\0" and packet[4:5] == b"$":
        return "Live Link Face (iPhone)"
    if packet and len(packet) % OPENSEEFACE_SIZE == 0:
        return "OpenSeeFace"
    if start == b"{" and b'"BlendShapes"' in packet:
        return "VTube Studio, MeowFace (phone)"
    if b"|" in packet and any(name in packet for name in (b"head#", b"eyeBlink", b"jawOpen")):
        return "Facemotion3d (phone)" if b"eyeBlinkLeft" in packet else "iFacialMocap (phone)"
    return None
