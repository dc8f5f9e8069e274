"""Who may look: the page itself, and with a token who was given the address; no other web page."""

import contextlib
import hmac
import ipaddress
import os
import re
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from vtuber_app.core import clock, paths
from vtuber_app.outputs.web.request import Refused, Request

TOKEN = re.compile(r"[\w-]{20,200}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Guard:
    """Looks at each request before anything is answered.

    A web page elsewhere can make the user's browser ask this server too. Its name gives it away: it stands in Origin,
    and in Host where the page's own domain was made to point here (DNS rebinding), so only addresses are let in.

    Attributes:
        port: The port of this server.
        token: What must be in the address; None where only this computer can connect.
        networks: From where one may connect; None from everywhere.
    """

    port: int
    token: str | None = None
    networks: tuple[ipaddress.IPv4Network, ...] | None = None

    def admits(self, peer: str) -> bool:
        """Whether an IPv4 address may connect at all."""
        return self.networks is None or any(ipaddress.IPv4Address(peer) in network for network in self.networks)

    def check(self, request: Request, needs_token: bool = True) -> None:
        """Raise Refused unless the request came by this server's own address, with the token if there is one."""
        name, _, port = request.headers.get("host", "").rpartition(":")
        if port != str(self.port) or not (name in ("127.0.0.1", "localhost") or (self.token and _is_ip(name))):
            raise Refused(HTTPStatus.FORBIDDEN, "The page can't be reached by this name. Copy its address again.")
        if not self.token or not needs_token:
            return
        if not hmac.compare_digest(request.query.get("token", "").encode(), self.token.encode()):
            raise Refused(HTTPStatus.FORBIDDEN, "The token in the address is missing or old. Copy the address again.")

    def check_origin(self, request: Request) -> None:
        """Raise Refused unless it was this server's page that asks; browsers name the page with every WebSocket."""
        if request.headers.get("origin") != f"http://{request.headers.get('host')}":
            raise Refused(HTTPStatus.FORBIDDEN, "Only vtuber_app's own page may ask for this.")


class Rate:
    """Lets at most `per_second` through, and as many at once."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._left = per_second
        self._at = clock.now()

    def allows(self) -> bool:
        """Count one; False if it is too many."""
        now = clock.now()
        self._left = min(self._left + (now - self._at) * self._per_second, self._per_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


def token(file: Path | None = None) -> str:
    """This user's token, made when first asked for; an address with it stays valid until the file is removed.

    Args:
        file: Where it is kept, if it isn't the browser source's.

    Raises:
        OSError: It can't be read or kept.
    """
    file = file or token_file()
    with contextlib.suppress(FileNotFoundError):
        kept = file.read_text(encoding="ascii", errors="replace").strip()
        if TOKEN.fullmatch(kept):
            return kept
        file.unlink()
    file.parent.mkdir(parents=True, exist_ok=True)
    made = secrets.token_urlsafe(24)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as kept_file:
        kept_file.write(made)
    return made


def token_file() -> Path:
    """Where the browser source's token is kept."""
    return paths.data() / "browser-source-token.txt"


def _is_ip(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True
