"""What a turn of a conversation does: words that hardly mean anything else, a row each (`rows/acts.txt`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.question.phrases import tables_by_meaning
from services.question.tokens import tokens


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a turn does, and the characters that say so."""

    name: str
    start: int
    end: int


def find_acts(text: str, spoken: str = "") -> tuple[Act, ...]:
    """Find every act of a text, from left to right; those of one phrase stand together.

    In the language that is spoken where something is found in it, else in any: people mix them.
    """
    found = tuple(_found(text, frozenset({spoken}))) if spoken else ()
    return found or tuple(_found(text, None))


def _found(text: str, languages: frozenset[str] | None) -> Iterator[Act]:
    sentence = tokens(text)
    for name, table in tables_by_meaning("acts").items():
        for one in table.all(sentence, languages):
            yield Act(name, sentence[one.start].start, sentence[one.end - 1].end)
