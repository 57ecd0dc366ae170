"""Heads of requests that were read before: a client sends the same one again and again, to the byte."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from waitress.parser import HTTPRequestParser

MOST = 512
LONGEST = 4096
"""Bytes of a head that is remembered."""
LONGEST_BODY = 65536
"""Bytes of a body that is read without further ado."""
SENT = "mock_algolia.sent_headers"
"""Where the environ of a request has its headers alone, by their WSGI names."""
_END = b"\r\n\r\n"
_UNMARKED = {"CONTENT_TYPE", "CONTENT_LENGTH"}
_OF_PROXIES = {
    "X_FORWARDED_FOR", "X_FORWARDED_HOST", "X_FORWARDED_PROTO", "X_FORWARDED_PORT", "X_FORWARDED_BY", "FORWARDED",
}  # fmt: skip
"""Headers that anybody can write and nobody here may believe."""


class Head(NamedTuple):
    """What a request says before its body."""

    environ: Mapping[str, object]
    length: int
    """Bytes of the body."""
    version: str
    stays: bool
    """Whether the connection is kept open after the answer."""


class Asked(NamedTuple):
    """A whole request: its head, and the stream of its body."""

    head: Head
    body: object

    def environ(self, shared: Mapping[str, object]) -> WSGIEnvironment:
        """Give what WSGI wants to know of it, beside what all requests of a connection have in common."""
        return {**shared, **self.head.environ, "wsgi.input": self.body}


class Heads:
    """Remembers heads by their bytes, which alone decide what they mean; the connections of a server share one."""

    def __init__(self) -> None:
        self._known: dict[bytes, Head] = {}

    def find(self, data: bytes) -> tuple[Head, int] | None:
        """Find the known head that begins what was received, and where it ends."""
        end = data.find(_END) + len(_END)
        head = self._known.get(data[:end])
        return None if head is None else (head, end)

    def learn(self, data: bytes, request: HTTPRequestParser) -> Asked:
        """Turn a request that was read from `data`, as it came first, into one; its head is remembered where it can be.

        That is where the head came at once, and tells how long the body is.
        """
        head = _head(request)
        bytes_of_head = data[: data.find(_END) + len(_END)]
        if _END in data and self._may_be_known(bytes_of_head, head, request):
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[bytes_of_head] = head
        return Asked(head, request.get_body_stream())

    @staticmethod
    def _may_be_known(written: bytes, head: Head, request: HTTPRequestParser) -> bool:
        told = not request.chunked and "EXPECT" not in request.headers and head.length <= LONGEST_BODY
        return told and len(written) <= LONGEST and written[:1].isalpha()  # a blank line may come before a head


def _head(request: Any) -> Head:
    sent = {
        name if name in _UNMARKED else f"HTTP_{name}": value
        for name, value in request.headers.items()
        if name not in _OF_PROXIES
    }
    environ = {
        **sent,
        SENT: sent,
        "REQUEST_METHOD": request.command,
        "REQUEST_URI": request.request_uri,
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query,
        "SERVER_PROTOCOL": f"HTTP/{request.version}",
    }
    stays = not request.connection_close and request.version in {"1.0", "1.1"}
    return Head(environ, request.content_length, request.version, stays)
