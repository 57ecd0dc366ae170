"""Looks at services/ while the sandbox runs, lets what was saved run, and remembers what came of it."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from sandbox.embedded.ready import Started
from sandbox.embedded.start import Start
from sandbox.embedded.syncing import SYNC
from sandbox.processes.process_spec import ProcessSpec, base_environment
from sandbox.processes.supervision import Child
from sandbox.setup.aws_keys import REGION
from sandbox.setup.endpoints import local_url
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import ROOT
from sandbox.watching.files import look, saved

LOOK_SECONDS = 0.25
FOLDER = ROOT / "services"
NAME = "watching"

Json = dict[str, Any]


class Watch:
    """One sandbox's watch; `told` says what was saved last and what came of it."""

    def __init__(self, start: Start, started: Callable[[], Started | None]) -> None:
        self.told: Json = {"on": False}
        self._start = start
        self._started = started
        self._child: Child | None = None
        self._syncing: set[asyncio.Task[None]] = set()
        self._one_sync = asyncio.Lock()

    def table(self) -> dict[str, Callable[[Json], AsyncIterator[Json]]]:
        """Give the command `watch`, which asks what was saved last."""
        return {"watch": self._watch}

    async def run(self) -> None:
        """Watch until cancelled."""
        await self._worker()
        self.told = {"on": True}
        self._start.note("Watching services/: what is saved there runs within seconds.")
        try:
            seen = await asyncio.to_thread(look, FOLDER)
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                now = await asyncio.to_thread(look, FOLDER)
                if files := saved(seen, now):
                    await asyncio.sleep(LOOK_SECONDS / 2)  # an editor that saves several files is not done yet
                    now = await asyncio.to_thread(look, FOLDER)
                    await self._bring(saved(seen, now) or files)
                seen = now
        finally:
            for task in self._syncing:
                task.cancel()
            await asyncio.gather(*self._syncing, return_exceptions=True)

    async def _watch(self, _: Json) -> AsyncIterator[Json]:
        yield self.told

    async def _bring(self, files: list[str]) -> None:
        """Let what was saved run; with a fault in it everything stays as it is."""
        began = time.monotonic()
        names = [path.removeprefix(f"{ROOT}/") for path in files]
        self._tell(state="bringing", files=names)
        child = await self._worker()
        line = await child.ask(json.dumps({"saved": files}).encode() + b"\n")
        answer: Json = json.loads(line) if line else {"fault": f"What deploys has ended; see {child.log}."}
        if "fault" in answer:
            self._refused(names, answer["fault"])
            return
        started = self._started()
        try:
            for name in answer["restart"]:
                if started is not None:
                    await started.workloads.restart(name)
        except SandboxProblem as problem:
            self._refused(names, problem.what)
            return
        live = [*answer["functions"], *answer["restart"]]
        if answer["sync"] and started is not None:
            self._tell(state="syncing", files=names, live=live)
            self._go(self._sync(started, names, live, began))
        else:
            self._live(names, live, began)

    async def _sync(self, started: Started, names: list[str], live: list[str], began: float) -> None:
        """Bring records, settings, synonyms and rules to the index, after the sync that may be under way."""
        try:
            async with self._one_sync:
                await started.synced.sync.run_after_another()
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

    async def _worker(self) -> Child:
        """Give the process that deploys; it is started when it is not there (any more)."""
        if self._child is None or not self._child.running:
            start = self._start
            env = base_environment() | {
                "AWS_ENDPOINT_URL": local_url(start.ports.aws), "AWS_DEFAULT_REGION": REGION,
                "AWS_ACCESS_KEY_ID": start.aws_keys.access_key_id,
                "AWS_SECRET_ACCESS_KEY": start.aws_keys.secret_access_key,
            }  # fmt: skip
            argv = (sys.executable, "-m", "sandbox.watching")
            self._child = start.supervisor.add(ProcessSpec(NAME, argv, env=env, asked=True))
            await self._child.start()
        return self._child
