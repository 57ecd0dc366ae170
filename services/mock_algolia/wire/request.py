"""One request as WSGI brings it, read no further than somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from services.mock_algolia.wire.heads import SENT

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_UNMARKED = {"CONTENT_TYPE": "Content-Type", "CONTENT_LENGTH": "Content-Length"}
"""The headers that WSGI keeps without its `HTTP_`."""


class Request:
    """Method, path, headers and body of one request.

    `path` is still percent-encoded: in what WSGI has decoded, the index `a%2Fb` and the path `a/b` look alike.
    """

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        sent = environ.get("REQUEST_URI") or environ.get("RAW_URI") or ""
        self.target = sent or _target(environ)
        path = self.target.partition("?")[0]
        if path.startswith("http://"):  # absolute form, as sent to proxies
            path = "/" + path[7:].partition("/")[2]
        if "%2" in path:
            path = path.replace("%2A", "*").replace("%2a", "*")
        self.path = path or "/"
        self.ip: str = environ.get("REMOTE_ADDR") or ""

    def header(self, name: str) -> str:
        """Give a header by its WSGI name (`X_ALGOLIA_API_KEY`); empty if it was not sent."""
        value: str = self._environ.get(f"HTTP_{name}", "")
        return value

    @property
    def host(self) -> str:
        """The host and port that the caller believes to speak to."""
        return self.header("HOST") or f"{self._environ['SERVER_NAME']}:{self._environ['SERVER_PORT']}"

    @cached_property
    def args(self) -> list[tuple[str, str]]:
        """The query string, decoded, in order."""
        query = self._environ.get("QUERY_STRING", "")
        return parse_qsl(query, keep_blank_values=True) if query else []

    @cached_property
    def raw_body(self) -> bytes:
        """The body as it was sent. A server that takes the body apart itself (chunked) tells its length too."""
        length = self._environ.get("CONTENT_LENGTH") or "0"
        body: bytes = self._environ["wsgi.input"].read(int(length)) if length != "0" else b""
        return body

    def headers(self) -> dict[str, str]:
        """Give every header by its usual name."""
        return named(self.sent_headers())

    def sent_headers(self) -> Mapping[str, str]:
        """Give every header by its WSGI name: quick, for who may never look."""
        known: Mapping[str, str] | None = self._environ.get(SENT)
        if known is not None:
            return known
        return {name: value for name, value in self._environ.items() if name.startswith("HTTP_") or name in _UNMARKED}


def named(headers: Mapping[str, str]) -> dict[str, str]:
    """Turn WSGI's names of headers into the usual ones."""
    return {_UNMARKED.get(name) or name[5:].replace("_", "-").title(): value for name, value in headers.items()}


def _target(environ: WSGIEnvironment) -> str:
    path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/*")
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path
