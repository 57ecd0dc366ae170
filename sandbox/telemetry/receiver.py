"""The receiver as an ASGI application: OTLP/HTTP for who sends, questions for the console, which knows the key.

Loopback only, like everything; a page in a browser can send nothing here, since OTLP's content types are none that a
page of another origin may use unasked, and can read nothing, since it does not know the key.
"""

from __future__ import annotations

import asyncio
import gzip
import hmac
import io
import json
import zlib
from collections.abc import Mapping
from typing import Any

from sandbox.gateway.guard import LOOPBACK_HOST, Receive, Scope, Send, small_body
from sandbox.gateway.lifespan import lifespan
from sandbox.telemetry.forward import Forward
from sandbox.telemetry.otlp import NotOtlp, metric_rows, read_message, span_rows
from sandbox.telemetry.questions import QUESTIONS
from sandbox.telemetry.store import Store

MOST_BYTES = 8_000_000
TYPES = ("application/json", "application/x-protobuf")
TABLES = {"traces": ("spans", span_rows), "metrics": ("numbers", metric_rows)}
WRITE_SECONDS = 0.25
"""Rows wait as long for one another: one insertion costs what a hundred rows in it do."""
MOST_WAITING = 50_000

Json = dict[str, Any]


class Receiver:
    """Takes messages into `store`, and answers questions of whoever knows `key`."""

    def __init__(self, store: Store, key: str, forward: Forward | None = None) -> None:
        self.dropped = 0
        self._store = store
        self._key = f"Bearer {key}".encode()
        self._forward = forward
        self._waiting: dict[str, list[Json]] = {"spans": [], "numbers": []}
        self._writing = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's event: lifespan, or a request."""
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
        elif scope["type"] == "http":
            headers = {name.lower(): value for name, value in scope["headers"]}
            status, answer = await self._answered(scope["method"], scope["path"], headers, receive)
            await _send(send, status, answer)

    async def write(self) -> None:
        """Put what waits into the store."""
        async with self._writing:
            for table, waiting in self._waiting.items():
                rows, waiting[:] = waiting[:], []
                await asyncio.to_thread(self._store.add, table, rows)

    async def write_for_ever(self) -> None:
        """Put what waits into the store, again and again, until cancelled."""
        while True:
            await asyncio.sleep(WRITE_SECONDS)
            await self.write()

    async def _answered(
        self, method: str, path: str, headers: Mapping[bytes, bytes], receive: Receive
    ) -> tuple[int, Json]:
        if not LOOPBACK_HOST.fullmatch(headers.get(b"host", b"")):
            return 403, {"message": "Telemetry is received from this machine only."}
        if path == "/health":
            return 200, {"status": "ok", "waiting_rows": self._rows_waiting(), **self._forwarding()}
        if method != "POST":
            return 405, {"message": "Send with POST."}
        content_type = headers.get(b"content-type", b"").split(b";")[0].strip().decode("latin-1").lower()
        if content_type not in TYPES:
            return 415, {"message": f"Send {' or '.join(TYPES)}."}
        body = await small_body(receive, MOST_BYTES)
        if body is None or (headers.get(b"content-encoding") == b"gzip" and (body := _unpacked(body)) is None):
            return 413, {"message": f"Send at most {MOST_BYTES // 1_000_000} MB at once."}
        if path.startswith("/v1/") and path[4:] in TABLES:
            return self._taken(path[4:], content_type, body)
        question = QUESTIONS.get(path.removeprefix("/ask/"))
        if question is None:
            return 404, {"message": "OTLP is received at /v1/traces and /v1/metrics."}
        if not hmac.compare_digest(headers.get(b"authorization", b""), self._key):
            return 401, {"message": "The sandbox's key is needed to ask."}
        await self.write()
        asked = json.loads(body or b"{}")
        answer = await asyncio.to_thread(question, self._store, asked)
        return 200, answer | {
            "waiting": self._rows_waiting(),
            "dropped": self.dropped,
            "forwarded": None
            if self._forward is None
            else {"sent": self._forward.sent, "dropped": self._forward.dropped},
        }

    def _rows_waiting(self) -> int:
        return sum(map(len, self._waiting.values()))

    def _forwarding(self) -> Json:
        return {} if self._forward is None else {"waiting_to_be_passed_on": self._forward.waiting}

    def _taken(self, kind: str, content_type: str, body: bytes) -> tuple[int, Json]:
        table, rows_of = TABLES[kind]
        try:
            rows = rows_of(read_message(kind, content_type, body))
        except NotOtlp as error:
            return 400, {"message": str(error)}
        room = MOST_WAITING - len(self._waiting[table])
        self.dropped += max(0, len(rows) - room)
        self._waiting[table] += rows[: max(0, room)]
        if self._forward is not None:
            self._forward.take(kind, content_type, body)
        return 200, {}


def _unpacked(body: bytes) -> bytes | None:
    """Unpack a message; None where it is too large, or not packed."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            unpacked = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        return None
    return unpacked if len(unpacked) <= MOST_BYTES else None


async def _send(send: Send, status: int, answer: Json) -> None:
    body = json.dumps(answer, ensure_ascii=False, default=str).encode("utf-8", "replace")
    head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})
