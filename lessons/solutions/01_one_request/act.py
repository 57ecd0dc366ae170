"""Do what the learner does at the terminal, and write the answers down."""

from __future__ import annotations

from lessons.room import Room
from lessons.solutions.writing import write_answers


def act(room: Room) -> None:
    """Ask once with the index and once without."""
    good = room.get("/coursematch", keywords="data analysis with python", limit=2)
    room.order("break", name="index-down")
    bad = room.get("/coursematch", keywords="data analysis with python", limit=2)
    room.order("mend")
    request_id = good.headers["x-request-id"]

    def milliseconds(log: str, event: str) -> float:
        lines = [line for line in room.log(log) if line.get("request_id") == request_id and line["event"] == event]
        return float(lines[-1]["milliseconds"])

    write_answers(
        room,
        request_id=request_id,
        front_door_milliseconds=milliseconds("front-door", "request_passed_on"),
        function_milliseconds=milliseconds("aws", "request_answered"),
        failed_request_id=bad.headers["x-request-id"],
        failed_source=bad.json()["source"],
    )
