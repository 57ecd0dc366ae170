"""One HTTP request at a seam: read, passed on or not, and answered on a connection that then ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import h11

PATIENCE_SECONDS = 60
CHUNK = 65536
NOT_PASSED_ON = {b"connection", b"keep-alive", b"transfer-encoding", b"content-length", b"accept-encoding"}


@dataclass(frozen=True)
class Call:
    """A request: method, target as it was sent, headers, body."""

    method: str
    target: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


async def read_call(begun: bytes, reader: asyncio.StreamReader) -> Call:
    """Read a request whose first bytes are there already. Raises EOFError when the caller leaves."""
    wire = h11.Connection(h11.SERVER)
    wire.receive_data(begun)
    asked: h11.Request | None = None
    body = b""
    try:
        while not isinstance(event := wire.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                if wire.they_are_waiting_for_100_continue:
                    raise EOFError  # no client of ours asks first
                wire.receive_data(await reader.read(CHUNK))
            elif isinstance(event, h11.Request):
                asked = event
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            else:
                raise EOFError
    except h11.RemoteProtocolError as error:
        raise EOFError from error
    if asked is None:
        raise EOFError
    headers = tuple((bytes(name), bytes(value)) for name, value in asked.headers)
    return Call(asked.method.decode(), asked.target.decode(), headers, body)


async def forward(call: Call, upstream: tuple[str, int], change: Callable[[str, Any], Any] | None) -> bytes:
    """Ask the part behind, and give its answer's bytes; a 200 of JSON is changed by `change`. Raises OSError."""
    import httpx  # a third of a second, and only faults need it

    from sandbox.setup import loopback_http

    headers = [header for header in call.headers if header[0].lower() not in NOT_PASSED_ON]
    try:
        async with loopback_http.async_client(PATIENCE_SECONDS) as client:
            url = f"http://{upstream[0]}:{upstream[1]}{call.target}"
            found = await client.request(call.method, url, headers=headers, content=call.body or None)
    except httpx.HTTPError as error:
        raise ConnectionResetError(str(error)) from error
    body = found.content
    if change is not None and found.status_code == 200 and "json" in found.headers.get("content-type", ""):
        body = json.dumps(change(call.target, json.loads(body))).encode()
    kept = [(name, value) for name, value in found.headers.items() if name.encode() not in NOT_PASSED_ON]
    return answer(found.status_code, body, [header for header in kept if header[0] not in ("content-encoding", "date")])


def answer(status: int, body: bytes, headers: Iterable[tuple[str, str]]) -> bytes:
    """Make a whole answer of a connection that ends with it."""
    named = {name.lower(): value for name, value in headers}
    named.setdefault("content-type", "application/json")
    named |= {"content-length": str(len(body)), "connection": "close"}
    wire = h11.Connection(h11.SERVER)
    reason = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
    head = wire.send(h11.Response(status_code=status, headers=list(named.items()), reason=reason.encode()))
    return (head or b"") + body
