"""Keep processes up: start again what ends by itself, and repair what it lost, until it works."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from sandbox.processes.backoff import FIRST_DELAY, Backoff
from sandbox.processes.conditions import Condition, Conditions
from sandbox.processes.supervision import Child
from sandbox.setup.problem import SandboxProblem

Work = Callable[[], Awaitable[object]]


async def nothing() -> None:
    """Do nothing."""


class Keeper:
    """Looks after processes from `keep` until `close`; notes tell a person what happens."""

    def __init__(self, conditions: Conditions, note: Callable[[str], None]) -> None:
        self._conditions = conditions
        self._note = note
        self._tasks: set[asyncio.Task[None]] = set()

    def keep(
        self, child: Child, repair: Work = nothing, clear_up: Work = nothing, first_delay: float = FIRST_DELAY
    ) -> None:
        """Look after `child` from now on: should it end by itself, `clear_up`, start it, `repair` what it lost.

        What fails is tried again, after a delay that doubles, until it works: nothing else would try it.
        """
        condition = self._conditions[child.spec.name] = Condition("process", "running")
        task = asyncio.ensure_future(self._look_after(child, condition, repair, clear_up, first_delay))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Look after nothing any more; the processes go on until the supervisor ends them."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _look_after(
        self, child: Child, condition: Condition, repair: Work, clear_up: Work, first_delay: float
    ) -> None:
        delays = Backoff(first_delay)
        while True:
            began = time.monotonic()
            code = await child.wait()
            delay = delays.delay(lived=time.monotonic() - began)
            condition.state, condition.last_result = "restarting", f"ended with code {code}"
            self._note(
                f"{child.spec.name} ended with code {code}; starting it again in {delay:.0f} s (see {child.log})"
            )
            await clear_up()
            await asyncio.sleep(delay)
            repeats = Backoff()
            while not await self._repaired(child, condition, repair):
                await asyncio.sleep(repeats.delay())

    async def _repaired(self, child: Child, condition: Condition, repair: Work) -> bool:
        try:
            if not child.running:
                await child.start()
                condition.restarts += 1
            condition.state = "being repaired"
            await repair()
        except (SandboxProblem, OSError) as problem:
            self._note(f"{child.spec.name} is not repaired yet, and will be tried again. {problem}")
            return False
        condition.state = "running"
        return True
