"""Words that point at something shown before: "the third", "that one", "第二个"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from services.question.phrases import PhraseTable, read_rows
from services.question.tokens import Token

IN_FOCUS = 0


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in what was shown (1 the first, -1 the last), or `IN_FOCUS` for "it"; and where the text says so."""

    place: int
    start: int
    end: int


def find_references(sentence: Sequence[Token]) -> list[Reference]:
    """Find every word that points, from left to right."""
    return [
        Reference(
            IN_FOCUS if found.row.meaning == "it" else int(found.row.meaning),
            sentence[found.start].start,
            sentence[found.end - 1].end,
        )
        for found in _table().all(sentence)
    ]


@cache
def _table() -> PhraseTable:
    return PhraseTable(read_rows("references"))
