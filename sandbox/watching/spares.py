"""One spare process for each workload of ours: warm before a save, and what the workload becomes after it."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.embedded.kubernetes.objects import Pod
from sandbox.processes.process_spec import ProcessSpec
from sandbox.processes.supervision import Child, ProcessEnded, Supervisor
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import ROOT
from sandbox.watching.faults_in_code import in_a_line

WARM_SECONDS = 120
IMPORT_SECONDS = 20


class DoesNotImport(SandboxProblem):
    """What was saved cannot be imported: what is wrong, and in which of our lines."""


class Spares:
    """Starts spares, has them try what was saved, and gives them away. The supervisor ends what is left of them."""

    def __init__(self, supervisor: Supervisor, pods: Mapping[str, Pod], packages: Mapping[str, Iterable[str]]) -> None:
        self._supervisor = supervisor
        self._pods = pods
        self._packages = {name: list(modules) for name, modules in packages.items()}
        self._spares: dict[str, asyncio.Task[Child]] = {}

    def warm(self, names: Iterable[str]) -> None:
        """Have a spare for each of these workloads, warm or soon to be."""
        for name in names:
            if name not in self._spares:
                self._spares[name] = asyncio.ensure_future(self._warmed(name))

    async def try_out(self, name: str, modules: Iterable[str]) -> None:
        """Have the spare of `name` import our modules. Raises `DoesNotImport`, or `ProcessEnded`.

        It holds what was saved now from then on: it is to be taken, or to be thrown away after another's fault.
        """
        self.warm([name])
        spare = await self._spares[name]
        said = await _asked(spare, {"import": list(modules)}, IMPORT_SECONDS)
        if "fault" in said:
            raise DoesNotImport(in_a_line(said["fault"], ROOT))

    def take(self, name: str) -> Child:
        """Give the spare away that has tried what was saved; the next one is to be warmed once there is time."""
        return self._spares.pop(name).result()

    def throw(self, names: Iterable[str]) -> None:
        """End spares that hold what is not to run, and make the next ones ready."""
        for name in names:
            self._spares[name] = asyncio.ensure_future(self._warmed(name, after=self._spares[name]))

    async def close(self) -> None:
        """Begin no more. The supervisor ends the processes."""
        for task in self._spares.values():
            task.cancel()
        await asyncio.gather(*self._spares.values(), return_exceptions=True)

    async def _warmed(self, name: str, after: asyncio.Task[Child] | None = None) -> Child:
        if after is not None:
            (before,) = await asyncio.gather(after, return_exceptions=True)
            if isinstance(before, Child):
                await before.stop()
        argv = (sys.executable, "-m", "sandbox.watching.spare")
        spare = self._supervisor.add(ProcessSpec(self._unused(name), argv, env=self._pods[name].env, asked=True))
        await spare.start()
        await _asked(spare, {"warm": self._packages[name]}, WARM_SECONDS)
        return spare

    def _unused(self, name: str) -> str:
        """Name a spare; one that was given away may still wait to be taken over."""
        known = self._supervisor.children
        names = (f"{name}-spare-{number}" for number in itertools.count(1))
        return next(spare for spare in names if spare not in known or not known[spare].running)


async def _asked(spare: Child, question: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Give the answer. Raises `ProcessEnded` when none comes; then the spare has ended."""
    try:
        async with asyncio.timeout(seconds):
            line = await spare.ask(json.dumps(question).encode() + b"\n")
    except TimeoutError:
        await spare.stop()
        raise ProcessEnded(f"it is not imported within {seconds:.0f} s") from None
    if not line:
        raise ProcessEnded(f"it ended while it was imported (see {spare.log})")
    told: dict[str, Any] = json.loads(line)
    return told
