"""What people call things in their lives ("my shop", "wenn jemand sich verschluckt"), and what courses call them.

A search by meaning knows English best, so whatever can be said in the words of courses is searched for in them as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from services.course_record.subject_terms import subject_terms
from services.question.phrases import PhraseTable, read_rows
from services.question.subjects import key_of, spellings, subject_at
from services.question.taught_in import language_named
from services.question.tokens import Token, same_words, tokens

SHORT = 3
"""A subject of so few Latin letters may be an everyday word ("os", "it"), and is none without its capitals."""


@dataclass(frozen=True, slots=True)
class Term:
    """Something to learn that a text names: where (characters), and the English words that courses have for it."""

    start: int
    end: int
    english: str
    language: bool = False


def find_terms(text: str, spoken: str = "") -> tuple[Term, ...]:
    """Find everything to learn that a text names, the longest names first; `spoken` is the text's own language."""
    sentence = tokens(text)
    found: list[Term] = []
    place = 0
    while place < len(sentence):
        one = None if sentence[place].sign else _term_at(sentence, place, text, spoken)
        if one is None:
            place += 1
            continue
        stop, english, language = one
        found.append(Term(sentence[place].start, sentence[stop - 1].end, english, language))
        place = stop
    return tuple(found)


def in_english(topic: str, spoken: str = "") -> str:
    """Give the words that courses have for a topic; empty where it names nothing that the tables know."""
    return " ".join(dict.fromkeys(word for term in find_terms(topic, spoken) for word in term.english.split()))


def translated(topic: str, spoken: str = "") -> str:
    """Write a topic with the words that courses have in the place of those that the tables know."""
    written, at = [], 0
    for term in find_terms(topic, spoken):
        written += [topic[at : term.start], term.english]
        at = term.end
    return " ".join(" ".join([*written, topic[at:]]).split())


def everyday_at(sentence: Sequence[Token], place: int) -> int:
    """Find where an everyday name of something to learn ends that begins at a place; `place` where none does."""
    found = None if sentence[place].sign else _everyday().at(sentence, place)
    return found.end if found else place


def _term_at(sentence: Sequence[Token], place: int, text: str, spoken: str) -> tuple[int, str, bool] | None:
    everyday = _everyday().at(sentence, place, frozenset({spoken}) if spoken else None)
    if everyday is None and len(sentence[place].word) > SHORT:  # people mix English in; "ai" of "j'ai" is none
        everyday = _everyday().at(sentence, place, frozenset({"en"}))
    stop = subject_at(sentence, place)
    if stop == place + 1 and (_too_short(sentence[place], text, spoken) or _filler_here(sentence, place, text, spoken)):
        stop = place
    named = language_named(sentence, place)
    if named and named[1] >= stop and (everyday is None or named[1] >= everyday.end):
        return named[1], named[0], True
    if everyday is not None and everyday.end >= stop:
        return everyday.end, everyday.row.meaning, False
    if stop > place:
        return stop, _english_of(sentence[place:stop], text), False
    return None


def _too_short(token: Token, text: str, spoken: str) -> bool:
    written = text[token.start : token.end]
    if len(token.word) > SHORT or not (token.word.isascii() and token.word.isalpha()):
        return False
    known = _SHORT_SUBJECTS | _SHORT_IN_ENGLISH if spoken in ("en", "") else _SHORT_SUBJECTS
    return not (written.isupper() and not text.isupper()) and token.word not in known


def _filler_here(sentence: Sequence[Token], place: int, text: str, spoken: str) -> bool:
    """See an everyday word of the language spoken that is an acronym elsewhere ("algo", "ai")."""
    written = text[sentence[place].start : sentence[place].end]
    capitals = written.isupper() and len(written) > 1 and not text.isupper()
    filler = _filler().at(sentence, place, frozenset({spoken or "en"}))
    return filler is not None and not capitals and spoken != ""


def _english_of(parts: Sequence[Token], text: str) -> str:
    key = key_of(parts)
    said = text[parts[0].start : parts[-1].end]
    return _english().get(key) or (said if said.isascii() else "") or next(
        (name for name in sorted(spellings()[key]) if name.isascii()), said
    )  # fmt: skip


@cache
def _everyday() -> PhraseTable:
    return PhraseTable(read_rows("everyday_words"))


@cache
def _filler() -> PhraseTable:
    return PhraseTable(read_rows("filler"))


@cache
def _english() -> dict[tuple[str, ...], str]:
    found = {same_words(row.phrase): row.meaning for row in read_rows("subjects")}
    return found | {same_words(term): english for _, term, english in subject_terms()}


_SHORT_SUBJECTS = frozenset("sql css aws seo gis ux nlp llm ki ia".split())
_SHORT_IN_ENGLISH = frozenset("ai ml law art git".split())
