"""Ask ten times, and write the answers down."""

from __future__ import annotations

import statistics

from lessons.room import Room
from lessons.solutions.writing import write_answers


def act(room: Room) -> None:
    """Measure, and reckon."""
    for _ in range(10):
        room.get("/coursematch", keywords="python", limit=3)
    times = [line["milliseconds"] for line in room.log("front-door") if line.get("event") == "request_passed_on"]
    write_answers(
        room,
        dearest_for_30="database",
        dearest_for_a_million="search",
        learners_with_10_at_once=648_000,
        measured_milliseconds=statistics.median_low(times[-10:]),
    )
