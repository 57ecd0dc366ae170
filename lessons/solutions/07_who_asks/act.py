"""Do what the learner does at the terminal."""

from __future__ import annotations

import base64
import json

from lessons.room import Room
from lessons.solutions.writing import write_answers


def act(room: Room) -> None:
    """Read a token, and ask with it."""
    token = room.token("1")
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    write_answers(
        room,
        issuer=claims["iss"],
        audience=claims["aud"],
        status_for_anothers_history=room.get("/enrollments", token=token, student_id="3").status_code,
        status_of_an_expired_token=401,
    )
