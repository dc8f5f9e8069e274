"""What the doctor says of ports, packets, addresses, firewalls and permissions."""

import ipaddress
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.outputs.web_client import free_port
from tests.tools.obs_server import FakeObs, serving
from vtuber_app.core import clock, interfaces, udp
from vtuber_app.core.interfaces import Interface
from vtuber_app.core.traffic import SENDERS, Traffic
from vtuber_app.outputs.browser import Browser, BrowserSettings
from vtuber_app.session import Session
from vtuber_app.settings import AppSettings
from vtuber_app.tools.doctor import addresses, firewall, obs, packets, permissions, ports
from vtuber_app.tools.doctor.finding import Case
from vtuber_app.tools.obs import files

PACKET = b"eyeBlink_L-20|jawOpen-40|=head#-1.5,2.0,3.0,0.1,-0.2,-0.4|rightEye#1,2,3|leftEye#1,2,3|"
"""Of iFacialMocap."""
VMC = b"/VMC/Ext/OK\0,i\0\0\0\0\0\1"


def udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def settings() -> AppSettings:
    """iFacialMocap hears a port of its own."""
    settings = AppSettings(tracker="ifacialmocap", animator="still")
    return settings.with_part(settings.part("ifacialmocap").model_copy(update={"port": udp_port()}))


def port_of(settings: AppSettings) -> int:
    return int(settings.part("ifacialmocap").port)


def send(port: int, packet: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.sendto(packet, ("127.0.0.1", port))


HOLD = """
import socket, sys
held = [socket.socket(socket.AF_INET, kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)]
for one, port in zip(held, sys.argv[1:]):
    one.bind(("", int(port)))
held[1].listen()
print("ready", flush=True)
sys.stdin.read()
"""


def test_a_taken_port_names_who_has_it(settings: AppSettings) -> None:
    port, page = port_of(settings), free_port()
    settings = settings.with_part(settings.part("browser").model_copy(update={"port": page}))
    command = [sys.executable, "-c", HOLD, str(port), str(page)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline().strip() == b"ready"
        found = [finding for finding in ports.ports(Case(settings)) if finding.state == "warn"]
        other.communicate()
    assert {str(port), str(page)} <= {word.strip(",") for finding in found for word in finding.what.split()}
    for finding in found:
        assert "another port" in finding.remedy
        if sys.platform == "linux":
            assert f"process {other.pid}" in finding.what


def test_what_this_program_has_itself_is_not_taken(settings: AppSettings) -> None:
    with Browser(BrowserSettings(port=free_port())) as output:
        found = list(ports.ports(Case(settings.with_part(output.settings))))
    own = [finding for finding in found if str(output.settings.port) in finding.what]
    if sys.platform == "linux":
        assert [(finding.state, "this program" in finding.what) for finding in own] == [("ok", True)]


def test_every_port_that_a_tracker_hears_is_looked_at_once(settings: AppSettings) -> None:
    numbers = [port.number for port in ports.wanted(settings)]
    assert len(numbers) == len(set(numbers))
    assert {39539, 11125, port_of(settings)} <= set(numbers)
    assert {finding.state for finding in ports.ports(Case(settings))} <= {"ok", "warn"}


def test_packets_to_a_free_port_are_read_as_the_app_that_sends_them(settings: AppSettings) -> None:
    with udp.Listener(0, (port_of(settings),)) as listener:
        for _ in range(3):
            send(port_of(settings), PACKET)
        until = clock.now() + 2
        while sum(one.count for one in listener.traffic.heard()) < 3:
            listener.newest(0.2)
            assert clock.now() < until
        watch = packets.Watch()
        (seen,) = watch.look(listener.traffic.heard(), clock.now())
        assert watch.look(listener.traffic.heard(), clock.now())[0].rate == 0
    assert (seen.sender, seen.title, seen.rate) == ("127.0.0.1", "iFacialMocap (phone)", 3)
    assert packets.words(seen, settings).state == "ok"
    strange = packets.words(packets.Seen(1, "UDP", "127.0.0.1", "", 5), settings)
    assert (strange.state, "unknown kind" in strange.what) == ("warn", True)


def test_listening_for_a_moment_leaves_ports_free_again(settings: AppSettings) -> None:
    assert packets.overhear(settings, 0.05) == []
    udp.listen(port_of(settings)).close()


def test_the_session_s_own_counters_are_asked(settings: AppSettings) -> None:
    port = port_of(settings)
    with Session(settings, ends_with_input=False) as session:
        until = clock.now() + 5
        while not (heard := packets.of_session(session)):
            send(port, VMC)
            session.wait(0.05)
            assert clock.now() < until
        own = [finding for finding in ports.ports(Case(settings)) if str(port) in finding.what]
        assert own[0].what.endswith("this program listens")
        seen = packets.Watch().look(heard, clock.now())
    assert (seen[0].port, seen[0].sender, seen[0].title) == (port, "127.0.0.1", "VMC protocol")
    finding = packets.words(seen[0], settings)
    assert finding.state == "warn"
    assert "VMC protocol" in finding.remedy


def test_forged_senders_do_not_fill_the_memory() -> None:
    traffic = Traffic()
    for number in range(10_000):
        traffic.note(1, f"10.0.{number // 256}.{number % 256}", b"x")
    assert len(traffic.heard()) == SENDERS


def interface(name: str, address: str) -> Interface:
    network = ipaddress.ip_network(f"{address}/24", strict=False)
    return Interface(name, ipaddress.ip_address(address), network, interfaces.APART.match(name) is not None)


def test_a_phone_is_given_the_address_that_it_can_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    tunnel, home = interface("tun0", "10.8.0.2"), interface("wlan0", "192.168.1.5")
    docker, own = interface("docker0", "172.17.0.1"), interface("eth0", "169.254.3.3")
    monkeypatch.setattr(udp, "own_address", lambda: "10.8.0.2")
    assert interfaces.for_phone([docker, tunnel, own, home]) is home
    assert interfaces.for_phone([docker, own]) is docker
    assert interfaces.for_phone([own]) is None
    monkeypatch.setattr(interfaces, "interfaces", lambda: [docker, home, own])
    found = list(addresses.addresses())
    assert (found[0].name, found[0].what) == ("for your phone", "192.168.1.5 (wlan0)")
    assert "virtual machines" in found[1].what


@pytest.mark.parametrize(("name", "apart"), [("vEthernet (WSL)", True), ("Wi-Fi", False), ("en0", False)])
def test_names_of_interfaces_tell_where_they_lead(name: str, apart: bool) -> None:
    assert interface(name, "192.168.1.5").apart is apart


def test_firewalls_are_told_how_to_let_phones_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for words in (firewall.windows([49983]), firewall.ufw([49983]), firewall.firewalld([49983])):
        assert "49983" in words
        assert "18513" in words
    assert firewall.sys.executable in firewall.macos()
    if sys.platform != "linux":
        return
    monkeypatch.setattr(firewall, "UFW", tmp_path / "ufw.conf")
    (tmp_path / "ufw.conf").write_text("ENABLED=yes\n")
    found = list(firewall.firewall(Case(AppSettings())))
    assert found[0].state == "warn"
    assert "sudo ufw allow" in found[0].remedy


def test_permissions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert permissions.windows("camera", denied=True).state == "warn"
    assert permissions.windows("camera", denied=False).state == "ok"
    monkeypatch.setattr(permissions, "DEVICES", tmp_path)
    assert permissions.linux().state == "ok"
    (tmp_path / "video0").touch()
    monkeypatch.setattr(permissions.os, "access", lambda *_: False)
    assert "usermod" in permissions.linux().remedy


def test_obs_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "folders", list)
    with serving(FakeObs()) as fake:
        monkeypatch.setattr("vtuber_app.tools.obs.setup.PORT", fake.port)
        assert next(obs.obs()).state == "ok"
        fake.password = "neko"
        assert "password" in next(obs.obs()).what
    assert "Start OBS" in next(obs.obs()).remedy
