"""The fault switches of one running sandbox: what is no fault at a seam is done here, and all end when they should."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import psutil

from sandbox.embedded.ready import Started
from sandbox.embedded.start import Start
from sandbox.faults.seams import SWITCHED_ON
from sandbox.faults.switched_on import On, SwitchedOn
from sandbox.faults.switches import SWITCHES, switch_named
from sandbox.processes.process_spec import ProcessSpec, base_environment
from sandbox.processes.supervision import ProcessEnded
from sandbox.running.control import Command
from sandbox.setup.aws_keys import child_environment
from sandbox.setup.endpoints import local_url
from sandbox.setup.problem import SandboxProblem

LONGEST_SECONDS = 24 * 3600
INDEX = "mock-algolia"
ON_FUNCTIONS = {
    "functions-bad-deploy": "bad-deploy", "functions-time-out": "time-out", "functions-cold": "cold",
    "model-down": "model", "model-nonsense": "model",
}  # fmt: skip
"""The switches that change functions, and the order of `sandbox.faults.functions` that does it."""

Lines = AsyncIterator[dict[str, Any]]


class BadSwitch(SandboxProblem):
    """A switch was asked for something that it cannot do."""


class Breaking:
    """Switches faults on and off; `close` ends what would do so later."""

    def __init__(self, start: Start, started: Callable[[], Started | None]) -> None:
        self._start = start
        self._started = started
        self._switched_on = SwitchedOn(start.state.run / SWITCHED_ON)
        self._ends: dict[str, asyncio.Task[None]] = {}
        self._one_at_a_time = asyncio.Lock()

    def table(self) -> dict[str, Command]:
        """Give the commands `break`, `mend` and `faults`, for other terminals and the console."""
        return {"break": self._break, "mend": self._mend, "faults": self._faults}

    async def close(self) -> None:
        """Let nothing be switched any more."""
        for task in self._ends.values():
            task.cancel()
        await asyncio.gather(*self._ends.values(), return_exceptions=True)

    async def _break(self, asked: dict[str, Any]) -> Lines:
        switch = switch_named(str(asked.get("name")))
        seconds, rate = asked.get("seconds"), asked.get("rate", 1.0)
        if seconds is not None and not (_is_number(seconds) and 0 < seconds <= LONGEST_SECONDS):
            raise BadSwitch("A fault lasts more than 0 seconds and at most a day.", "Try --for 60s, or 5m.")
        if not (_is_number(rate) and 0 < rate <= 1):
            raise BadSwitch("A fault's rate is above 0 and at most 1.", "Try --rate 0.3.")
        if rate < 1 and switch.seam is None:
            raise BadSwitch(f"{switch.name} has no rate: it holds or it does not.", "Leave --rate out.")
        async with self._one_at_a_time:
            await self._end_later(switch.name, None)
            await self._carry_out(switch.name, on=True)
            self._switched_on.switch(switch.name, On(None if seconds is None else time.time() + seconds, rate))
            await self._end_later(switch.name, seconds)
        yield self._told()

    async def _mend(self, asked: dict[str, Any]) -> Lines:
        names = [switch_named(str(asked["name"])).name] if asked.get("name") else list(self._switched_on.now())
        for name in names:
            await self._off(name)
        yield self._told()

    async def _faults(self, _: dict[str, Any]) -> Lines:
        yield self._told()

    def _told(self) -> dict[str, Any]:
        now = self._switched_on.now()
        return {
            "faults": [
                {"name": switch.name, "part": switch.part, "breaks": switch.breaks, "on": switch.name in now,
                 "rated": switch.seam is not None,
                 "until": now[switch.name].until if switch.name in now else None,
                 "rate": now[switch.name].rate if switch.name in now else None}
                for switch in SWITCHES
            ]
        }  # fmt: skip

    async def _end_later(self, name: str, seconds: float | None) -> None:
        """Forget when a fault was to end, and end it after `seconds` instead."""
        before = self._ends.pop(name, None)
        if before is not None and before is not asyncio.current_task():
            before.cancel()
        if seconds is not None:

            async def end() -> None:
                await asyncio.sleep(seconds)
                await self._off(name)

            self._ends[name] = asyncio.ensure_future(end())

    async def _off(self, name: str) -> None:
        async with self._one_at_a_time:
            self._switched_on.switch(name, None)
            await self._end_later(name, None)
            await self._carry_out(name, on=False)

    async def _carry_out(self, name: str, on: bool) -> None:
        """Do what a switch does besides its fault at a seam."""
        acts: dict[str, Callable[[bool], Awaitable[None]]] = {
            "index-stale": self._suspend,
            "index-disk-full": self._fill_disk,
        }
        if name in ON_FUNCTIONS:
            await self._change_functions(name, on)
        elif name in acts:
            await acts[name](on)

    async def _suspend(self, on: bool) -> None:
        started = self._started()
        if started is None:
            raise BadSwitch("The sandbox is still starting; it has no schedule yet.", "Try again in a moment.")
        started.synced.sync.suspend(on)

    async def _fill_disk(self, on: bool) -> None:
        """Let the index's process write no file any further, as a full disk would."""
        child = self._start.supervisor.children[INDEX]
        if not hasattr(psutil, "RLIMIT_FSIZE"):
            raise BadSwitch("Only Linux can take a process's disk away.", "Choose another fault.")
        with contextlib.suppress(psutil.NoSuchProcess):  # it starts anew, with all its disk
            process = psutil.Process(child.pid)
            _, most = process.rlimit(psutil.RLIMIT_FSIZE)
            process.rlimit(psutil.RLIMIT_FSIZE, (0 if on else most, most))

    async def _change_functions(self, name: str, on: bool) -> None:
        """Begin with what was deployed, then do what the switches that are on want of the functions, this one last."""
        cold = self._start.supervisor.children.get("functions-cold")
        if cold is not None:
            await cold.stop()
        await self._order("roll-back")
        others = [known for known in self._switched_on.now() if known in ON_FUNCTIONS and known != name]
        for wanted in [*others, *([name] if on else [])]:
            await self._order(ON_FUNCTIONS[wanted])

    async def _order(self, order: str) -> None:
        start = self._start
        env = base_environment() | child_environment(start.aws_keys, local_url(start.ports.aws))
        argv = (sys.executable, "-m", "sandbox.faults.functions", order, "--run", str(start.state.run))
        spec = ProcessSpec(f"functions-{order}", argv, env=env)
        if order == "cold":
            await start.supervisor.add(spec).start()
        elif await start.supervisor.run(spec) != 0:
            tail = start.supervisor.children[spec.name].log_tail()
            raise ProcessEnded(f"The functions could not be changed ({order}).", f"The end of its log:\n{tail}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
