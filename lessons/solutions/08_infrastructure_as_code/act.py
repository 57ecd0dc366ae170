"""Write the answers down."""

from __future__ import annotations

from lessons.room import Room
from lessons.solutions.writing import write_answers


def act(room: Room) -> None:
    """Count, and copy why a version did not start."""
    write_answers(room, functions=3, reason="this version was never meant to run")
