"""Compare the learner's reckoning with ours, on the prices handed out and on others."""

from __future__ import annotations

from random import Random
from typing import Any

from lessons.classroom import module_at
from lessons.room import Room
from lessons.task import need, task

FILE = "scale.py"
MONTH_SECONDS = 30 * 24 * 3600
GIGABYTES = 0.5
EACH, PEAK, SECONDS, AT_ONCE = 20, 10, 0.2, 10


def rate(learners: int, each: float, peak: float) -> float:
    """Give the requests of the busiest second."""
    return learners * each * peak / MONTH_SECONDS


def cost(learners: int, each: float, seconds: float, prices: dict[str, float]) -> dict[str, float]:
    """Give the dollars a month."""
    requests = learners * each
    return {
        "gateway": requests / 1e6 * prices["gateway_per_million_requests"],
        "function": requests / 1e6 * prices["function_per_million_requests"]
        + requests * seconds * GIGABYTES * prices["function_per_gigabyte_second"],
        "search": requests / 1e3 * prices["search_per_thousand_requests"],
        "database": prices["database_per_month"],
    }


def handed_out(room: Room) -> dict[str, float]:
    """Read the prices that the lesson hands out."""
    prices: dict[str, float] = module_at(room.lesson.folder / "start" / FILE).PRICES
    return prices


def near(told: Any, truth: float) -> bool:
    """Say whether a number is right but for rounding."""
    return isinstance(told, int | float) and abs(told - truth) <= 1e-6 * max(1.0, abs(truth))


@task("You know how many requests come in the busiest second, and how many are worked on at once")
def rates(room: Room) -> None:
    """Compare on a few sizes."""
    cases: list[list[Any]] = [[30, 20, 10], [1_000_000, 20, 10], [10_000, 3.5, 1], [0, 20, 10]]
    for case, told in zip(cases, room.call(FILE, "requests_per_second", *cases), strict=True):
        need(near(told, rate(*case)), f"`requests_per_second{tuple(case)}` is {told}; it should be {rate(*case):.6f}.")
    pairs: list[list[Any]] = [[77.16, 0.2], [5.0, 2.0], [0.0, 9.0]]
    for (per_second, seconds), told in zip(pairs, room.call(FILE, "at_once", *pairs), strict=True):
        need(
            near(told, per_second * seconds),
            f"`at_once({per_second}, {seconds})` is {told}; it should be {per_second * seconds:.4f}.",
        )


@task("You know what it costs, part by part")
def costs(room: Room) -> None:
    """Compare on the prices handed out, and on drawn ones."""
    random = Random(13)  # noqa: S311 - examples, no secrets
    prices = handed_out(room)
    cases: list[list[Any]] = [[learners, 20, 0.2, prices] for learners in (0, 30, 10_000, 1_000_000)]
    cases += [[5000, 7.5, 1.5, {name: round(random.uniform(0.1, 9), 3) for name in prices}] for _ in range(3)]
    for case, told in zip(cases, room.call(FILE, "cost", *cases), strict=True):
        truth = cost(*case)
        need(
            isinstance(told, dict) and told.keys() == truth.keys(),
            f"`cost` should give {sorted(truth)}, and gives {told}.",
        )
        wrong = [part for part in truth if not near(told[part], truth[part])]
        need(
            not wrong,
            f"`cost({case[0]}, {case[1]}, {case[2]}, …)`: {[(part, told[part], round(truth[part], 4)) for part in wrong]} (part, yours, ours).",
        )


@task("You can say what grows, and where the limit is")
def limits(room: Room) -> None:
    """Compare the answers with a reckoning."""
    prices = handed_out(room)
    for name, learners in (("dearest_for_30", 30), ("dearest_for_a_million", 1_000_000)):
        parts = cost(learners, EACH, SECONDS, prices)
        told = room.answer(name)
        need(told == max(parts, key=lambda part: parts[part]), f"`{name}` is {told!r}; compare the four parts again.")
    truth = int(AT_ONCE / SECONDS * MONTH_SECONDS / (EACH * PEAK) + 1e-9)
    told = room.answer("learners_with_10_at_once", int)
    need(told == truth, f"`learners_with_10_at_once` is {told}: at once = rate × seconds, so which rate gives 10?")


@task("You measured instead of believing")
def measured(room: Room) -> None:
    """Compare with what the front door noted."""
    told = room.answer("measured_milliseconds", float)
    times = sorted(line["milliseconds"] for line in room.log("front-door") if line.get("event") == "request_passed_on")
    need(len(times) >= 10, "The front door has passed on fewer than ten requests: ask ten times.")
    need(times[0] <= told <= times[-1], f"The front door noted {times[0]} to {times[-1]} ms; {told} is none of these.")
