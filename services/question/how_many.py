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
_GIVES = frozenset(
    "give gimme show list recommend suggest name find pick send tell dame muestrame recomiendame sugiereme dime zeig "
    "zeige nenn nenne gib empfiehl donne montre propose cite recommande mostre sugira indique recomende liste "
    "给我 推荐 列出 اعطني اقترح".split()
)
_TO_ME = frozenset("me us mir uns moi nous".split())
"""A number right after one of these counts courses ("give me 3 beginner art courses"), not other things."""
_OTHER_THINGS = frozenset(
    "hour hours h hr hrs minute minutes min mins day days week weeks month months year years yr yrs euro euros dollar "
    "dollars semester semesters hora horas dia dias semana semanas mes meses ano anos heure heures jour jours "
    "semaine semaines mois an ans stunde stunden tag tage woche wochen monat monate jahr jahre "
    "小时 天 周 月 年 st nd rd th".split()
)
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
        counts = end >= len(sentence) or sentence[end].word not in _OTHER_THINGS
        if counts and _given(sentence, place):
            return number, place, end
        ends = end >= len(sentence) or sentence[end].sign or sentence[end].word in _PLEASE
        if place and sentence[place - 1].word in _ONLY and place < ONLY_WITHIN and ends:
            return number, place - 1, end
    return None


def _given(sentence: Sequence[Token], place: int) -> bool:
    """See "show me" before a place, and "list"."""
    before = [token.word for token in sentence[max(0, place - 2) : place]]
    while before and before[-1] in _TO_ME:
        before.pop()
    return bool(before) and before[-1] in _GIVES


def _number_at(sentence: Sequence[Token], place: int) -> tuple[int | None, int]:
    word = sentence[place].word
    if word.isdecimal() and len(word) <= 3 and int(word) >= 1:
        return min(int(word), MOST), place + 1
    found = _numbers().at(sentence, place)
    return (int(found.row.meaning), found.end) if found else (None, place)


@cache
def _numbers() -> PhraseTable:
    return PhraseTable(read_rows("numbers"))
