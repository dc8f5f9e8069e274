"""HTTP requests: how they are read, and what is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

HEAD = 8192
"""The longest request, bytes."""
FIELDS = 8
"""The most fields in a query."""


class Refused(Exception):
    """A request that isn't answered with what it asks for; the text is for who typed the address."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """What a browser asks for.

    Attributes:
        path: As sent; it is compared with what there is, and never made a file's name.
        query: The fields after the question mark, each once.
        headers: By name in lower case, each once.
    """

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


def parse(head: bytes) -> Request:
    """Read a request's head; Refused if it isn't a plain GET of HTTP/1.1."""
    try:
        first, *lines = head.decode("ascii").split("\r\n")
        method, target, version = first.split(" ")
        headers: dict[str, str] = {}
        for line in lines:
            if line:
                name, value = line.split(":", 1)
                if name.lower() in headers or name != name.strip():
                    raise ValueError("twice, or folded")
                headers[name.lower()] = value.strip()
        url = urlsplit(target)
        fields = parse_qsl(url.query, keep_blank_values=True, max_num_fields=FIELDS)
        query = dict(fields)
        if version != "HTTP/1.1" or url.netloc or not url.path.startswith("/") or len(query) < len(fields):
            raise ValueError("no plain request")
    except ValueError as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "This address can't be understood. Copy it again.") from error
    if method != "GET":
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "This page can only be looked at.")
    return Request(url.path, query, headers)


def reply(status: HTTPStatus, content: bytes, kind: str = "text/plain; charset=utf-8") -> bytes:
    """A whole answer, after which the connection closes; nothing but this page may load or frame what it brings."""
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(content)}",
        "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy: same-origin",
        "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
        "Connection: close",
        "\r\n",
    )
    return "\r\n".join(head).encode("ascii") + content
