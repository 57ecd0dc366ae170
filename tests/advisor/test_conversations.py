"""The scripted conversations go as expected, and the judge sees when one does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.advisor.__main__ import main
from evaluation.advisor.conversations import CONVERSATIONS, Expected, read_conversations
from evaluation.advisor.judging import judge
from services.advisor.conversation.adviser import Answer, Event, ToolAnswered, ToolCalled
from services.lms.file_rows import InvalidFile


def test_the_offline_model_does_as_expected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--report", str(tmp_path), "--show", "thread-02"]) == 0, capsys.readouterr().out
    shares = json.loads((tmp_path / "advisor.json").read_text("utf-8"))

    assert set(shares.values()) == {1.0}
    assert "[match_courses(keywords='machine learning', limit=5, language='Spanish')]" in capsys.readouterr().out


def test_there_are_fifty_conversations_and_more() -> None:
    assert len(read_conversations(CONVERSATIONS)) >= 50


def course(key: str, **fields: Any) -> dict[str, Any]:
    return {"course_key": key, "level": "Introductory", "language": "English"} | fields


CALL = ToolCalled("1", "match_courses", {"keywords": "art", "level": "Introductory"})
FOUND = ToolAnswered("1", "match_courses", ok=True, result={"matches": [course("A+1")]})


@pytest.mark.parametrize(
    ("events", "expected", "fault"),
    [
        ([Answer("Take B (B+2).", [], "answered")], Expected(), "no tool returned"),
        (
            [CALL, FOUND, Answer("Take A (A+1).", [course("A+1", level="Advanced")], "answered")],
            Expected(),
            "'Advanced'",
        ),
        ([CALL, FOUND, Answer("Take A (A+1).", [course("A+1")], "answered")], Expected(exclude=("A+1",)), "shows one"),
        ([CALL, FOUND, Answer("Fine.", [course("A+1")], "answered")], Expected(stop="refused"), "instead of refused"),
        ([Answer("Fine.", [course("T+1")], "answered")], Expected(), "T+1, which was taken"),
        ([Answer("Fine.", [], "answered")], Expected(tools=("match_courses",)), "called []"),
        (
            [ToolCalled("1", "match_courses", {"keywords": "beginner art"}), Answer("Fine.", [], "answered")],
            Expected(),
            "level into the keywords",
        ),
    ],
)
def test_the_judge_sees_faults(events: list[Event], expected: Expected, fault: str) -> None:
    judgment = judge(events, expected, frozenset({"T+1"}))

    assert any(fault in found for found in judgment.faults)


@pytest.mark.parametrize(
    "line",
    [
        '{"id": "a"}',
        '{"id": "a", "turns": []}',
        '{"id": "a", "turns": [{"say": "x", "expect": {"mood": "good"}}]}',
        '{"id": "a", "turns": [{"expect": {}}]}',
    ],
)
def test_refuses_a_line_that_is_no_conversation(tmp_path: Path, line: str) -> None:
    path = tmp_path / "conversations.jsonl"
    path.write_text(line, "utf-8")

    with pytest.raises(InvalidFile, match="line 1: not a conversation"):
        read_conversations(path)
