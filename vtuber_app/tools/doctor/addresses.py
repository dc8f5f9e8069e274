"""This computer's addresses."""

from collections.abc import Iterator

from vtuber_app.core import interfaces
from vtuber_app.core.interfaces import Interface
from vtuber_app.tools.doctor.finding import Finding


def addresses() -> Iterator[Finding]:
    """All interfaces, and which address a phone should be given."""
    found = interfaces.interfaces()
    best = interfaces.for_phone(found)
    if best is None:
        cure = "Join the phone's Wi-Fi, or plug the network cable in. A webcam needs no network."
        yield Finding("network", "warn", "this computer is in no network", cure)
        return
    yield Finding("for your phone", "ok", f"{best.address} ({best.name})")
    for one in found:
        if one is not best:
            yield Finding("address", "ok", f"{one.address} ({one.name}){_about(one)}")


def _about(one: Interface) -> str:
    if one.apart:
        return ": leads to virtual machines or through a tunnel, not to your phone"
    return ": only next to this computer" if one.address.is_link_local else ""
