"""A check in a sandbox whose parts are away says so, and goes on with the next task."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lessons.classroom import look
from lessons.lesson import lesson_of
from lessons.room import Room
from sandbox.setup.ports import free_port
from sandbox.setup.state import State


@pytest.mark.parametrize("number", ["3", "7"])
def test_a_part_that_does_not_answer_is_told_in_a_sentence(tmp_path: Path, number: str) -> None:
    """Right after `kill -9`, in lesson 6, the index was away for some seconds and the check ended in a traceback."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    state = State(tmp_path / "state")
    state.root.mkdir()
    index = {"url": nowhere, "app_id": "A", "admin_key": "k", "index": "courses", "search_key": "s"}
    (state.root / "endpoints.json").write_text(json.dumps({"api": nowhere, "lms": nowhere, "algolia": index}))
    room = Room(lesson_of(number), state, tmp_path)
    room.lesson.hand_out(tmp_path)
    found = list(look(room))
    assert len(found) > 1
    assert not any(finding.done for finding in found)
