"""A picture from an address on the web: bounded in bytes, time and detours."""

import socket
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPMessage, IncompleteRead
from pathlib import PurePosixPath
from typing import IO, Any
from urllib.parse import quote, unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars import pictures
from vtuber_app.core import clock
from vtuber_app.core.errors import SettingsError

BYTES_LIMIT = 50_000_000
SILENCE = 10.0
"""The longest a server may say nothing, s."""
PATIENCE = 60.0
"""The longest a picture may take, s."""
DETOURS = 5
CHUNK = 1 << 16
AGENT = "Mozilla/5.0 (compatible; vtuber-app)"
"""Some servers refuse Python's own."""


def is_address(source: str) -> bool:
    """Whether that is an address on the web, rather than a file's path."""
    return source.strip().lower().startswith(("http://", "https://"))


def read(address: str) -> tuple[NDArray[np.uint8], str]:
    """Fetch and decode a picture; its pixels as `pictures.read` gives them, and a name for it.

    Raises:
        SettingsError: The address is no web address, it can't be reached, or what it gives is no picture we can read.
    """
    address = address.strip()
    host = _checked(address)
    name = PurePosixPath(unquote(urlsplit(address).path)).stem[:60] or host
    return pictures.decode(_content(address, host), f"from {host}"), name


def _checked(address: str) -> str:
    """The host's name; SettingsError unless it is an address of http or https."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not is_address(address) or not host or any(c.isspace() for c in address):
        raise SettingsError(
            f"{address[:80]!r} is no web address of a picture. It should begin with https:// and be the picture's own: "
            "in the browser, right-click the picture and copy its address."
        )
    return host


def _content(address: str, host: str) -> bytes:
    until = clock.now() + PATIENCE
    opener = urllib.request.build_opener(_Detours)
    try:
        request = urllib.request.Request(quote(address, safe=_SAFE), headers={"User-Agent": AGENT})
        with opener.open(request, timeout=SILENCE) as answer:
            kind = answer.headers.get_content_type()
            if kind in ("text/html", "application/xhtml+xml"):
                raise SettingsError(
                    f"{host} gives a page, not a picture. Open it in the browser, right-click the picture and copy the "
                    "picture's address, or drag the picture itself."
                )
            got = bytearray()
            while chunk := answer.read(CHUNK):
                got += chunk
                if len(got) > BYTES_LIMIT:
                    raise SettingsError(
                        f"The picture at {host} has more than {BYTES_LIMIT // 1_000_000} MB. Save a smaller one and "
                        "open that."
                    )
                if clock.now() > until:
                    raise SettingsError(
                        f"{host} is too slow: the picture didn't come within {PATIENCE:.0f} s. Try again, or save it "
                        "in the browser and open the file."
                    )
            expected = answer.headers.get("Content-Length")
    except urllib.error.HTTPError as error:
        error.close()
        if 300 <= error.code < 400:
            raise SettingsError(
                f"{host} sends us round in circles, or to what is no web address. Open it in the browser, save the "
                "picture there and open the file."
            ) from error
        raise SettingsError(f"{host} refuses the picture ({error.code}). {_advice(error.code)}") from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, SettingsError):
            raise error.reason from error
        raise SettingsError(f"{host} can't be reached: {_reason(error.reason)}. {_ONLINE}") from error
    except IncompleteRead as error:
        raise SettingsError(_broken(host)) from error
    except (OSError, HTTPException, ValueError) as error:
        raise SettingsError(f"The picture could not be fetched from {host}: {_reason(error)}. {_ONLINE}") from error
    if expected and expected.isdecimal() and len(got) < int(expected):
        raise SettingsError(_broken(host))
    if not got:
        raise SettingsError(f"{host} gave an empty file. Check the address in the browser.")
    return bytes(got)


_SAFE = "%/:?#[]@!$&'()*+,;=~-._"
"""What an address may have as it is; other letters are encoded."""
_ONLINE = "Is there a network? Check the address in the browser, or save the picture there and open the file."


def _broken(host: str) -> str:
    return f"The connection to {host} broke off in the middle of the picture. Try again."


def _advice(code: int) -> str:
    if code == 404:
        return "It isn't there (any more). Check the address in the browser."
    if code in (401, 403):
        return "It wants a login or its own page. Save the picture in the browser and open the file."
    return "Try again later, or save the picture in the browser and open the file."


def _reason(error: object) -> str:
    if isinstance(error, TimeoutError):
        return "it doesn't answer"
    if isinstance(error, socket.gaierror):
        return "there is no such server"
    if isinstance(error, OSError):
        return error.strerror or str(error) or type(error).__name__
    return str(error) or type(error).__name__


class _Detours(urllib.request.HTTPRedirectHandler):
    """Follows few redirections, and only to web addresses."""

    max_redirections = DETOURS

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        if not is_address(newurl):
            fp.close()
            raise SettingsError(f"{req.host} sends us to {newurl[:60]!r}, which is no web address.")
        made: Any = super().redirect_request(req, fp, code, msg, headers, newurl)
        return made if isinstance(made, urllib.request.Request) else None
