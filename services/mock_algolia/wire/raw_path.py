"""Paths as they were sent. WSGI hands over decoded paths, where the index `a%2Fb` and the path `a/b` look alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from werkzeug.routing import BaseConverter

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class RawPath:
    """WSGI middleware: routes see the still encoded path; `NameConverter` decodes each segment on its own."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Put the encoded path where WSGI keeps the decoded one."""
        sent = environ.get("REQUEST_URI") or environ.get("RAW_URI")
        path = sent.partition("?")[0] if sent else quote(environ["PATH_INFO"].encode("latin-1"), safe="/*")
        if path.startswith("http://"):  # absolute form, as sent to proxies
            path = "/" + path[7:].partition("/")[2]
        environ["PATH_INFO"] = path.replace("%2A", "*").replace("%2a", "*") or "/"
        return self._app(environ, start_response)


class NameConverter(BaseConverter):
    """A path segment that holds a name: percent-encoded, any character but a bare slash."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """Decode the segment."""
        return unquote(value)

    def to_url(self, value: str) -> str:
        """Encode a name as one segment."""
        return quote(value, safe="")


class IndexConverter(NameConverter):
    """The name of one index: anything but `*`, which is a literal segment of the multi-index routes."""

    regex = r"(?!\*/|\*$)[^/]+"
    part_isolating = True
