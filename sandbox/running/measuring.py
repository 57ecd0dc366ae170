"""The sandbox's own numbers, sent to its receiver as OTLP metrics: restarts, memory, queues, what the last sync did."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import psutil

from sandbox.embedded.ready import Started
from sandbox.embedded.start import Start
from sandbox.running.queues import Number, queues
from sandbox.setup import loopback_http

EVERY_SECONDS = 10.0
SEND_SECONDS = 2.0
GOOD = ("ready", "running", "succeeded", "scheduled")

Json = dict[str, Any]


async def measure(start: Start, started: Callable[[], Started | None]) -> None:
    """Send the numbers every ten seconds, until cancelled; what the receiver does not take is not sent again."""
    async with loopback_http.async_client(SEND_SECONDS) as http:
        while True:
            running = started()
            report = running.synced.sync.last_report if running is not None else None
            found = await asyncio.to_thread(numbers, start, report or {}) + await queues(start, http)
            message = as_otlp(found, time.time_ns())
            with contextlib.suppress(httpx.HTTPError, ValueError):
                await http.post(f"{start.otlp_endpoint}/v1/metrics", json=message)
            await asyncio.sleep(EVERY_SECONDS)


def numbers(start: Start, report: Mapping[str, Any]) -> list[Number]:
    """Give each number: its name, its unit, what it is of, its value."""
    found: list[Number] = []
    for name, condition in list(start.conditions.items()):
        found.append(("coursematch.part.restarts", "1", name, float(condition.restarts)))
        found.append(("coursematch.part.up", "1", name, float(condition.state in GOOD)))
        child = start.supervisor.children.get(name)
        if child is not None and child.running and child.pid is not None:
            with contextlib.suppress(psutil.Error):
                found.append(("process.memory.usage", "MB", name, psutil.Process(child.pid).memory_info().rss / 1e6))
    for name, value in report.items():
        if type(value) in (int, float):
            found.append((f"catalog_sync.{name}", "s" if name == "seconds" else "1", "the last sync", float(value)))
    return found


def as_otlp(found: list[Number], moment: int) -> Json:
    """Write numbers as OTLP has metrics, each a gauge with one point."""
    metrics = [
        {
            "name": name,
            "unit": unit,
            "gauge": {
                "dataPoints": [
                    {
                        "timeUnixNano": str(moment),
                        "asDouble": value,
                        "attributes": [{"key": "coursematch.part", "value": {"stringValue": part}}],
                    }
                ]
            },
        }
        for name, unit, part, value in found
    ]
    service = [{"key": "service.name", "value": {"stringValue": "sandbox"}}]
    return {"resourceMetrics": [{"resource": {"attributes": service}, "scopeMetrics": [{"metrics": metrics}]}]}
