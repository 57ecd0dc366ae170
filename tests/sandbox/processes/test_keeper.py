"""What ends by itself is started again, and repaired until that works."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import psutil

from sandbox.processes.backoff import FIRST_DELAY, HEALTHY_AFTER, LONGEST_DELAY, Backoff
from sandbox.processes.conditions import Conditions
from sandbox.processes.keeper import Keeper
from sandbox.processes.process_spec import ProcessSpec, base_environment
from sandbox.processes.supervision import Supervisor
from sandbox.setup.problem import SandboxProblem

SLEEPING = ProcessSpec("sleeper", (sys.executable, "-c", "import time; time.sleep(600)"), env=base_environment())


def test_repairs_until_it_works_and_tells_how_it_stands(tmp_path: Path) -> None:
    conditions: Conditions = {}
    notes: list[str] = []
    done: list[str] = []

    async def main() -> None:
        async with Supervisor(tmp_path, tmp_path) as supervisor:
            child = supervisor.add(SLEEPING)
            await child.start()
            repaired = asyncio.Event()

            async def clear_up() -> None:
                done.append("cleared up")

            async def repair() -> None:
                done.append(conditions["sleeper"].state)
                if len(done) == 2:
                    raise SandboxProblem("not yet")
                repaired.set()

            keeper = Keeper(conditions, notes.append)
            keeper.keep(child, repair, clear_up, first_delay=0.0)
            assert conditions["sleeper"].state == "running"
            psutil.Process(child.pid).kill()
            await asyncio.wait_for(repaired.wait(), 30)
            while conditions["sleeper"].state != "running":
                await asyncio.sleep(0.01)
            await keeper.close()

    asyncio.run(main())

    assert done == ["cleared up", "being repaired", "being repaired"]
    assert conditions["sleeper"].restarts == 1  # the second repair found it running
    assert "not yet" in notes[1]


def test_waits_longer_each_time_and_begins_again_with_what_lived_long() -> None:
    delays = Backoff()

    assert [delays.delay() for _ in range(7)] == [FIRST_DELAY, 2, 4, 8, 16, LONGEST_DELAY, LONGEST_DELAY]
    assert delays.delay(lived=HEALTHY_AFTER + 1) == FIRST_DELAY


def test_may_start_at_once_the_first_time() -> None:
    delays = Backoff(first=0.0)

    assert [delays.delay() for _ in range(3)] == [0.0, FIRST_DELAY, 2 * FIRST_DELAY]
