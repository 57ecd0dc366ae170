"""Snapshots, which the running sandbox takes and puts back itself: no sync comes between, and whoever asked may go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from sandbox.embedded.start import Start
from sandbox.running.control import Command
from sandbox.running.remote_commands import RemoteCommands
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import read_json
from sandbox.snapshot.exchange import put, take

Json = dict[str, Any]


class Snapshots:
    """The commands `snapshot` and `restore`. Each waits for a sync that is under way, and syncs wait for it."""

    def __init__(self, start: Start, commands: RemoteCommands) -> None:
        self._start = start
        self._commands = commands

    def table(self) -> dict[str, Command]:
        """Give both, for other terminals."""
        return {"snapshot": lambda asked: self._do(take, asked), "restore": lambda asked: self._do(put, asked)}

    async def _do(self, exchange: Callable[[Json, Path], str], asked: Json) -> AsyncIterator[Json]:
        async for line in self._commands.settled():
            yield line
        doing = asyncio.ensure_future(self._alone(exchange, Path(str(asked.get("file")))))
        while not doing.done():  # it goes on where nobody reads any more: half a restore would be neither state
            yield {"progress": "waiting for the index"}
            await asyncio.wait({doing}, timeout=1)
        yield {"said": doing.result()}

    async def _alone(self, exchange: Callable[[Json, Path], str], file: Path) -> str:
        async with self._commands.catalog_sync.held():
            endpoints = read_json(self._start.state.endpoints_file) or {}
            try:
                return await asyncio.to_thread(exchange, endpoints, file)
            except OSError as error:
                raise SandboxProblem(
                    f"{file} cannot be used: {error.strerror or error}.", "Give another file."
                ) from error
