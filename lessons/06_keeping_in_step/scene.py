"""Somebody has worked in the learning platform: one course is renamed, one is hidden. `reset` brings back what was there."""

from __future__ import annotations

from lessons.room import Room

RENAMED, NEW = "PelagiaX+ENV301", "Climate Modelling, Second Edition"
HIDDEN = "HaldenX+DS202"
LOADED = "UPDATE loads SET loaded = clock_timestamp()"
"""The platform remembers how many courses it lists until its tables are loaded anew."""
RESTARTS = ".restarts"


def restarts(room: Room) -> int:
    """Count how often the index has been started again."""
    return int(next(part["restarts"] for part in room.order("status")["parts"] if part["name"] == "mock-algolia"))


def begin(room: Room) -> None:
    """Change the platform, and remember how often the index was restarted."""
    room.sql("UPDATE courses SET title = :title WHERE key = :key", title=NEW, key=RENAMED)
    room.sql("UPDATE course_runs SET hidden = true WHERE course_key = :key", key=HIDDEN)
    room.sql(LOADED)
    (room.work / RESTARTS).write_text(str(restarts(room)), encoding="utf-8")
