"""How much waits for its turn, part by part. A part that is away has no number, and holds nobody up."""

from __future__ import annotations

import contextlib

import httpx
import psutil

from sandbox.embedded.deployed_api import found_at
from sandbox.embedded.start import Start
from sandbox.embedded.syncing import SYNC
from sandbox.gateway.front_door import HEALTH
from sandbox.setup.endpoints import local_url
from sandbox.setup.readiness import NoAnswer, sync_backlog

Number = tuple[str, str, str, float]
"""A number's name, its unit, what it is of, its value."""


async def queues(start: Start, http: httpx.AsyncClient) -> list[Number]:
    """Ask every part that has a queue how long it is."""
    return [
        *await _told(http, "front-door", f"{local_url(start.ports.front_door)}{HEALTH}"),
        *await _told(http, "mock-algolia", f"{local_url(start.ports.algolia)}/_mock/health"),
        *await _told(http, "telemetry", f"{start.otlp_endpoint}/health"),
        *_workers(start),
        *await _records_to_write(start),
    ]


async def _told(http: httpx.AsyncClient, part: str, url: str) -> list[Number]:
    """Read the numbers that a part tells with its health, each `waiting_…` a queue."""
    try:
        told = (await http.get(url)).raise_for_status().json()
        waits = {name: float(told[name]) for name in told if name.startswith("waiting_")}
    except (httpx.HTTPError, ValueError, TypeError):
        return []
    return [
        ("coursematch.queue.length", "1", f"{part}: {name[8:].replace('_', ' ')}", value)
        for name, value in waits.items()
    ]


def _workers(start: Start) -> list[Number]:
    """Count the processes that run functions: a request beyond them waits for one to start."""
    emulator = start.supervisor.children.get("aws")
    if emulator is None or not emulator.running or emulator.pid is None:
        return []
    with contextlib.suppress(psutil.Error):
        return [("coursematch.functions.workers", "1", "aws", float(len(psutil.Process(emulator.pid).children())))]
    return []


async def _records_to_write(start: Start) -> list[Number]:
    """Count what a sync that is under way has still to write; nothing waits where none is."""
    condition = start.conditions.get(SYNC)
    waits = 0
    if condition is not None and condition.state == "running":
        try:
            read, written = await sync_backlog(found_at(start, ""))
            waits = max(0, read - written)
        except NoAnswer:
            return []
    return [("coursematch.queue.length", "1", f"{SYNC}: records", float(waits))]
