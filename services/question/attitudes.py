"""How a clause feels about the subject it names: refused ("Java is a dealbreaker"), known ("fluent in SQL") or feared.

What somebody fears or is bad at is refused beside something else that is wanted ("physics, but I'm bad at maths");
alone it is what help is sought for ("speaking in public terrifies me").

Nobody can list every way of saying so. Whatever the order of its words, a clause that holds a word of refusal and a
subject refuses it; so this is asked last, of what no cue with an order of its own has claimed (`exclusions`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from services.course_record.languages import LANGUAGE_NAMES
from services.question.everyday import everyday_at
from services.question.phrases import PhraseTable, filler_words, read_rows
from services.question.subjects import subject_at
from services.question.taught_in import language_named
from services.question.tokens import Token, words_of

Attitude = Literal["refused", "known", "feared"]
_ATTITUDES: Mapping[str, Attitude] = {"refused": "refused", "known": "known", "feared": "feared"}
ENDS = frozenset(".!?;:,()…") | {"–", "—"}
_TURNS = frozenset(
    "but though although because since however while whereas so yet pero aunque porque mais parce car donc aber weil "
    "denn obwohl sondern doch mas porem embora 但 但是 不过 可是 因为 所以 而 لكن ولكن لان بينما".split()
)
"""Words after which another thought begins."""
_WANTS = frozenset(
    "want wants wanna need needs looking teach show quiero busco necesito veux voudrais cherche suche mochte quero "
    "preciso 想 要 اريد احتاج".split()
)
"""Words that say what is wanted after them: no part of what is refused or known before."""
_WHAT = frozenset("what que was cosa".split())
"""Before a cue it names nothing that is known: "from what I know to deep learning"."""
CODES = {LANGUAGE_NAMES[code][0]: code for code in ("en", "es", "fr", "de", "pt", "zh", "ar")}
AROUND = "…"
"""In a row: the subject stands here ("leave … out")."""
SHORTEST = 3
"""A subject of fewer Latin letters may be an everyday word."""


@dataclass(frozen=True, slots=True)
class Felt:
    """A clause, from one token to before another, the subjects that are felt so about, and the places of the cue."""

    attitude: Attitude
    start: int
    end: int
    subjects: tuple[tuple[int, int], ...]
    cue: frozenset[int]


def find_attitudes(sentence: Sequence[Token], taken: Sequence[bool], written_in: str | None) -> Iterator[Felt]:
    """Find each clause that refuses or knows a subject; `taken` tokens mean something else already.

    Cues count in the language that the sentence is written in (its English name): "bin" refuses in English alone.
    """
    languages = frozenset({CODES.get(written_in or "", "en")})
    for before, start, end in _clauses(sentence):
        cue = _cue_in(sentence[start:end], languages)
        if cue is None or any(taken[start + place] for place in cue[1]):
            continue
        attitude, inside = cue[0], {start + place for place in cue[1]}
        if attitude == "known" and min(inside) > 0 and sentence[min(inside) - 1].word in _WHAT:
            continue
        subjects = [span for span in _subjects(sentence, start, end) if not set(range(*span)) & inside]
        after = [span for span in subjects if span[0] > max(inside)]
        if attitude != "known" and 0 < len(after) < len(subjects):
            subjects, start = after, min(inside)  # "loves physics hates maths"
        if attitude != "known" and not subjects:
            subjects = _unknown(sentence, start, end, inside) or [*_subjects(sentence, before, start)]
            start = min([start, *(at for at, _ in subjects)])
        free = tuple(span for span in subjects if not any(taken[span[0] : span[1]]))
        if free:
            yield Felt(attitude, start, end, free, frozenset(inside))


def _cue_in(part: Sequence[Token], languages: frozenset[str]) -> tuple[Attitude, frozenset[int]] | None:
    """Find what a clause feels, and the places of the words that say so; a cue may stand around something."""
    for place in range(len(part)):
        found = None if part[place].sign else _cues().at(part, place, languages)
        if found:
            return _ATTITUDES[found.row.meaning], frozenset(range(found.start, found.end))
    for heads, tails in _cues_around(*languages):
        for place in range(len(part) - len(heads) - len(tails)):
            stop = place + len(heads)
            if tuple(token.word for token in part[place:stop]) != heads:
                continue
            for after in range(stop + 1, len(part) - len(tails) + 1):
                if tuple(token.word for token in part[after : after + len(tails)]) == tails:
                    return "refused", frozenset((*range(place, stop), *range(after, after + len(tails))))
    return None


def _unknown(sentence: Sequence[Token], start: int, end: int, inside: set[int]) -> list[tuple[int, int]]:
    """Give the word of a clause that no table knows, where it is one alone: "baking excluded"."""
    telling = [
        place
        for place in range(start, end)
        if place not in inside and not sentence[place].sign and len(sentence[place].word) > SHORTEST
        and sentence[place].word not in filler_words()
    ]  # fmt: skip
    return [(telling[0], telling[0] + 1)] if len(telling) == 1 else []


def _clauses(sentence: Sequence[Token]) -> Iterator[tuple[int, int, int]]:
    """Cut a sentence where another thought begins: (from where one may go on, from token, to before token).

    A thought may go on past a word that turns it: "Genetik kann mir aber gestohlen bleiben".
    """
    start = before = 0
    turned = False
    for place, token in enumerate([*sentence, Token(".", 0, 0, sign=True)]):
        dash = token.word == "-" and place > 0 and sentence[place - 1].end < token.start
        ends = token.sign and (token.word in ENDS or dash)
        if not ends and token.word not in _TURNS | _WANTS:
            continue
        if place > start:
            yield before if turned else start, start, place
            before = start
        start, turned = place + 1, token.word in _TURNS


def _subjects(sentence: Sequence[Token], start: int, end: int) -> Iterator[tuple[int, int]]:
    place = start
    while place < end:
        stop = place if sentence[place].sign else _named_at(sentence, place, end)
        if stop > end or (
            stop == place + 1 and len(sentence[place].word) < SHORTEST and sentence[place].word.isascii()
        ):
            stop = place
        if stop > place:
            yield place, stop
        place = max(stop, place + 1)


def _named_at(sentence: Sequence[Token], place: int, end: int) -> int:
    language = language_named(sentence, place)
    return max(subject_at(sentence, place, end), everyday_at(sentence, place), language[1] if language else place)


@cache
def _cues() -> PhraseTable:
    return PhraseTable(row for row in read_rows("attitudes") if AROUND not in row.phrase)


@cache
def _cues_around(language: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    halves = (
        row.phrase.split(AROUND) for row in read_rows("attitudes") if AROUND in row.phrase and row.language == language
    )
    return tuple((words_of(head), words_of(tail)) for head, tail in halves)
