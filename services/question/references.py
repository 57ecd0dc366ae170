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
    """What a text points at, and where it says so.

    `meaning` is a place in what was shown ("1" the first, "-1" the last), "it", "that" (of those just named), "other"
    (than the one talked about) or "two" (both of them).
    """

    meaning: str
    start: int
    end: int

    @property
    def place(self) -> int:
        """The place in what was shown, `IN_FOCUS` for what has none."""
        return int(self.meaning) if self.meaning.lstrip("-").isdecimal() else IN_FOCUS


def find_references(sentence: Sequence[Token]) -> list[Reference]:
    """Find every word that points, from left to right."""
    return [
        Reference(found.row.meaning, sentence[found.start].start, sentence[found.end - 1].end)
        for found in _table().all(sentence)
    ]


@cache
def _table() -> PhraseTable:
    return PhraseTable(read_rows("references"))
