"""Steps run as soon as what they take is there, and the first failure ends them all."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from rich.console import Console

from sandbox.processes.steps import Step, run_steps
from sandbox.terminal.progress import Progress


@dataclass(frozen=True)
class Number:
    value: int
    words: str = "a number"


async def one(given: int) -> Number:
    return Number(given)


async def both(given: int, first: Number, second: Number) -> Number:
    return Number(given * (first.value - 2 * second.value))


def run(steps: Sequence[Step], given: Any = 7) -> tuple[dict[str, Any], str]:
    said = io.StringIO()
    progress = Progress(Console(file=said, width=100))
    return asyncio.run(run_steps(steps, given, progress)), said.getvalue()


def test_hands_results_on_in_the_order_in_which_they_are_named() -> None:
    async def two(given: int) -> Number:
        return Number(given + 1)

    results, said = run([Step("one", one), Step("two", two), Step("both", both, after=("two", "one"))])

    assert results["both"] == Number(7 * (8 - 14))
    assert said.count("✓") == 3
    assert "a number" in said


def test_runs_what_does_not_wait_for_each_other_at_the_same_time() -> None:
    async def main() -> dict[str, Any]:
        meeting = asyncio.Barrier(2)

        async def meet(_: int) -> Number:
            await meeting.wait()
            return Number(0)

        progress = Progress(Console(file=io.StringIO()))
        return await run_steps([Step("left", meet), Step("right", meet)], 0, progress)

    assert asyncio.run(asyncio.wait_for(main(), 30)).keys() == {"left", "right"}


def test_cancels_the_others_when_one_fails() -> None:
    cancelled: list[str] = []

    async def forever(_: int) -> Number:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append("forever")
            raise
        raise AssertionError

    async def fail(_: int) -> Number:
        await asyncio.sleep(0)
        raise RuntimeError("this one")

    steps = [Step("forever", forever), Step("fail", fail), Step("both", both, after=("forever", "fail"))]
    said = io.StringIO()
    with pytest.raises(RuntimeError, match="this one"):
        asyncio.run(run_steps(steps, 0, Progress(Console(file=said))))
    assert cancelled == ["forever"]
    assert {line.split()[1]: line[0] for line in said.getvalue().splitlines()} == {"fail": "✗", "forever": "–"}


@pytest.mark.parametrize("steps", [[Step("one", one, after=("two",)), Step("two", one)], [Step("a", one, ("nobody",))]])
def test_refuses_a_list_that_does_not_read_in_an_order_that_works(steps: list[Step]) -> None:
    with pytest.raises(ValueError, match="unknown or later"):
        run(steps)
