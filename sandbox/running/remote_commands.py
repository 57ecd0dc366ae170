"""What another terminal, or the console, may ask of the running sandbox: how it is, a sync, a stop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.embedded.ready import Started
from sandbox.embedded.start import Start
from sandbox.embedded.syncing import CatalogSync
from sandbox.processes.conditions import Condition
from sandbox.processes.process_spec import base_environment
from sandbox.running.control import Command
from sandbox.setup.endpoints import local_url
from sandbox.setup.loopback_http import status_of
from sandbox.setup.problem import SandboxProblem

ANSWER_SECONDS = 5.0
"""How long `status` waits for the API before it says that it does not answer."""

Json = dict[str, Any]


class RemoteCommands:
    """The commands over one start. `started` and `follow_up` are set once there is such a thing."""

    def __init__(self, start: Start, stop: asyncio.Event, began: datetime) -> None:
        self.started: Started | None = None
        self.follow_up: asyncio.Future[None] | None = None
        self._start = start
        self._stop = stop
        self._began = began

    def table(self) -> dict[str, Command]:
        """Give each command by its name."""
        return {"status": self._status, "sync": self._sync, "stop": self._stop_now}

    async def _status(self, _: Json) -> AsyncIterator[Json]:
        yield {
            "running": True,
            "ready": self.started is not None and await self._answers(),
            "pid": os.getpid(),
            "since": self._began.isoformat(timespec="seconds"),
            "state": str(self._start.state.root),
            "api": self._api,
            "last_sync": self.started.synced.sync.last_report if self.started else None,
            "parts": [self._part(name, condition) for name, condition in self._start.conditions.items()],
        }

    @property
    def _api(self) -> str:
        return local_url(self._start.ports.front_door)

    def _part(self, name: str, condition: Condition) -> Json:
        child = self._start.supervisor.children.get(name)
        return {
            "name": name,
            "kind": condition.kind,
            "state": condition.state,
            "pid": child.pid if child and child.running else None,
            "restarts": condition.restarts,
            "last_result": condition.last_result,
            "next_run": condition.next_run.isoformat() if condition.next_run else None,
            "suspended": condition.suspended,
            "command": " ".join(Path(word).name for word in child.spec.argv[:8]) if child else "",
            "settings": sorted(child.spec.env.keys() - base_environment().keys()) if child else [],
        }

    async def _answers(self) -> bool:
        """Ask the API, through the front door and the gateway, whether it and what it stands on are there."""
        return await status_of(f"{self._api}/health", ANSWER_SECONDS) == 200

    async def _sync(self, _: Json) -> AsyncIterator[Json]:
        async for line in self.settled():
            yield line
        async for line in self.catalog_sync.run():
            yield line

    @property
    def catalog_sync(self) -> CatalogSync:
        """Give the sync of the system. Raises `SandboxProblem` while it is starting."""
        if self.started is None:
            raise SandboxProblem(
                "The sandbox is still starting; its first sync is part of that.", "Try again in a moment."
            )
        return self.started.synced.sync

    async def settled(self) -> AsyncIterator[Json]:
        """Wait until the start has left nothing to do; says so each second. Raises `SandboxProblem` before it ended."""
        while self.catalog_sync and self.follow_up is not None and not self.follow_up.done():
            yield {"progress": "waiting for the sync that follows the start"}
            await asyncio.wait({self.follow_up}, timeout=1)

    async def _stop_now(self, _: Json) -> AsyncIterator[Json]:
        self._stop.set()
        yield {"stopping": True}
