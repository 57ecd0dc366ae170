"""Passes on what arrived to another collector, as it arrived: Jaeger, Grafana's, Aspire's dashboard."""

from __future__ import annotations

import asyncio
import logging

import httpx

WAITING = 500
SEND_SECONDS = 2.0

log = logging.getLogger(__name__)


class Forward:
    """Messages on their way to `url`. Those that find no room, or no collector, are dropped and counted."""

    def __init__(self, url: str) -> None:
        self.dropped = 0
        self._url = url.rstrip("/")
        self._waiting: asyncio.Queue[tuple[str, str, bytes]] = asyncio.Queue(WAITING)

    def take(self, kind: str, content_type: str, body: bytes) -> None:
        """Take a message of `traces` or `metrics`."""
        try:
            self._waiting.put_nowait((kind, content_type, body))
        except asyncio.QueueFull:
            self.dropped += 1

    async def run(self) -> None:
        """Send what is taken, until cancelled."""
        async with httpx.AsyncClient(timeout=SEND_SECONDS) as http:
            while True:
                kind, content_type, body = await self._waiting.get()
                try:
                    answer = await http.post(
                        f"{self._url}/v1/{kind}", content=body, headers={"Content-Type": content_type}
                    )
                    answer.raise_for_status()
                except httpx.HTTPError as error:
                    self.dropped += 1
                    log.warning("the collector at %s took nothing: %r", self._url, error)
