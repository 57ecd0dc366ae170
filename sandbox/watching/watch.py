"""Looks at services/ while the sandbox runs, lets what was saved run, and remembers what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from sandbox.embedded.ready import Started
from sandbox.embedded.start import Start
from sandbox.embedded.syncing import SYNC
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import ROOT
from sandbox.watching.bringing import Bringing
from sandbox.watching.files import look, saved

LOOK_SECONDS = 0.25
FOLDER = ROOT / "services"

Json = dict[str, Any]


class Watch:
    """One sandbox's watch; `told` says what was saved last and what came of it."""

    def __init__(self, start: Start) -> None:
        self.told: Json = {"on": False}
        self._start = start
        self._syncing: set[asyncio.Task[None]] = set()
        self._one_sync = asyncio.Lock()

    def table(self) -> dict[str, Callable[[Json], AsyncIterator[Json]]]:
        """Give the command `watch`, which asks what was saved last."""
        return {"watch": self._watch}

    async def run(self, started: Started) -> None:
        """Watch until cancelled."""
        seen = await asyncio.to_thread(look, FOLDER)
        bringing = Bringing(self._start, started)
        await bringing.open()
        self.told = {"on": True}
        self._start.note("Watching services/: what is saved there runs within seconds.")
        try:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                now = await asyncio.to_thread(look, FOLDER)
                if files := saved(seen, now):
                    began = time.monotonic()
                    await asyncio.sleep(LOOK_SECONDS / 2)  # an editor that saves several files is not done yet
                    now = await asyncio.to_thread(look, FOLDER)
                    await self._bring(bringing, saved(seen, now) or files, began)
                seen = now
        finally:
            await bringing.close()
            for task in self._syncing:
                task.cancel()
            await asyncio.gather(*self._syncing, return_exceptions=True)

    async def _watch(self, _: Json) -> AsyncIterator[Json]:
        yield self.told

    async def _bring(self, bringing: Bringing, files: list[str], began: float) -> None:
        """Let what was saved run; with a fault in it everything stays as it is."""
        names = [path.removeprefix(f"{ROOT}/") for path in files]
        self._tell(state="bringing", files=names)
        try:
            brought = await bringing.bring(files)
        except SandboxProblem as problem:
            self._refused(names, problem.what)
            return
        if brought.sync:
            self._tell(state="syncing", files=names, live=brought.live)
            self._go(self._sync(bringing, names, brought.live, began))
        else:
            self._live(names, brought.live, began)

    async def _sync(self, bringing: Bringing, names: list[str], live: list[str], began: float) -> None:
        """Have the index learn of it, and say so."""
        try:
            async with self._one_sync:
                await bringing.sync()
        except SandboxProblem as problem:
            self._refused(names, problem.what)
        else:
            self._live(names, [*live, SYNC], began)

    def _live(self, names: list[str], live: list[str], began: float) -> None:
        seconds = round(time.monotonic() - began, 1)
        self._tell(state="live" if live else "unused", files=names, live=live, seconds=seconds)
        words = f"Live after {seconds} s: {', '.join(live)}" if live else "All runs as before"
        self._start.note(f"{words} ({', '.join(names[:3])})")

    def _refused(self, names: list[str], fault: str) -> None:
        self._tell(state="refused", files=names, fault=fault)
        self._start.note(f"Not live, the code before it goes on: {fault}")

    def _tell(self, **told: Any) -> None:
        self.told = {"on": True, "at": time.time(), **told}

    def _go(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._syncing.add(task)
        task.add_done_callback(self._syncing.discard)
