"""Make a slow request, and mend."""

from __future__ import annotations

from lessons.room import Room
from lessons.solutions.writing import write_answers


def act(room: Room) -> None:
    """Ask as learner 1 while the database is slow."""
    room.order("mend")
    token = room.token("1")
    room.order("break", name="database-slow")
    slow = room.get("/recommendations", token=token, student_id="1")
    room.order("mend")
    write_answers(room, slow_request_id=slow.headers["x-request-id"], slow_part="postgres", fault="database-slow")
