"""Passes on what arrived to another collector, as protobuf: Jaeger, Grafana's, Aspire's dashboard.

Whatever that collector does, the sandbox's own receiver goes on: what finds no room or no taker is dropped and counted.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable

import httpx

from sandbox.telemetry.otlp import read_message

MOST_BYTES = 16_000_000
"""Of what waits."""
SEND_SECONDS = 2.0
REST_SECONDS = 5.0
"""How long nothing is sent after a failure."""
PROTOBUF = "application/x-protobuf"

log = logging.getLogger(__name__)

Message = tuple[str, str, bytes]
"""`traces` or `metrics`, the content type, the body."""


class Forward:
    """Messages on their way to `url`; `clock` gives seconds."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.sent = 0
        self.dropped = 0
        self._url = url
        self._clock = clock
        self._rests_until = -REST_SECONDS
        self._waiting: deque[Message] = deque()
        self._bytes = 0
        self._new = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many messages wait."""
        return len(self._waiting)

    def take(self, kind: str, content_type: str, body: bytes) -> None:
        """Take a message of `traces` or `metrics`; drops it while the collector is left alone, or too much waits."""
        if self._clock() < self._rests_until or self._bytes + len(body) > MOST_BYTES:
            self.dropped += 1
            return
        self._waiting.append((kind, content_type, body))
        self._bytes += len(body)
        self._new.set()

    async def run(self) -> None:
        """Send what is taken, until cancelled."""
        async with httpx.AsyncClient(timeout=SEND_SECONDS, trust_env=False) as http:
            while True:
                while not self._waiting:
                    self._new.clear()
                    await self._new.wait()
                message = self._waiting.popleft()
                self._bytes -= len(message[2])
                await self._send(http, message)

    async def _send(self, http: httpx.AsyncClient, message: Message) -> None:
        kind = message[0]
        try:
            body = await asyncio.to_thread(_as_protobuf, *message)
        except Exception as error:  # noqa: BLE001 - whatever a message of anybody's does to a parser of somebody else's
            log.warning("a message of %s cannot be passed on: %r", kind, error)
            self.dropped += 1
            return
        try:
            async with asyncio.timeout(SEND_SECONDS):  # httpx's own is of each byte: a collector could drip for ever
                answer = await http.post(f"{self._url}/v1/{kind}", content=body, headers={"Content-Type": PROTOBUF})
            answer.raise_for_status()
        except (httpx.HTTPError, OSError) as error:
            self._give_up(error)
        else:
            self.sent += 1

    def _give_up(self, error: Exception) -> None:
        """Drop the message and all that wait, and leave the collector alone for a while."""
        log.warning("the collector at %s took nothing (%r); trying again in %.0f s", self._url, error, REST_SECONDS)
        self.dropped += 1 + len(self._waiting)
        self._waiting.clear()
        self._bytes = 0
        self._rests_until = self._clock() + REST_SECONDS


def _as_protobuf(kind: str, content_type: str, body: bytes) -> bytes:
    if content_type == PROTOBUF:
        return body
    from sandbox.telemetry.protobuf import to_protobuf

    return to_protobuf(kind, read_message(kind, content_type, body))
