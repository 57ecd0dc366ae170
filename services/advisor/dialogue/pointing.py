"""Which course a sentence points at: a key, a place in the list shown, half a title, a provider, or "it"."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from services.advisor.dialogue.state import NamedCourse, State
from services.question.course_keys import find_keys
from services.question.phrases import read_rows
from services.question.references import IN_FOCUS, find_references
from services.question.tokens import contains, singular, tokens, words_of

SHARE = 0.5
"""This share of a title's telling words makes half a title."""


@dataclass(frozen=True, slots=True)
class Pointed:
    """The courses pointed at, the strongest first; the places of the text that point; whether only "it" did."""

    courses: tuple[NamedCourse, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    only_it: bool = False
    ordinal: bool = False


def pointed_at(text: str, state: State) -> Pointed:
    """Find what a text points at among what the conversation has named."""
    keys = find_keys(text)
    known = {course.key: course for course in (*state.named, *(one for shown in state.lists for one in shown))}
    if keys:
        courses = [known.get(key.course_key, NamedCourse(key.course_key, "")) for key in keys]
        return Pointed(tuple(dict.fromkeys(courses)), tuple((key.start, key.end) for key in keys))
    titled = _by_title(text, tuple(known.values()))
    references = find_references(tokens(text))
    placed = []
    spans = []
    for reference in references:
        place = reference.place
        if place != IN_FOCUS and state.shown and abs(place) <= len(state.shown):
            placed.append(state.shown[place if place < 0 else place - 1])
            spans.append((reference.start, reference.end))
    if titled:
        return Pointed((*titled, *[one for one in placed if one not in titled]), tuple(spans))
    if placed:
        return Pointed(tuple(dict.fromkeys(placed)), tuple(spans), ordinal=True)
    it = [reference for reference in references if reference.place == IN_FOCUS]
    focus = state.focus or (state.shown[0] if state.shown else None)
    if it and focus:
        return Pointed((focus,), tuple((one.start, one.end) for one in it), only_it=True)
    return Pointed()


def _by_title(text: str, courses: tuple[NamedCourse, ...]) -> list[NamedCourse]:
    """Find courses by their whole title, or by words that no other course named here has."""
    said = {singular(word) for word in words_of(text)} - _small()
    whole = [course for course in courses if course.title and contains(words_of(text), words_of(course.title))]
    if whole:
        return whole
    telling = {course.key: {singular(word) for word in words_of(course.title)} - _small() for course in courses}
    having = Counter(word for words in telling.values() for word in words)
    found = []
    for course in courses:
        shared = telling[course.key] & said
        if not shared:
            continue
        alone = any(having[word] == 1 for word in shared)
        if alone and len(shared) >= SHARE * min(len(telling[course.key]), 3) and len(shared) * 3 >= len(said) * 1:
            found.append((len(shared), course))
    found.sort(key=lambda item: -item[0])
    return [course for number, course in found if number == found[0][0]] if found else []


def _small() -> frozenset[str]:
    return _SMALL


_SMALL = frozenset(
    singular(word) for row in read_rows("filler") for word in words_of(row.phrase) if len(words_of(row.phrase)) == 1
)
