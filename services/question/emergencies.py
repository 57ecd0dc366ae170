"""Somebody who needs help now, and no course: "my husband's chest hurts", "I want to die" (`rows/emergencies.txt`)."""

from __future__ import annotations

from functools import cache

from services.question.phrases import PhraseTable, read_rows
from services.question.tokens import tokens


def is_emergency(text: str) -> bool:
    """Say whether a text tells of danger to a life, in any of our languages.

    Who asks to learn ("a class on what to do when somebody stopped breathing") is in none, unless in despair.
    """
    sentence = tokens(text)
    told = {meaning for meaning, table in _tables().items() if next(table.all(sentence), None) is not None}
    return "despair" in told or ("hurt" in told and "learning" not in told)


@cache
def _tables() -> dict[str, PhraseTable]:
    rows = read_rows("emergencies")
    return {name: PhraseTable(row for row in rows if row.meaning == name) for name in {row.meaning: 0 for row in rows}}
