"""What the lesson leaves in the stand-in, and takes away again."""

from __future__ import annotations

from lessons.room import Room

INDICES = ("lesson_03", "lesson_03_pairs")


def begin(room: Room) -> None:
    """Begin without them."""
    end(room)


def end(room: Room) -> None:
    """Delete the lesson's own indices."""
    for name in INDICES:
        room.algolia("DELETE", f"/1/indexes/{name}")
