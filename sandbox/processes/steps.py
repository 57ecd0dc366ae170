"""Run the steps of a start in parallel, each as soon as the steps it names have ended, on what they gave."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.terminal.progress import Progress


class Result(Protocol):
    """What a step gives to those that come after it; `words` tell a person what came out."""

    @property
    def words(self) -> str:
        """Say it in a few words; empty where there is nothing to say."""


@dataclass(frozen=True)
class Step:
    """One step: its name on the screen, what it does, and the names of the steps whose results it takes."""

    name: str
    run: Callable[..., Awaitable[Result]]
    """Called with what the start was given and then the results of `after`, in that order."""
    after: tuple[str, ...] = ()


async def run_steps(steps: Sequence[Step], given: Any, progress: Progress) -> dict[str, Any]:
    """Run all steps and give their results by name; the first failure cancels the others and is raised.

    Raises ValueError for a step that names an unknown or later one: the list reads in an order that works.
    """
    results: dict[str, asyncio.Future[Result]] = {}
    for step in steps:
        if missing := [name for name in step.after if name not in results]:
            raise ValueError(f"step {step.name!r} comes after unknown or later steps {missing}")
        results[step.name] = asyncio.get_running_loop().create_future()

    async def carry_out(step: Step) -> None:
        earlier = [await asyncio.shield(results[name]) for name in step.after]
        with progress.step(step.name) as outcome:
            result = await step.run(given, *earlier)
            outcome.words = result.words
        results[step.name].set_result(result)

    tasks = [asyncio.ensure_future(carry_out(step)) for step in steps]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return {name: result.result() for name, result in results.items()}
