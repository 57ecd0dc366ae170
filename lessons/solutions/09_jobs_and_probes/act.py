"""Look at both addresses while the database is down."""

from __future__ import annotations

from lessons.room import Room
from lessons.solutions.writing import write_answers


def act(room: Room) -> None:
    """Break, look, mend."""
    room.order("break", name="database-down")
    alive, health = room.lms("/alive").status_code, room.lms("/health").status_code
    room.order("mend")
    write_answers(room, alive_status=alive, health_status=health)
