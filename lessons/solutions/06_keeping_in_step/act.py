"""Do what the learner does at the terminal."""

from __future__ import annotations

import time

import httpx
import psutil

from lessons.room import Room
from lessons.solutions.writing import write_answers

PATIENCE_SECONDS = 60


def act(room: Room) -> None:
    """Sync twice, kill the index, and wait until it is back."""
    first, second = room.order("sync"), room.order("sync")
    room.order("mend")
    write_answers(
        room,
        first_updated=first["updated"],
        first_deleted=first["deleted"],
        second_unchanged=second["unchanged"],
        second_writes=second["algolia_write_operations"],
    )
    pid = next(part["pid"] for part in room.order("status")["parts"] if part["name"] == "mock-algolia")
    psutil.Process(pid).kill()
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        time.sleep(0.2)
        try:
            if room.get("/health").status_code == 200 and "nbHits" in room.algolia(
                "POST", "/1/indexes/courses/query", {}
            ):
                return
        except httpx.HTTPError:
            continue
