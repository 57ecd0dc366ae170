"""See whether an answer gives away what only the model was told: its instructions, or what looks like a secret."""

from __future__ import annotations

import re

from services.question.tokens import words_of

RUN = 6
"""So many words in a row of the instructions are no coincidence."""
_SECRET = re.compile(r"\beyJ[\w-]{8}|\bBearer\s|-----BEGIN|\b(?:AKIA|sk-)\w{8}|[A-Za-z0-9_/=-]{40}", re.ASCII)


def leaks(text: str, instructions: str) -> bool:
    """Say whether a text holds a run of the instructions, or what looks like a secret."""
    return bool(_SECRET.search(text)) or not _runs(text).isdisjoint(_runs(instructions))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {words[at : at + RUN] for at in range(len(words) - RUN + 1)}
