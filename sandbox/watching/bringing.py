"""Brings what was saved to what runs it: functions and workloads are tried side by side, and all go live or none."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from typing import Any

from sandbox.embedded.ready import Started
from sandbox.embedded.start import Start
from sandbox.embedded.syncing import SYNC
from sandbox.processes.process_spec import ProcessSpec, base_environment
from sandbox.processes.supervision import Child
from sandbox.setup.aws_keys import child_environment
from sandbox.setup.endpoints import local_url
from sandbox.setup.problem import SandboxProblem
from sandbox.watching.spares import Spares

NAME = "watching"

Json = dict[str, Any]


class NotBrought(SandboxProblem):
    """What was saved would not run; the code before it goes on."""


@dataclass(frozen=True)
class Brought:
    """What runs the saved code now; `sync`: the index is still to learn of it."""

    live: list[str]
    sync: bool


class Bringing:
    """The process that deploys to AWS, and the spares of the workloads."""

    def __init__(self, start: Start, started: Started) -> None:
        self._start = start
        self._started = started
        self._child: Child | None = None
        self._spares: Spares

    async def open(self) -> None:
        """Make ready what a save would otherwise wait for."""
        packages = (await self._ask({"do": "packages"}))["packages"]
        pods = {name: self._started.workloads.pod(name) for name in packages}
        self._spares = Spares(self._start.supervisor, pods, packages)
        self._spares.warm(packages)

    async def close(self) -> None:
        """Make nothing ready any more."""
        await self._spares.close()

    async def bring(self, files: list[str]) -> Brought:
        """Let these files run. Raises `NotBrought`, and then everything is as it was."""
        modules = (await self._ask({"saved": files}))["workloads"]
        try:
            await _all(self._ask({"do": "try"}), *(self._spares.try_out(*one) for one in modules.items()))
            live = (await self._ask({"do": "live"}))["functions"]
        except SandboxProblem as problem:
            self._spares.throw(modules)
            raise NotBrought(problem.what) from problem
        workloads = self._started.workloads
        for name in modules:
            await workloads.offer(name, self._spares.take(name))
        restart = [name for name in modules if name != SYNC]
        try:
            await _all(*(workloads.restart(name) for name in restart))
        except SandboxProblem as problem:
            raise NotBrought(problem.what) from problem
        finally:
            self._spares.warm(restart)
        return Brought([*live, *restart], SYNC in modules)

    async def sync(self) -> None:
        """Bring records, settings, synonyms and rules to the index, after the sync that may be under way."""
        try:
            await self._started.synced.sync.run_after_another()
        finally:
            self._spares.warm([SYNC])

    async def _ask(self, question: Json) -> Json:
        child = await self._deployer()
        line = await child.ask(json.dumps(question).encode() + b"\n")
        answer: Json = json.loads(line) if line else {"fault": f"What deploys has ended; see {child.log}."}
        if "fault" in answer:
            raise NotBrought(answer["fault"])
        return answer

    async def _deployer(self) -> Child:
        """Give the process that deploys; it is started when it is not there (any more)."""
        if self._child is None or not self._child.running:
            start = self._start
            env = base_environment() | child_environment(start.aws_keys, local_url(start.ports.aws))
            argv = (sys.executable, "-m", "sandbox.watching")
            self._child = start.supervisor.add(ProcessSpec(NAME, argv, env=env, asked=True))
            await self._child.start()
        return self._child


async def _all(*works: Any) -> None:
    """Wait for all of them, whatever becomes of one; then raise the first's problem, if there is one."""
    for outcome in await asyncio.gather(*works, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
