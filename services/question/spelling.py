"""Mend slips of the keyboard ("wnat", "teory") in words that the tables know: one letter more, less, other or swapped.

Only a word that no table knows is mended, only where one known word of the same language is so near, and only past its
first letter; a name that nobody knows is mostly further away than that.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from functools import cache

from services.course_record.subject_terms import subject_terms
from services.course_record.synonyms import SAME
from services.question.phrases import read_rows
from services.question.subjects import spellings
from services.question.tokens import comparable, words_of

_ENDINGS = frozenset("saenol")
SHORTEST = 5
"""A shorter word is too near to too many others; one of four letters is mended where two of them are swapped."""
LONG = 8
"""In a shorter word another letter mostly makes another word: "sensors" and "seniors"."""
_HEARD_ALIKE = ({"c", "k"}, {"i", "y"}, {"s", "z"}, {"v", "w"}, {"a", "e"}, {"s", "c"})
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_TABLES = ("filler", "levels", "everyday_words", "subjects", "acts", "exclusion_cues", "plain_speech", "references",
           "attitudes")  # fmt: skip


def mended(text: str, spoken: str, is_word: Callable[[str], bool]) -> str:
    """Write a text with its slips mended, in the words of the language that is spoken. Linear in the text.

    Of what `is_word` knows as a word of some language only two swapped letters are a slip ("kleinen" is no "keinen").
    """
    if spoken in ("zh", "ar"):
        return text
    return _WORD.sub(lambda match: _mended_word(match[0], spoken, is_word), text)


def _mended_word(written: str, spoken: str, is_word: Callable[[str], bool]) -> str:
    word = comparable(written)
    known = _known(spoken)
    if word in known or word in _anywhere() or len(word) < SHORTEST - 1 or written[0].isupper() or not word.isascii():
        return written
    if len(word) < SHORTEST:
        found = {other for other in _swapped(word) if other in known}
    else:
        near = _near(spoken)
        shapes = (word, *_shorter(word))
        found = {
            other
            for shape in shapes
            for other in near.get(shape, ())
            if other[0] == word[0] and _one_slip(word, other) and not _another_form(word, other)
        }
    if is_word(word):
        found = {other for other in found if sorted(other) == sorted(word)}
    return found.pop() if len(found) == 1 else written


def _another_form(word: str, other: str) -> bool:
    """See a word beside its ending ("roman" and "romans", "medicinal" and "medicina"): that is no slip."""
    shorter, longer = sorted((word, other), key=len)
    return longer.startswith(shorter) and longer[-1] in _ENDINGS


def _one_slip(word: str, other: str) -> bool:
    if abs(len(word) - len(other)) > 1:
        return False
    if len(word) == len(other):
        apart = [at for at in range(len(word)) if word[at] != other[at]]
        swapped = len(apart) == 2 and word[apart[0]] == other[apart[1]] and word[apart[1]] == other[apart[0]]
        heard = len(apart) == 1 and {word[apart[0]], other[apart[0]]} in _HEARD_ALIKE
        return (len(apart) == 1 and (len(word) >= LONG or heard)) or (swapped and apart[1] - apart[0] == 1)
    shorter, longer = sorted((word, other), key=len)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def _shorter(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def _swapped(word: str) -> list[str]:
    return [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1)]


@cache
def _known(spoken: str) -> frozenset[str]:
    words = {
        word
        for table in _TABLES
        for row in read_rows(table)
        if row.language in (spoken, "en", "any")
        for word in words_of(row.phrase)
    }
    return frozenset(word for word in words | _subjects_in(spoken) if word.isascii())


@cache
def _subjects_in(spoken: str) -> frozenset[str]:
    """Give the words of the subjects' names in a language, and in English."""
    words = {word for group in SAME for name in group for word in words_of(name)}
    for code, term, english in subject_terms():
        words.update(words_of(english))
        if code == spoken:
            words.update(words_of(term))
    return frozenset(words)


@cache
def _anywhere() -> frozenset[str]:
    """Give the words of every subject, in any language."""
    return frozenset(word for names in spellings().values() for name in names for word in words_of(name))


@cache
def _near(spoken: str) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for word in _known(spoken):
        if len(word) >= SHORTEST - 1:
            for shape in (word, *_shorter(word)):
                found[shape].add(word)
    return {shape: frozenset(words) for shape, words in found.items()}
