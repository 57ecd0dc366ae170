"""Which courses a sentence names by their titles, whole or up to the colon, and where it says so. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from services.advisor.dialogue.state import NamedCourse
from services.course_record.languages import names_by_language
from services.course_record.organisations import organisation_key
from services.question.phrases import read_rows
from services.question.providers import Provided
from services.question.tokens import Token, singular, tokens, words_of
from services.question.topic_parts import one_edit, shared_prefix

LEAST_WORDS, LEAST_IDEOGRAPHS = 2, 4
CERTAIN_WORDS = 4
"""A title of so many words is no subject that somebody happens to name."""
LONG, ENDING = 7, 2
"""A word of so many letters may have a slip, though none in its last two: those are another form or word."""
AROUND = 3
"""So many words beside a title may say that it is one ("the … course")."""
HIDDEN = "".join(map(chr, range(0xE000, 0xE008)))
"""Signs of Unicode's private use, which mean nothing in anybody's text: one for each title of a turn."""
_NO_SIGNS = {ord(sign): None for sign in HIDDEN}
_OPEN, _CLOSE = "“\"«「《‘'", "”\"»」》’'"


@dataclass(frozen=True, slots=True)
class Titled:
    """A course named by its title, from one character to before another.

    `certain`: a course is meant, by its quotes, its many words, or "the course" around it; a title of two or three
    words may name a subject as well ("a course in classical mechanics").
    """

    course: NamedCourse
    start: int
    end: int
    certain: bool


def said_titles(text: str, courses: Iterable[NamedCourse]) -> tuple[Titled, ...]:
    """Find the courses of some whose titles a text says, the longest first where they overlap; in the text's order."""
    sentence = [token for token in tokens(text) if not token.sign]
    said = [singular(token.word) for token in sentence]
    found, left = [], []
    for course in dict.fromkeys(courses):
        for name in _names_of(course.title):
            if (at := _place(said, name)) >= 0:
                found.append(_titled(text, course, sentence, at, len(name)))
                break
        else:
            left.append(course)
    found += _parts(left, sentence, said)
    kept: list[Titled] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.course.key)):
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))[: len(HIDDEN)]


def said_by_providers(text: str, said: Iterable[Provided], courses: Iterable[NamedCourse]) -> tuple[Titled, ...]:
    """Find the courses of some that a text means by who offers them, where one alone does: "the MeridianX one"."""
    found = []
    for one in said:
        keys = set(map(organisation_key, one.names))
        of_it = [course for course in dict.fromkeys(courses) if organisation_key(course.key.partition("+")[0]) in keys]
        before, after = words_of(text[: one.start])[-1:], words_of(text[one.end :])[:1]
        if one.manner == "named" and len(of_it) == 1 and {*before} & _DEFINITE and {*after} & (_ONE | _COURSE):
            found.append(Titled(of_it[0], one.start, one.end, certain=True))
    return tuple(found)


def hidden(text: str, titled: Sequence[Titled]) -> str:
    """Write a text with a sign of its own (`HIDDEN`) for each title: nothing in a title is a wish or a condition."""
    written, at = [], 0
    for number, one in enumerate(titled):
        written += [text[at : one.start], HIDDEN[number]]
        at = one.end
    return "".join([*written, text[at:]])


def find_hidden(text: str) -> list[tuple[int, int]]:
    """Give the places of hidden titles: which of them, and the character."""
    return [(HIDDEN.index(letter), at) for at, letter in enumerate(text) if letter in HIDDEN]


def without_signs(text: str) -> str:
    """Take the signs for hidden titles out of a text."""
    return text.translate(_NO_SIGNS)


def _names_of(title: str) -> list[tuple[str, ...]]:
    """Give the words of a title, and of what stands before its colon."""
    found = [tuple(map(singular, words_of(part))) for part in dict.fromkeys((title, title.partition(":")[0]))]
    return [name for name in found if len(name) >= _least(name) and set(name) - small_words()]


def _least(name: Sequence[str]) -> int:
    return LEAST_IDEOGRAPHS if all(not word.isascii() and len(word) == 1 for word in name) else LEAST_WORDS


def _place(said: Sequence[str], name: Sequence[str]) -> int:
    for at in range(len(said) - len(name) + 1):
        if all(_same(one, other) for one, other in zip(said[at : at + len(name)], name, strict=True)):
            return at
    return -1


def _same(one: str, other: str) -> bool:
    """See a word, or one of many letters with a single slip after its first."""
    if one == other:
        return True
    if min(len(one), len(other)) < LONG or one[0] != other[0] or abs(len(one) - len(other)) > 1:
        return False
    shared = shared_prefix(one, other)
    return shared <= min(len(one), len(other)) - ENDING and one_edit(one, other, shared)


def _parts(courses: Sequence[NamedCourse], sentence: Sequence[Token], said: Sequence[str]) -> list[Titled]:
    """Find courses by a part of their titles that no other one here has: "linear algebra", "the pandas one"."""
    runs: dict[tuple[int, int, bool], list[NamedCourse]] = {}
    for course in courses:
        title = [singular(word) for word in words_of(course.title)]
        start, size = _longest_run(said, title)
        telling = {word for word in said[start : start + size] if len(word) > 1} - small_words()
        after = said[start + size] if start + size < len(said) else ""
        before = set(said[max(0, start - 2) : start + 1])
        called = after in _ONE and bool(before & _DEFINITE)
        if len(telling) > 1 or size >= CERTAIN_WORDS or (telling - language_words() and called):
            runs.setdefault((start, start + size, called), []).append(course)
    return [
        Titled(meant[0], sentence[start].start, sentence[end - 1].end, called)
        for (start, end, called), meant in runs.items()
        if len(meant) == 1 and not any(at <= start and end <= to and (at, to) != (start, end) for at, to, _ in runs)
    ]


def _longest_run(said: Sequence[str], title: Sequence[str]) -> tuple[int, int]:
    """Give where the longest row of a title's words begins in what was said, and how many words it has."""
    best = 0, 0
    for start in range(len(said)):
        for place in range(len(title)):
            size = 0
            while (
                start + size < len(said)
                and place + size < len(title)
                and _same(said[start + size], title[place + size])
            ):
                size += 1
            best = (start, size) if size > best[1] else best
    return best


def _titled(text: str, course: NamedCourse, sentence: Sequence[Token], at: int, size: int) -> Titled:
    start, end = sentence[at].start, sentence[at + size - 1].end
    quoted = text[:start].rstrip()[-1:] in _OPEN and text[end:].lstrip()[:1] in _CLOSE and bool(text[:start].strip())
    beside = {token.word for token in (*sentence[max(0, at - AROUND) : at], *sentence[at + size : at + size + AROUND])}
    long = size >= (CERTAIN_WORDS if sentence[at].word.isascii() or len(sentence[at].word) > 1 else 2 * CERTAIN_WORDS)
    definite = {token.word for token in sentence[max(0, at - AROUND) : at + 1]} & _DEFINITE
    return Titled(course, start, end, quoted or long or bool(beside & (_COURSE | _ONE) and definite))


_ONE = frozenset("one ones thing course class kurs curso cours 那门 课".split())
_DEFINITE = frozenset("the that this my el la ese este o esse este le la ce cet cette der die das den dem".split())
_COURSE = frozenset("course class module kurs curso cours cursos kurses 课 课程 دوره مساق".split())


@cache
def language_words() -> frozenset[str]:
    """Give the words of languages' names: "the Spanish one" names no course."""
    return frozenset(word for names in names_by_language().values() for name in names for word in words_of(name))


@cache
def small_words() -> frozenset[str]:
    """Give the words that carry a sentence and tell no title."""
    return frozenset(
        singular(word) for row in read_rows("filler") for word in words_of(row.phrase) if len(words_of(row.phrase)) == 1
    )
