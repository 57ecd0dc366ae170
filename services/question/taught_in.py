"""Which language a question wants to be taught in: "in Spanish", "auf Deutsch", "中文授课".

A language without such words is a subject: `learn Spanish` asks for Spanish, in any language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from services.course_record.languages import names_by_language
from services.question.phrases import PhraseTable, Row, read_rows
from services.question.tokens import Token, comparable, tokens

_ARABIC_IN = ("بال", "بالل")
_SUBJECTS_AFTER = frozenset(
    "literature history cuisine art law cinema grammar revolution culture philosophy music cooking food poetry script "
    "conversation vocabulary writing novels novel empire politics society pronunciation opera films film movies "
    "literatura historia cocina gramatica literature histoire langue litterature revolution kuche geschichte "
    "文学 历史 文 史 语法 口语 会话 书".split()
)
_ADJECTIVES = frozenset({"română"})
"""Without its marks an everyday word of other languages ("historia romana")."""
_GERMAN_COMPOUND = "sprachig"


@dataclass(frozen=True, slots=True)
class TaughtIn:
    """A language of teaching: its English name, and the tokens that say it."""

    language: str
    start: int
    end: int
    certain: bool = True


def find_taught_in(sentence: Sequence[Token], taken: Sequence[bool]) -> list[TaughtIn]:
    """Find every language of teaching that a sentence names."""
    found = []
    for place, token in enumerate(sentence):
        if taken[place] or token.sign:
            continue
        name = _names().at(sentence, place)
        if name is not None and not any(taken[name.start : name.end]):
            start = _begins(sentence, taken, name.start)
            end = _ends(sentence, name.end)
            follows = sentence[name.end].word if name.end < len(sentence) else ""
            if (start < name.start or end > name.end) and follows not in _SUBJECTS_AFTER:
                found.append(TaughtIn(name.row.meaning, start, end))
            continue
        if language := _compound(token.word):
            found.append(TaughtIn(language, place, place + 1))
    return found


def language_named(sentence: Sequence[Token], place: int) -> tuple[str, int] | None:
    """Read a language's name at a place: (its English name, where it ends)."""
    found = _names().at(sentence, place)
    return (found.row.meaning, found.end) if found else None


def languages_named(text: str) -> list[str]:
    """List the languages that a text names, by their English names."""
    sentence = tokens(text)
    found = (language_named(sentence, place) for place, token in enumerate(sentence) if not token.sign)
    return [one[0] for one in found if one]


def _begins(sentence: Sequence[Token], taken: Sequence[bool], place: int) -> int:
    for start in range(max(0, place - 5), place):
        if taken[start] or sentence[start].sign:
            continue
        found = _before().at(sentence, start)
        if found and found.end == place:
            return start
    return place


def _ends(sentence: Sequence[Token], place: int) -> int:
    after = place + 1 if place < len(sentence) and sentence[place].word == "-" else place
    if after >= len(sentence) or sentence[after].sign:
        return place
    found = _after().at(sentence, after)
    return found.end if found else place


def _compound(word: str) -> str | None:
    """Read "deutschsprachige" and "بالإسبانية": the language within a longer word."""
    head, _, tail = word.partition(_GERMAN_COMPOUND)
    if tail in ("e", "er", "en", "es", "") and head and head != word:
        return _by_name().get(head)
    for head in ("وب", "ب"):
        if word.startswith(head) and len(word) > 5 and (language := _by_name().get(word[len(head) :])):
            return language
    return None


def _named() -> Iterator[tuple[str, str]]:
    return (
        (english, name) for english, names in names_by_language().items() for name in names if name not in _ADJECTIVES
    )


@cache
def _names() -> PhraseTable:
    return PhraseTable(Row(english, "any", "{}", name) for english, name in _named())


@cache
def _by_name() -> dict[str, str]:
    return {comparable(name): english for english, name in _named()}


@cache
def _before() -> PhraseTable:
    return PhraseTable(row for row in read_rows("taught_in") if row.meaning == "before")


@cache
def _after() -> PhraseTable:
    return PhraseTable(row for row in read_rows("taught_in") if row.meaning == "after")
