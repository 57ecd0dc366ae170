"""Read the head of a refusal."""

from __future__ import annotations

from lessons.room import Room
from lessons.solutions.writing import write_answers


def act(room: Room) -> None:
    """Ask while the index is throttled."""
    room.order("break", name="index-throttled")
    refused = room.get("/coursematch", keywords="python")
    room.order("mend")
    write_answers(room, throttled_status=refused.status_code, throttled_retry_after=int(refused.headers["retry-after"]))
