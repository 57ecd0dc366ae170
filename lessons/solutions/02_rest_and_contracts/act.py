"""Do what the learner does at the terminal."""

from __future__ import annotations

from lessons.room import Room
from lessons.solutions.writing import write_answers


def act(room: Room) -> None:
    """Ask with the wrong method, and while a bad version is live."""
    allowed = room.post("/coursematch", {}).headers["allow"].split(", ")
    room.order("break", name="functions-bad-deploy")
    bad = room.get("/coursematch", keywords="python")
    room.order("mend")
    write_answers(
        room, allowed_methods=allowed, broken_status=bad.status_code, broken_content_type=bad.headers["content-type"]
    )
