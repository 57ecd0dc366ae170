"""Subjects and technologies by every name that people give them, in every language that we know."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from services.course_record.subject_terms import subject_terms
from services.course_record.synonyms import SAME
from services.question.phrases import read_rows
from services.question.tokens import Token, singular, words_of

MOST_WORDS = 6


@cache
def spellings() -> dict[tuple[str, ...], frozenset[str]]:
    """Give each name (as compared words, in the singular) all names that mean the same, lower case."""
    groups: dict[str, set[str]] = {}
    for group in SAME:
        _unite(groups, group)
    for _, term, english in subject_terms():
        groups.setdefault(english, {english})
        _unite_term(groups, term, english)
    for row in read_rows("subjects"):
        groups.setdefault(row.meaning, {row.meaning})
        _unite_term(groups, row.phrase.casefold(), row.meaning)
    found: dict[tuple[str, ...], frozenset[str]] = {}
    for term, same in groups.items():
        key = tuple(singular(word) for word in words_of(term))
        if key:
            found[key] = found.get(key, frozenset()) | frozenset(same)
    return found


@cache
def held() -> dict[str, frozenset[str]]:
    """Give what a wide subject holds (`programming`: python, java, …)."""
    wide: dict[str, set[str]] = {}
    for row in read_rows("wider_subjects"):
        wide.setdefault(row.meaning, set()).add(row.phrase)
    return {subject: frozenset(narrow) for subject, narrow in wide.items()}


def subject_at(sentence: Sequence[Token], place: int, end: int | None = None) -> int:
    """Find the longest name of a subject that begins at a place; answers where it ends, or `place` for none."""
    most = min(len(sentence) if end is None else end, place + MOST_WORDS)
    for stop in range(most, place, -1):
        if not sentence[stop - 1].sign and key_of(sentence[place:stop]) in spellings():
            return stop
    return place


def key_of(parts: Sequence[Token]) -> tuple[str, ...]:
    """Give the words of some tokens as `spellings` knows them."""
    return tuple(singular(part.word) for part in parts if not part.sign)


def _unite(groups: dict[str, set[str]], names: Sequence[str]) -> None:
    united = set(names)
    for name in names:
        united |= groups.get(name, set())
    for name in united:
        groups[name] = united


def _unite_term(groups: dict[str, set[str]], term: str, english: str) -> None:
    # One way: the term means the English subject; another language's same word may mean another subject as well.
    groups[term] = groups.get(term, {term}) | groups[english]
