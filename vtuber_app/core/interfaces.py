"""This computer's addresses, and which of them a phone in the same network reaches."""

import ipaddress
import re
from dataclasses import dataclass

from vtuber_app.core import udp

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
APART = re.compile(
    r"docker|veth|br-|virbr|vbox|vmnet|vmware|tun|tap|wg|utun|tailscale|zt|ham|lxc|cni|flannel|awdl|llw|anpi|bridge|gif"
    r"|stf|ppp|ipsec|.*(vpn|virtual|vethernet|wsl|hyper-v|loopback|bluetooth)",
    re.IGNORECASE,
)
"""Names of interfaces behind which there is no phone: of virtual machines, tunnels, containers."""
HOME_NETWORKS = tuple(
    ipaddress.IPv4Network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")
)


@dataclass(frozen=True, slots=True)
class Interface:
    """One address of this computer.

    Attributes:
        name: Of the interface, as the system calls it.
        network: What is reached through it directly.
        apart: It leads to virtual machines or through a tunnel, not to phones.
    """

    name: str
    address: Address
    network: ipaddress.IPv4Network | ipaddress.IPv6Network
    apart: bool


def interfaces() -> list[Interface]:
    """All that are up, but for loopback."""
    import psutil

    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    found = []
    for name, addresses in psutil.net_if_addrs().items():
        for one in addresses if name in up else ():
            try:
                address = ipaddress.ip_address(one.address.partition("%")[0])
                prefix = ipaddress.ip_address(one.netmask) if one.netmask else None
            except ValueError:  # the hardware's own address
                continue
            if not address.is_loopback:
                length = f"{int(prefix):b}".count("1") if prefix else address.max_prefixlen
                network = ipaddress.ip_network(f"{address}/{length}", strict=False)
                found.append(Interface(name, address, network, APART.match(name) is not None))
    return found


def for_phone(among: list[Interface]) -> Interface | None:
    """The one whose IPv4 address a phone should be given; None if this computer is in no network."""
    routed = udp.own_address()
    able = [one for one in among if one.address.version == 4 and not one.address.is_link_local]
    return min(
        able,
        key=lambda one: (one.apart, str(one.address) != routed, not one.address.is_private),
        default=None,
    )


def neighbours() -> tuple[ipaddress.IPv4Network, ...]:
    """From where a device of the local network may come: private addresses, and those next to our own."""
    own = tuple(one.network for one in interfaces() if isinstance(one.network, ipaddress.IPv4Network))
    return HOME_NETWORKS + own
