"""Speak HTTP by hand: clients tidy what they send, attackers do not."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any

PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Answer:
    """What came back for one request; `status` 0: the connection was closed without a word."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def is_problem(self) -> bool:
        """Whether it is a problem document that says its own status and something to read."""
        if self.headers.get("content-type") != "application/problem+json":
            return False
        document = self.json()
        return bool(document["status"] == self.status and document["detail"] and document["title"])


def request(target: bytes, method: bytes = b"GET", headers: bytes = b"", body: bytes = b"") -> bytes:
    """A request as bytes; `headers` are whole lines."""
    length = b"Content-Length: %d\r\n" % len(body) if body else b""
    return b"%s %s HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n%s" % (method, target, length, headers, body)


def ask(port: int, sent: bytes, *, finish: bool = False) -> Answer:
    """Send bytes and read one answer; `finish` ends our half of the connection after them."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(sent)
        if finish:
            connection.shutdown(socket.SHUT_WR)
        return read_answer(connection)


def read_answer(connection: socket.socket) -> Answer:
    """Read one answer from a connection."""
    response = HTTPResponse(connection)
    try:
        response.begin()
    except ConnectionError:
        return Answer(0, {}, b"")
    with response:
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
