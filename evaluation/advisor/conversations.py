"""Read scripted conversations (`fixtures/conversations/README.md` says what each field means)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.lms.file_rows import InvalidFile, Problem, Row, read_rows

CONVERSATIONS = Path(__file__).parents[2] / "fixtures" / "conversations" / "conversations.jsonl"
_EXPECTED = {"stop", "tools", "arguments", "include", "exclude", "most", "text", "without"}


@dataclass(frozen=True)
class Expected:
    """What a turn should do; an empty field expects nothing."""

    stop: str = "answered"
    tools: tuple[str, ...] | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    most: int | None = None
    text: str = ""
    without: str = ""


@dataclass(frozen=True)
class Turn:
    """What a person says, and what should come of it."""

    say: str
    expected: Expected


@dataclass(frozen=True)
class Conversation:
    """A scripted conversation. `learner` is empty when nobody is signed in."""

    id: str
    note: str
    learner: str
    turns: tuple[Turn, ...]


def read_conversations(path: Path) -> list[Conversation]:
    """Read every conversation of a file of JSON Lines. Raises InvalidFile."""
    problems: list[Problem] = []
    read: dict[str, Conversation] = {}
    for row in read_rows(path):
        try:
            conversation = _conversation(row)
            if conversation.id in read:
                raise ValueError(f"the id {conversation.id!r} is taken")
            read[conversation.id] = conversation
        except (KeyError, TypeError, ValueError) as error:
            message = f"not a conversation ({error}); see fixtures/conversations/README.md"
            problems.append(Problem(row.line, "", message))
    if problems:
        raise InvalidFile(path, problems)
    return list(read.values())


def _conversation(row: Row) -> Conversation:
    fields = row.fields
    turns = tuple(Turn(str(turn["say"]), _expected(turn["expect"])) for turn in fields["turns"])
    if not turns:
        raise ValueError("no turns")
    return Conversation(str(fields["id"]), str(fields.get("note", "")), str(fields.get("learner") or ""), turns)


def _expected(fields: dict[str, Any]) -> Expected:
    unknown = sorted(set(fields) - _EXPECTED)
    if unknown:
        raise ValueError(f"nothing can be expected of {unknown[0]!r}")
    whole = dict(fields)
    for name in ("tools", "include", "exclude"):
        if name in whole:
            whole[name] = tuple(whole[name])
    return Expected(**whole)
