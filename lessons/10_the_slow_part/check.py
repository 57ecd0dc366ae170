"""Give the learner's functions logs that were made up, and compare the answers with the real ones."""

from __future__ import annotations

import math
from random import Random
from typing import Any

from lessons.room import Room
from lessons.task import need, task

FILE = "slow.py"
SLOW_MILLISECONDS = 900.0
"""The fault adds a second to every message of the database."""


def percentile(values: list[float], percent: float) -> float:
    """Give the value at the nearest rank."""
    return sorted(values)[max(0, math.ceil(percent / 100 * len(values)) - 1)] if values else 0.0


def made_up(random: Random) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Write the log of a few requests, mixed, and say where the first one's time went."""
    lines: list[dict[str, Any]] = [{"event": "lms_request", "ms": 3.0}, {"message": "a line without an event"}]
    truth: dict[str, float] = {}
    for number in range(4):
        request_id, total = f"id-{number}", 0.0
        for _ in range(random.randint(0, 4)):
            part, took = random.choice(["postgres", "algolia"]), float(random.randint(1, 900))
            total += took
            lines.append({"event": "call_answered", "part": part, "milliseconds": took, "request_id": request_id})
            if number == 0:
                truth[part] = truth.get(part, 0) + took
        own = float(random.randint(1, 50))
        lines.append(
            {"event": "request_answered", "route": "/x", "milliseconds": total + own, "request_id": request_id}
        )
        if number == 0:
            truth["function"] = own
    random.shuffle(lines)
    return lines, truth


@task("`percentile` finds the value that so many per cent do not exceed")
def percentiles(room: Room) -> None:
    """Try small and drawn lists."""
    random = Random(10)  # noqa: S311 - examples, no secrets
    cases: list[list[Any]] = [[[], 95], [[7.0], 50], [[1.0, 2.0], 50], [[5.0, 1.0, 9.0, 3.0], 95], [[2.0, 1.0], 100]]
    cases += [
        [[float(random.randint(1, 99)) for _ in range(random.randint(1, 40))], random.choice([50, 90, 99])]
        for _ in range(10)
    ]
    for (values, percent), told in zip(cases, room.call(FILE, "percentile", *cases), strict=True):
        truth = percentile(values, percent)
        need(told == truth, f"`percentile({values}, {percent})` is {told}; it should be {truth}.")


@task("`where_time_went` adds up one request's calls, and leaves the rest to the function")
def parts(room: Room) -> None:
    """Try logs in which several requests are mixed."""
    random = Random(11)  # noqa: S311 - examples, no secrets
    logs = [made_up(random) for _ in range(10)]
    found = room.call(FILE, "where_time_went", *([lines, "id-0"] for lines, _ in logs))
    for (lines, truth), told in zip(logs, found, strict=True):
        same = (
            isinstance(told, dict)
            and told.keys() == truth.keys()
            and all(abs(told[part] - truth[part]) < 0.01 for part in truth)
        )
        mine = [line for line in lines if line.get("request_id") == "id-0"]
        need(same, f"For the lines {mine} (among others) it says {told}; it should be {truth}.")


@task("You found the part that is slow, in the log of a request of yours")
def found(room: Room) -> None:
    """Look at the request that the learner names."""
    request_id = room.answer("slow_request_id")
    mine = [line for line in room.log("aws") if line.get("request_id") == request_id]
    need(mine, f"The log `aws` has no line of {request_id!r}. Take `x-request-id` from the head of the answer.")
    (answered, *_) = [line for line in mine if line["event"] == "request_answered"] or [{"route": "?"}]
    need(answered["route"] == "/recommendations", f"That request went to {answered['route']}; ask /recommendations.")
    calls: dict[str, float] = {}
    for line in mine:
        if line["event"] == "call_answered":
            calls[line["part"]] = calls.get(line["part"], 0.0) + line["milliseconds"]
    slowest = max(calls, key=lambda part: calls[part], default="")
    need(
        calls.get(slowest, 0) > SLOW_MILLISECONDS,
        "That request was not slow. Was the fault on? `start` switches it on.",
    )
    part = room.answer("slow_part")
    need(part == slowest, f"`slow_part` is {part!r}; add up that request's calls, part by part.")


@task("You named the fault, and mended it")
def mended(room: Room) -> None:
    """Compare with the switch."""
    fault = room.answer("fault")
    need(fault in room.lesson.faults, f"`fault` is {fault!r}; `nox -s sandbox -- faults` lists them all.")
    need(not room.broken(), f"{', '.join(sorted(room.broken()))} is still on: `nox -s sandbox -- mend`.")
