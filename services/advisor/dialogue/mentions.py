"""The words by which a turn means a course that was not pointed at. Pure."""

from __future__ import annotations

import re

from services.advisor.dialogue.reading import Turn, clauses
from services.advisor.dialogue.state import ABOUT
from services.advisor.dialogue.titles import small_words, without_signs
from services.question.acts import find_acts
from services.question.details import find_details
from services.question.references import find_references
from services.question.tokens import tokens, words_of

_JOINED = re.compile(
    r"\s(?:and|vs\.?|versus|or|y|e|et|und|oder|o|ou|from|than|with|con|mit|avec|com|de|von|du)\s|[和与跟]|\sو",
    re.IGNORECASE,
)


def mention_of(turn: Turn, aspect: str) -> str:
    """Give the words that name the course asked about: those of the sentence that asks, less what asks."""
    if aspect == "course_language" and turn.pointed.courses and not any(not term.language for term in turn.terms):
        return ""
    whole = turn.text, 0
    part, offset = asking_clause(turn, aspect)
    found = _words_in(turn, aspect, part, offset)
    elsewhere = not found and part != turn.text and not find_references(tokens(part)) and bool(turn.terms)
    return _words_in(turn, aspect, *whole) if elsewhere else found


def asking_clause(turn: Turn, aspect: str) -> tuple[str, int]:
    """Give the clause that asks, and where it begins; the whole text where none is told apart."""
    asking = [act for act in turn.acts if act.name in (aspect, "hardness" if aspect == "level" else aspect)]
    for clause in clauses(turn.text):
        start = turn.text.find(clause)
        if any(start <= act.start < start + len(clause) for act in asking):
            return clause, start
    return turn.text, 0


def _words_in(turn: Turn, aspect: str, part: str, offset: int) -> str:
    kept = list(part)
    for act in find_acts(part, turn.spoken):
        if act.name in (*ABOUT, "compare", "also", "learns", "exists", "which") or (
            act.name == "onward" and act.start <= 1
        ):
            kept[act.start : act.end] = " " * (act.end - act.start)
    for reference in find_references(tokens(part)):
        kept[reference.start : reference.end] = " " * (reference.end - reference.start)
    named = [(term.start - offset, term.end - offset) for term in turn.terms]
    for detail in find_details(part, turn.spoken):
        if not any(start < detail.end and detail.start < end for start, end in named):
            kept[detail.start : detail.end] = " " * (detail.end - detail.start)
    left = without_signs("".join(kept))
    telling = [word for word in words_of(left) if word not in small_words() and (len(word) > 1 or not word.isascii())]
    subject = any(
        offset <= term.start < offset + len(part) and not (term.language and aspect == "course_language")
        for term in turn.terms
    )
    inside = [at for at in turn.parts if offset <= at[0] < offset + len(part)]
    return " ".join(left.split()).strip(" ,?¿!") if subject or (telling and inside) else ""


def pieces(mention: str) -> list[str]:
    """Cut a mention of two courses where they are joined ("the fairness one and AI for everyone")."""
    found = [part.strip(" ,?") for part in _JOINED.split(mention, maxsplit=1)]
    return [part for part in found if any(word not in small_words() for word in words_of(part))]
