"""Prove a lesson both ways: what was handed out is refused task by task, and the instructor's solution is taken."""

from __future__ import annotations

from collections.abc import Iterator

from lessons.classroom import begin, end, look, solve
from lessons.room import Room


def doubts(room: Room) -> Iterator[str]:
    """Go through the lesson twice in the running sandbox; yields what is wrong with it, a sentence each."""
    begin(room)
    try:
        for finding in look(room):
            if finding.done:
                yield f"«{finding.task}» counts as done before anything was done"
        solve(room)
        for finding in look(room):
            if not finding.done:
                yield f"«{finding.task}» does not take the solution: {finding.missing}"
    finally:
        end(room)
