"""Read conversations and what is expected of each turn (`conversations/README.md` is the format)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.advisor.catalogue import Facts
from services.lms.files.rows import InvalidFile, Problem, read_rows

FOLDER = Path(__file__).parent / "conversations"
KINDS = ("negation", "followup", "about", "vague", "cannot", "language", "honest", "path")
LEVELS = ("Introductory", "Intermediate", "Advanced")
LANGUAGES = ("en", "es", "fr", "de", "pt", "zh", "ar")
MOST_TURNS = 12

_KEY_LISTS = frozenset({"first", "any", "none", "only", "names_not", "order"})
_WORD_LISTS = frozenset({"no_about", "says_any", "says_none"})
_TRUE = frozenset({"asks", "declines", "chats", "nothing_fits", "different"})
_TEXTS = frozenset({"taught_in", "first_taught_in"})
RULES = _KEY_LISTS | _WORD_LISTS | _TRUE | _TEXTS | {"level", "shows", "names", "about_course", "reply_language"}
Rules = Mapping[str, Any]


@dataclass(frozen=True)
class Turn:
    """What a person says, and the rules that the reply is judged by."""

    say: str
    expect: Rules


@dataclass(frozen=True)
class Conversation:
    """A conversation; `learner` is who is signed in, None for nobody. `origin` is the file it stands in."""

    id: str
    kind: str
    learner: str | None
    turns: tuple[Turn, ...]
    origin: str


def read_all(paths: Sequence[Path], facts: Facts) -> list[Conversation]:
    """Read several files; ids are unique over all of them. Raises InvalidFile for the first that has a fault."""
    read: dict[str, Conversation] = {}
    for path in paths:
        for conversation in read_conversations(path, facts, taken=frozenset(read)):
            read[conversation.id] = conversation
    return list(read.values())


def read_conversations(path: Path, facts: Facts, taken: frozenset[str] = frozenset()) -> list[Conversation]:
    """Read every conversation of a file of JSON Lines, checked against the catalogue. Raises InvalidFile."""
    problems: list[Problem] = []
    read: dict[str, Conversation] = {}
    for row in read_rows(path):
        found = [Problem(row.line, field, said) for field, said in _faults(row.fields, facts)]
        identity = row.fields.get("id")
        if not found and (identity in read or identity in taken):
            found = [Problem(row.line, "id", f"{identity!r} is there twice; ids are unique over all files")]
        problems += found
        if not found:
            read[str(identity)] = _conversation(row.fields, path.name)
    if problems:
        raise InvalidFile(path, problems)
    return list(read.values())


def _conversation(fields: Mapping[str, Any], origin: str) -> Conversation:
    turns = tuple(Turn(turn["say"], turn.get("expect") or {}) for turn in fields["turns"])
    return Conversation(fields["id"], fields["kind"], fields.get("learner"), turns, origin)


def _faults(fields: Mapping[str, Any], facts: Facts) -> Iterable[tuple[str, str]]:
    """Say what is wrong with a line: (field, how to mend it) of each fault."""
    if not isinstance(fields.get("id"), str) or not fields["id"]:
        yield "id", "is missing; give a text of its own"
    if fields.get("kind") not in KINDS:
        yield "kind", f"{fields.get('kind')!r} is none of {', '.join(KINDS)}"
    learner = fields.get("learner")
    if learner is not None and learner not in facts.taken:
        yield "learner", f"{learner!r} is no learner of the fixtures; give null, or a learner's id as text"
    yield from ((name, "is not a field of a conversation") for name in set(fields) - {"id", "kind", "learner", "turns"})
    turns = fields.get("turns")
    if not isinstance(turns, list) or not 1 <= len(turns) <= MOST_TURNS:
        yield "turns", f"must be a list of 1 to {MOST_TURNS} turns"
        return
    for at, turn in enumerate(turns, start=1):
        where = f"turn {at}"
        if not isinstance(turn, dict) or set(turn) - {"say", "expect"} or not isinstance(turn.get("say"), str):
            yield where, 'must be {"say": "…", "expect": {…}}'
            continue
        rules = turn.get("expect") or {}
        if not isinstance(rules, dict):
            yield where, "`expect` must be an object of rules"
            continue
        for name, value in rules.items():
            if said := _fault_of(name, value, facts):
                yield f"{where}: {name}", said


def _fault_of(name: str, value: Any, facts: Facts) -> str:
    """Say what is wrong with one rule; empty when nothing is."""
    if name not in RULES:
        return f"is no rule; rules are {', '.join(sorted(RULES))}"
    keys: list[Any] = []
    if name in _KEY_LISTS or name in _WORD_LISTS:
        if not _texts(value):
            return "must be a list of texts, with one at least"
        keys = value if name in _KEY_LISTS else []
    elif name == "names":
        if not isinstance(value, list) or not value or not all(_texts(inner) for inner in value):
            return "must be a list of lists of course keys"
        keys = [key for inner in value for key in inner]
    elif name == "about_course":
        keys = [value]
    elif name in _TRUE and value is not True:
        return "can only be true"
    elif name == "level" and value not in LEVELS:
        return f"must be one of {', '.join(LEVELS)}"
    elif name == "reply_language" and value not in LANGUAGES:
        return f"must be one of {', '.join(LANGUAGES)}"
    elif name in _TEXTS and value not in {course.language for course in facts.courses.values()}:
        return f"no course of the catalogue is taught in {value!r}"
    elif name == "shows" and not _range(value):
        return "must be [least, most]"
    unknown = [key for key in keys if key not in facts.courses]
    return f"{', '.join(map(repr, unknown))}: no such course in the catalogue" if unknown else ""


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) and one for one in value)


def _range(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(type(one) is int and one >= 0 for one in value)
        and value[0] <= value[1]
    )
