"""Who is to offer a course, as a sentence says it: "only from MeridianX", "anybody but MeridianX", "any provider".

Nobody can list the providers of every catalogue, so the caller tells their names. Where one of them stands beside words
that say so ("from", "nicht von", "is fine now"), it is a condition; what a name alone means, the caller decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from services.course_record.organisations import organisation_key
from services.question.course_keys import find_keys
from services.question.exclusions import clause_ends, refusal_before, refusal_behind
from services.question.phrases import PhraseTable, filler_words, read_rows, tables_by_meaning
from services.question.subjects import subject_at
from services.question.tokens import Token, tokens, words_of

Manner = Literal["wanted", "refused", "also", "named", "any", "more", "others"]
NAME_WORDS, NAME_LEAST, CUE_WORDS = 3, 4, 9
"""The most words of a name, the fewest letters of an unknown one, and how many words before it may say what it is."""


@dataclass(frozen=True, slots=True)
class Provided:
    """Something that a sentence says of providers, and the characters where.

    `names` are wanted, refused, wanted "also" (beside others, or again), or only "named". Without names: "any" provider
    will do, "more" than those wanted before, "others" than they are asked for, or the one spoken of is "wanted" or
    "refused" ("none of theirs").
    """

    manner: Manner
    names: tuple[str, ...]
    start: int
    end: int


def find_providers(text: str, names: Iterable[str]) -> list[Provided]:
    """Find what a text says of providers, of which these are known, from left to right.

    A name may lack the X at its end ("Meridian") where the words beside it say that it is a provider's.
    """
    sentence = tokens(text)
    known = {key: name for name in names if (key := organisation_key(name))}
    keys = find_keys(text)
    taken = [any(key.start <= token.start < key.end for key in keys) for token in sentence]
    found = [one for named in _named(sentence, taken, known) if (one := _read(sentence, named))]
    found += _unnamed(sentence, found)
    for beside, manner in _MEANT_BESIDE:  # "HaldenX taught my boss, none of theirs": it is the one that is named
        if any(one.manner == beside and not one.names for one in found):
            found = [replace(one, manner=manner) if one.manner == "named" else one for one in found]
    found = _in_one(sentence, sorted(found, key=lambda one: one.start))
    return [replace(one, start=sentence[one.start].start, end=sentence[one.end - 1].end) for one in found]


def may_say_provider(text: str) -> bool:
    """Say whether a text has a word that may stand beside a provider's name; else nobody need ask for their names."""
    sentence = tokens(text)
    return any(
        refusal_before(sentence, place) > place or any(_table(meaning).at(sentence, place) for meaning in _BESIDE)
        for place, token in enumerate(sentence)
        if not token.sign
    )


def unknown_names(text: str) -> tuple[str, ...]:
    """Give the words of a text that stand where a provider's name would, and that no table knows."""
    sentence = tokens(text)
    places = [at for at, token in enumerate(sentence) if token.word.endswith("x") and len(token.word) > NAME_LEAST]
    for place in range(len(sentence)):
        if sentence[place].sign:
            continue
        found = next((one for meaning, _ in _BEFORE if (one := _table(meaning).at(sentence, place))), None)
        end = max(found.end if found else place, refusal_before(sentence, place))
        places += [_past_between(sentence, end)] if end > place else []
        places += [place - 1] if place and any(_table(one).at(sentence, place) for one in ("not_after", "also")) else []
    return tuple(dict.fromkeys(sentence[at].word.removesuffix("'s") for at in places if _unknown(sentence, at)))


def _unknown(sentence: Sequence[Token], at: int) -> bool:
    if at >= len(sentence) or sentence[at].sign or len(sentence[at].word) < NAME_LEAST:
        return False
    return sentence[at].word not in filler_words() and subject_at(sentence, at) == at


def without_providers(text: str, said: Iterable[Provided]) -> str:
    """Blank out what a text says of providers, each character in its place."""
    left = list(text)
    for one in said:
        left[one.start : one.end] = " " * (one.end - one.start)
    return "".join(left)


def _in_one(sentence: Sequence[Token], found: Sequence[Provided]) -> list[Provided]:
    """Take for one what a clause says of a name and, further on, of "theirs": nothing between says what to learn."""
    kept: list[Provided] = []
    for one in found:
        last = kept[-1] if kept else None
        between = sentence[last.end : one.start] if last else ()
        if last and last.names and not one.names and one.manner == last.manner == "refused" and not _signs(between):
            kept[-1] = replace(last, end=one.end)
        else:
            kept.append(one)
    return kept


def _signs(part: Sequence[Token]) -> bool:
    return any(token.sign for token in part)


@dataclass(frozen=True, slots=True)
class _Names:
    """Names that stand together, from one token to before another; `whole`: each is written with its X."""

    names: tuple[str, ...]
    start: int
    end: int
    whole: bool


def _named(sentence: Sequence[Token], taken: Sequence[bool], known: Mapping[str, str]) -> Iterator[_Names]:
    """Find names, those that are joined ("MeridianX or RivesX") together."""
    place = 0
    while place < len(sentence):
        first = _name_at(sentence, taken, place, known)
        if first is None:
            place += 1
            continue
        names, end, whole = [first.names[0]], first.end, first.whole
        while (after := _joined(sentence, end)) > end and (more := _name_at(sentence, taken, after, known)):
            names.append(more.names[0])
            end, whole = more.end, whole and more.whole
        yield _Names(tuple(dict.fromkeys(names)), place, end, whole)
        place = end


def _name_at(sentence: Sequence[Token], taken: Sequence[bool], place: int, known: Mapping[str, str]) -> _Names | None:
    for end in range(min(len(sentence), place + NAME_WORDS), place, -1):
        part = sentence[place:end]
        if any(taken[place:end]) or _signs(part):
            continue
        said = "".join(token.word.removesuffix("'s") for token in part)
        name = known.get(organisation_key(said))
        if name is not None and subject_at(sentence, place) < end:
            return _Names((name,), place, end, said == "".join(words_of(name)))
    return None


def _joined(sentence: Sequence[Token], place: int) -> int:
    end = place
    while end < len(sentence) and (sentence[end].word in _JOINERS or sentence[end].word == ","):
        end += 1
    return _past_between(sentence, end) if end > place else place


def _read(sentence: Sequence[Token], named: _Names) -> Provided | None:
    """Read what stands before and behind some names; None where they may be something else as well."""
    start, manner = _before(sentence, named)
    end, behind = _behind(sentence, named.end, _past_between(sentence, named.end))
    if manner == "named" or (manner == "wanted" and behind == "also"):
        manner = behind
    if manner == "named" and not named.whole:
        return None
    return Provided(manner, named.names, start, end)


def _before(sentence: Sequence[Token], named: _Names) -> tuple[int, Manner]:
    for start in range(max(0, named.start - CUE_WORDS), named.start):
        if sentence[start].sign:
            continue
        ends: list[tuple[int, Manner]] = [(refusal_before(sentence, start), "refused")]
        ends += [
            (found.end, manner)
            for meaning, manner in _BEFORE
            if (found := _table(meaning).at(sentence, start)) and (named.whole or meaning != "of")
        ]
        for end, manner in sorted(ends, key=lambda one: -one[0]):
            if end > start and _past_between(sentence, end, named.start) == named.start:
                return start, manner
    return named.start, "named"


def _behind(sentence: Sequence[Token], first: int, last: int) -> tuple[int, Manner]:
    for place in range(first, min(last + 1, len(sentence))):
        if sentence[place].sign:
            break
        ends: list[tuple[int, Manner]] = [
            (found.end, manner) for meaning, manner in _BEHIND if (found := _table(meaning).at(sentence, place))
        ]
        ends.append((refusal_behind(sentence, place), "refused"))
        end, manner = max(ends, key=lambda one: one[0])
        if end > place and (manner == "wanted" or clause_ends(sentence, end)):
            return end, manner
    return first, "named"


def _past_between(sentence: Sequence[Token], place: int, end: int | None = None) -> int:
    """Go on past words that say nothing between a cue and a name ("anything made by")."""
    end = len(sentence) if end is None else end
    while place < end and sentence[place].word in _between():
        place += 1
    return place


def _unnamed(sentence: Sequence[Token], named: Sequence[Provided]) -> list[Provided]:
    """Find what is said of providers without a name, beside what is said with one."""
    return [
        Provided(_UNNAMED[one.row.meaning], (), one.start, one.end)
        for one in _without_names().all(sentence)
        if not any(one.start < other.end and other.start < one.end for other in named)
    ]


_BEFORE: tuple[tuple[str, Manner], ...] = (
    ("also_before", "also"), ("not", "refused"), ("from", "wanted"), ("of", "wanted"),
)  # fmt: skip
_BEHIND: tuple[tuple[str, Manner], ...] = (("not_after", "refused"), ("also", "also"), ("only", "wanted"))
_UNNAMED: Mapping[str, Manner] = {
    "any": "any",
    "more": "more",
    "others": "others",
    "away": "refused",
    "theirs": "wanted",
}
_MEANT_BESIDE: tuple[tuple[Manner, Manner], ...] = (
    ("refused", "refused"), ("others", "refused"), ("wanted", "wanted"),
)  # fmt: skip
_BESIDE = ("from", "of", "not", "also_before", "not_after", "also", "only")
_JOINERS = frozenset("and or nor & o u ni y e ou et und oder noch nem 和 或 与 及 跟 او و ولا".split())


@cache
def _between() -> frozenset[str]:
    return frozenset(
        word for row in read_rows("providers") if row.meaning == "between" for word in words_of(row.phrase)
    )


@cache
def _without_names() -> PhraseTable:
    return PhraseTable(row for row in read_rows("providers") if row.meaning in _UNNAMED)


def _table(meaning: str) -> PhraseTable:
    return tables_by_meaning("providers")[meaning]
