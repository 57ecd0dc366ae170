"""Do what the learner does at the terminal."""

from __future__ import annotations

from lessons.room import Room
from lessons.solutions.writing import write_answers


def act(room: Room) -> None:
    """Ask as the newcomer, and as learner 1 without a database."""
    newcomer = room.get("/recommendations", token=room.token("2"), student_id="2").json()["recommendations"]
    token = room.token("1")
    room.order("break", name="database-down")
    refused = room.get("/recommendations", token=token, student_id="1")
    room.order("mend")
    write_answers(
        room,
        reason_for_the_newcomer=newcomer[0]["reasons"][0]["kind"],
        status_without_history=refused.status_code,
    )
