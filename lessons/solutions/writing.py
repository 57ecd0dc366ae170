"""Write `answers.toml` as a learner would."""

from __future__ import annotations

import json

from lessons.room import Room


def write_answers(room: Room, **answers: str | float | list[str]) -> None:
    """Write all answers; texts, numbers and lists of texts look the same in JSON and TOML."""
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in answers.items()]
    (room.work / "answers.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
