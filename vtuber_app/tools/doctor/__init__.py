"""What works on this machine, and what to do about what does not."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from vtuber_app.tools.doctor import (
    addresses,
    devices,
    display,
    firewall,
    machine,
    networks,
    obs,
    packets,
    permissions,
    ports,
    stages,
    storage,
)
from vtuber_app.tools.doctor.finding import Case, Finding

Examination = Callable[[], Iterator[Finding]]


def examinations(case: Case) -> dict[str, dict[str, Examination]]:
    """What is looked at: groups, and in each what it is called."""
    return {
        "At work now": {"session": partial(stages.stages, case)},
        "This computer": {
            "Python": machine.python,
            "processor": machine.processor,
            "packages": machine.packages,
            "system libraries": machine.system_libraries,
            "display": display.display,
        },
        "Camera and microphone": {
            "cameras": partial(devices.cameras, case),
            "permission": permissions.permissions,
            "face landmarker": networks.face_landmarker,
            "microphones": devices.microphones,
        },
        "Phone and network": {
            "network": addresses.addresses,
            "ports": partial(ports.ports, case),
            "packets": partial(packets.packets, case),
            "firewall": partial(firewall.firewall, case),
        },
        "OBS and outputs": {
            "virtual camera": partial(devices.virtual_camera, case),
            "OBS": obs.obs,
            "recording": storage.recording,
        },
        "Avatars and networks": {
            "settings": storage.settings_file,
            "avatars": storage.avatars,
            "networks": networks.networks,
            "torch": networks.torch,
            "engines": networks.engines,
        },
    }


def examine(case: Case, leave_out: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Look at everything, a finding after the other; what can't be looked at is one too.

    Args:
        case: What is known.
        leave_out: Names of examinations.
    """
    for group, members in examinations(case).items():
        for name, look in members.items():
            if name in leave_out:
                continue
            try:
                for finding in look():
                    yield replace(finding, group=group)
            except Exception as error:  # a sick machine is what a doctor is for: the other findings must still come
                what = f"It could not be examined: {error!r}"
                yield Finding(name, "warn", what, "Save a report, and send it to vtuber_app's makers.", group)
