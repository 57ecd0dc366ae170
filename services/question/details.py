"""What is asked of a course beside its record's fields, and what a description says of it (`rows/details.txt`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from services.question.phrases import PhraseTable, read_rows
from services.question.tokens import tokens


@dataclass(frozen=True, slots=True)
class Detail:
    """One such thing (an exam, the time a week, the tools), and the characters that name it."""

    name: str
    start: int
    end: int


def find_details(text: str, spoken: str = "") -> tuple[Detail, ...]:
    """Find every detail that a text names, from left to right: in its own language, else in any."""
    found = _found(text, frozenset({spoken})) if spoken else ()
    return found or _found(text, None)


def _found(text: str, languages: frozenset[str] | None) -> tuple[Detail, ...]:
    sentence = tokens(text)
    return tuple(
        Detail(one.row.meaning, sentence[one.start].start, sentence[one.end - 1].end)
        for one in _table().all(sentence, languages)
    )


@cache
def _table() -> PhraseTable:
    return PhraseTable(read_rows("details"))
