"""One connection: its requests one after the other, read, answered and written by the thread that it has to itself.

Waitress reads HTTP for us (`HTTPRequestParser`), strictly; its loop and its pool of threads are not used: they handed
each request from thread to thread twice, which took more than reading and writing.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from email.utils import formatdate
from functools import lru_cache
from io import BytesIO
from time import time
from typing import TYPE_CHECKING, Any

import orjson
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser
from waitress.utilities import BadRequest, Error

from services.mock_algolia.wire.heads import Asked, Heads

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

READ = 65536
PATIENCE = 300
"""Seconds that a client may keep silent, or take to read an answer."""
IN_MEMORY = 16 * 1024 * 1024
"""A larger body goes through a temporary file."""
LARGEST = 256 * 1024 * 1024
LIMITS = Adjustments(inbuf_overflow=IN_MEMORY, max_request_body_size=LARGEST)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection:
    """Serves a socket until its client is gone, says that it is, or keeps silent for PATIENCE seconds.

    `environ` is what its requests have in common, `heads` what is known of their heads; `at_work` counts the requests
    of all connections that are worked on; none is begun once the server is `stopping`.
    """

    def __init__(
        self,
        client: socket.socket,
        environ: WSGIEnvironment,
        application: WSGIApplication,
        at_work: threading.Semaphore,
        stopping: threading.Event,
        heads: Heads,
    ) -> None:
        self._socket = client
        self._environ = environ
        self._application = application
        self._at_work = at_work
        self._stopping = stopping
        self._heads = heads

    def serve(self) -> None:
        """Answer request after request."""
        left = b""
        with self._socket, suppress(OSError):
            self._socket.settimeout(PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                if not left:
                    left = self._socket.recv(READ)
                found = self._heads.find(left)
                if found is not None:
                    head, end = found
                    whole = end + head.length
                    while len(left) < whole:
                        more = self._socket.recv(READ)
                        if not more:
                            return
                        left += more
                    if not self._serve_one(Asked(head, BytesIO(left[end:whole]))):
                        return
                    left = left[whole:]
                    continue
                first = left
                request, left = self._read(left)
                if request is None:
                    return
                if request.error is not None:
                    self._socket.sendall(_refusal(request.error))
                    self._drain()
                    return
                stays = self._serve_one(self._heads.learn(first, request))
                request.close()
                if not stays:
                    return

    def _serve_one(self, asked: Asked) -> bool:
        """Answer a request; False where no other may follow."""
        with self._at_work:
            if self._stopping.is_set():
                return False
            answer = self._answer(asked)
        self._socket.sendall(answer)
        return asked.head.stays

    def _read(self, data: bytes) -> tuple[HTTPRequestParser | None, bytes]:
        """Read one request; (None, b"") when the client is gone."""
        request = HTTPRequestParser(LIMITS)
        while True:
            while data and not request.completed:
                try:
                    data = data[request.received(data) :]
                except ValueError as error:  # an address that urllib cannot part
                    request.error, request.completed = BadRequest(str(error)), True
                if request.expect_continue and request.headers_finished and not request.completed:
                    request.expect_continue = False
                    self._socket.sendall(_CONTINUE)
            if request.completed:
                if not request.empty:
                    return request, data
                request = HTTPRequestParser(LIMITS)
                continue
            data = self._socket.recv(READ)
            if not data:
                request.close()
                return None, b""

    def _answer(self, asked: Asked) -> bytes:
        """Give the answer's bytes."""
        told: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
            told[:] = status, headers
            return told.append  # never called: the application returns its body

        body = _whole(self._application(asked.environ(self._environ), start_response))
        head = asked.head
        said = (
            ("Connection: Keep-Alive\r\n" if head.version == "1.0" else "") if head.stays else "Connection: close\r\n"
        )
        return _written(told[0], told[1], body, said)

    def _drain(self) -> None:
        """Read what the client still sends: closing over it would take the answer from the client as well."""
        self._socket.shutdown(socket.SHUT_WR)
        self._socket.settimeout(1)
        for _ in range(16):
            if not self._socket.recv(READ):
                return


def _refusal(error: Error) -> bytes:
    """Write why this is no request."""
    code, reason = error.code, error.reason
    body = orjson.dumps({"message": f"{reason}: {error.body}", "status": code})
    headers = [("Content-Type", "application/json; charset=UTF-8"), ("Content-Length", str(len(body)))]
    return _written(f"{code} {reason}", headers, body, "Connection: close\r\n")


def _whole(chunks: Iterable[bytes]) -> bytes:
    try:
        return b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()


def _written(status: str, headers: Iterable[tuple[str, str]], body: bytes, more: str) -> bytes:
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
    head = f"HTTP/1.1 {status}\r\n{lines}{more}Date: {_date(int(time()))}\r\n\r\n"
    return head.encode("latin-1", "replace") + body


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def shared_environ(host: str, port: int) -> WSGIEnvironment:
    """Give what every request of a server has in common."""
    return {
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_SOFTWARE": "",
        "SCRIPT_NAME": "",
        "CONTENT_LENGTH": "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": None,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
