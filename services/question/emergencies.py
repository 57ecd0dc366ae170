"""Somebody who needs help now, and no course: "my husband's chest hurts", "I want to die" (`rows/emergencies.txt`)."""

from __future__ import annotations

from services.question.phrases import tables_by_meaning
from services.question.tokens import tokens


def is_emergency(text: str) -> bool:
    """Say whether a text tells of danger to a life, in any of our languages.

    Who asks to learn ("a class on what to do when somebody stopped breathing") is in none, unless in despair.
    """
    sentence = tokens(text)
    told = {
        meaning
        for meaning, table in tables_by_meaning("emergencies").items()
        if next(table.all(sentence), None) is not None
    }
    return "despair" in told or ("hurt" in told and "learning" not in told)
