"""How many courses a question wants: "three courses", "top 5", "dos cursos", "三门课"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from services.question.phrases import PhraseTable, read_rows
from services.question.tokens import Token

MOST = 20
_COURSES = frozenset(
    "course courses class classes option options suggestion suggestions recommendation recommendations result results "
    "curso cursos opcion opciones sugerencias recomendaciones cours options propositions kurs kurse vorschlage "
    "optionen opcoes sugestoes 门 个 课 课程 دورات دوره".split()
)
_BETWEEN = frozenset(
    "good great short free online new popular different best more other introductory beginner intermediate advanced "
    "buenos mejores otros outros autres bons gute andere weitere de mas mais plus of the".split()
)
_ONLY = frozenset(
    "just only maximum max nur bloss hochstens solo solamente seulement juste apenas somente 只 只要 فقط".split()
)
_PLEASE = frozenset("please pls bitte svp favor thanks of will is".split())
ONLY_WITHIN = 4
"""A number after "only" counts courses at the beginning of what is said: "just two, please"."""
_TOP = frozenset("top best mejores meilleurs besten melhores last first".split()) - {"first", "last"}


def find_limit(sentence: Sequence[Token], taken: Sequence[bool]) -> tuple[int, int, int] | None:
    """Find how many courses are wanted: (the number, from token, to before token)."""
    for place, token in enumerate(sentence):
        if taken[place] or token.sign:
            continue
        number, end = _number_at(sentence, place)
        if number is None:
            continue
        stop = end
        while stop < len(sentence) and stop < end + 3 and sentence[stop].word in _BETWEEN:
            stop += 1
        if stop < len(sentence) and sentence[stop].word in _COURSES:
            # "three beginner courses": the level between stays to be read.
            return number, place, end
        if place and sentence[place - 1].word in _TOP:
            return number, place - 1, end
        ends = end >= len(sentence) or sentence[end].sign or sentence[end].word in _PLEASE
        if place and sentence[place - 1].word in _ONLY and place < ONLY_WITHIN and ends:
            return number, place - 1, end
    return None


def _number_at(sentence: Sequence[Token], place: int) -> tuple[int | None, int]:
    word = sentence[place].word
    if word.isdecimal() and len(word) <= 3 and int(word) >= 1:
        return min(int(word), MOST), place + 1
    found = _numbers().at(sentence, place)
    return (int(found.row.meaning), found.end) if found else (None, place)


@cache
def _numbers() -> PhraseTable:
    return PhraseTable(read_rows("numbers"))
