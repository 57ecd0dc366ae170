"""Run the steps of a start in parallel, each as soon as the steps it names have ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sandbox.terminal.progress import Progress

Context = TypeVar("Context")


@dataclass(frozen=True)
class Step(Generic[Context]):
    """One step: its name on the screen, what it does, and the names of the steps it needs."""

    name: str
    run: Callable[[Context], Awaitable[str | None]]
    """Returns a few words about what came out, or None."""
    after: tuple[str, ...] = ()


async def run_steps(steps: Sequence[Step[Context]], context: Context, progress: Progress) -> None:
    """Run all steps; the first failure cancels the others and is raised.

    Raises ValueError for a step that names an unknown or later one: the list reads in an order that works.
    """
    ended: dict[str, asyncio.Event] = {}
    for step in steps:
        if missing := [name for name in step.after if name not in ended]:
            raise ValueError(f"step {step.name!r} comes after unknown or later steps {missing}")
        ended[step.name] = asyncio.Event()

    async def carry_out(step: Step[Context]) -> None:
        for name in step.after:
            await ended[name].wait()
        with progress.step(step.name) as outcome:
            outcome.words = await step.run(context)
        ended[step.name].set()

    tasks = [asyncio.ensure_future(carry_out(step)) for step in steps]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
