"""Which course a sentence points at: a key, a place in what was shown, half a title, "it", or "the other one"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from services.advisor.dialogue.state import NamedCourse, State
from services.advisor.dialogue.titles import find_hidden, small_words
from services.question.acts import find_acts
from services.question.course_keys import find_keys, find_numbers, number_of
from services.question.everyday import in_english
from services.question.references import IN_FOCUS, find_references
from services.question.taught_in import language_named
from services.question.tokens import contains, singular, tokens, words_of
from services.question.written_language import written_language

SHARE = 0.5
"""This share of a title's telling words makes half a title."""
_ONE = frozenset("one ones course thing class kurs curso cours 那 这 课".split())
"""Words that make the word before them a name: "the QGIS one"."""
_THE_ONE_IN = frozenset(
    ("celui en", "el de", "el en", "la de", "o em", "o de", "der auf", "den auf", "one in", "that in", "course in")
)
_OF_A_CHAIN = ("prerequisites", "after")


@dataclass(frozen=True, slots=True)
class Pointed:
    """The courses pointed at, the strongest first; the places of the text that point; whether only "it" did.

    `words` tells that a title, a place or a key pointed; `two` that both of two are meant;
    `by_language` that the language of teaching that is named is what tells it.
    """

    courses: tuple[NamedCourse, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    only_it: bool = False
    ordinal: bool = False
    two: bool = False
    by_language: bool = False

    @property
    def words(self) -> bool:
        """Say whether more than a pronoun points."""
        return bool(self.courses) and not self.only_it


def pointed_at(text: str, state: State) -> Pointed:
    """Find what a text points at among what the conversation has named."""
    keys = find_keys(text)
    known = {course.key: course for course in (*state.named, *(one for shown in state.lists for one in shown))}
    if keys:
        courses = [known.get(key.course_key, NamedCourse(key.course_key, "")) for key in keys]
        return Pointed(tuple(dict.fromkeys(courses)), tuple((key.start, key.end) for key in keys))
    if numbered := _by_number(text, (*known.values(), *state.found)):
        return Pointed(numbered, tuple(number.span for number in find_numbers(text)))
    references = find_references(tokens(text))
    spans = tuple((one.start, one.end) for one in references)
    if titles := find_hidden(text):
        named = tuple(dict.fromkeys(state.titled[number] for number, _ in titles))
        return Pointed(named, (*((at, at + 1) for _, at in titles), *spans))
    two = any(one.meaning == "two" for one in references)
    titled = _by_title(text, tuple(known.values()), state)
    placed = [_at(one.place, state) for one in references if one.place != IN_FOCUS]
    places = tuple(dict.fromkeys(one for one in placed if one))
    meanings = {one.meaning for one in references}
    if two:
        both = next((two for two in (state.choices, state.others, state.discussed[:2]) if len(two) == 2), ())
        if both:
            return Pointed(both, spans, two=True)
    if "other" in meanings and (others := _others(state)):
        return Pointed(others[:1], spans, only_it=True)
    taught = () if titled or places else _by_language(text, state)
    if not (titled or taught or places) and _means_one(text):
        titled = _by_title(text, tuple(known.values()), state, translated=True)
    if taught:
        return Pointed(taught, spans, by_language=True)
    if titled:
        return Pointed((*titled, *[one for one in places if one not in titled]), spans, two=two)
    if places:
        return Pointed(places, spans, ordinal=True, two=two)
    return _by_pronoun(meanings, spans, state)


def _by_number(text: str, courses: Iterable[NamedCourse]) -> tuple[NamedCourse, ...]:
    """Find courses by their numbers without the organisation: those named here before those that a search found."""
    numbers = {number.written for number in find_numbers(text)}
    return tuple({one.key: one for one in courses if number_of(one.key) in numbers}.values())


def _at(place: int, state: State) -> NamedCourse | None:
    shown = state.choices or state.shown
    return shown[place if place < 0 else place - 1] if abs(place) <= len(shown) else None


def _by_language(text: str, state: State) -> tuple[NamedCourse, ...]:
    """Follow "the French one" to the only course of those laid out whose title is written in that language."""
    sentence = tokens(text)
    named = [(place, found) for place in range(len(sentence)) if (found := language_named(sentence, place))]
    if len(named) != 1:
        return ()
    place, (language, end) = named[0]
    after = sentence[end].word if end < len(sentence) else ""
    before = " ".join(token.word for token in sentence[max(0, place - 2) : place])
    if after not in _ONE and before not in _THE_ONE_IN:
        return ()
    laid_out = state.choices or state.shown
    written = tuple(course for course in laid_out if written_language(course.title, terms=True) == language)
    return written if len(written) == 1 else ()


def _by_pronoun(meanings: set[str], spans: tuple[tuple[int, int], ...], state: State) -> Pointed:
    """Follow "it" to the course in focus, "that" and "the other one" to the one that was just named beside it."""
    focus = in_focus(state)
    chain = state.last is not None and state.last.aspect in _OF_A_CHAIN and len(state.others) == 1
    if "that" in meanings and chain:
        return Pointed(state.others, spans, only_it=True)
    if meanings & {"it", "that"} and focus:
        return Pointed((focus,), spans, only_it=True)
    return Pointed()


def _others(state: State) -> tuple[NamedCourse, ...]:
    focus = in_focus(state)
    return state.others or tuple(one for one in (*state.choices, *state.discussed) if one != focus)


def in_focus(state: State) -> NamedCourse | None:
    """Give the course that is talked about, else the first of those shown."""
    return state.focus or (state.shown[0] if state.shown else None)


def _by_title(
    text: str, courses: tuple[NamedCourse, ...], state: State, *, translated: bool = False
) -> list[NamedCourse]:
    """Find courses by their whole title, or by words that no other course named here has; translated, if told so."""
    words = words_of(text)
    whole = [course for course in courses if course.title and contains(words, words_of(course.title))]
    if whole:
        return [one for one in whole if not any(_within(one, other) for other in whole)]
    said = {singular(word) for word in words} - small_words()
    titles = {course.key: course.title for course in courses}
    telling = {course.key: {singular(word) for word in words_of(course.title)} - small_words() for course in courses}
    if translated:
        said |= {singular(word) for word in words_of(in_english(text, state.spoken))}
        english = {key: {singular(word) for word in words_of(in_english(titles[key]))} for key in telling}
        telling = {key: words | english[key] for key, words in telling.items()}
    having = Counter(word for shared in telling.values() for word in shared)
    near = {course.key for course in (*state.choices, *state.others)}
    called = {singular(word) for word, after in pairwise(words) if after in _ONE}
    found = []
    for course in courses:
        shared = {word for word in telling[course.key] & said if len(word) > 1 or word.isascii()}
        if not shared:
            continue
        alone = any(having[word] == 1 for word in shared) or len(shared) > 1
        half = len(shared) >= SHARE * min(len(telling[course.key]), 3) or course.key in near or bool(shared & called)
        if alone and half and (len(shared) * 3 >= len(said) or len(shared) > 1):
            found.append((len(shared) + bool(shared & called), course))
    found.sort(key=lambda item: -item[0])
    return [course for number, course in found if number == found[0][0]] if found else []


def _means_one(text: str) -> bool:
    """See a text that speaks of one of several: "das mit den Bienen", "日语那门", "the theory one"."""
    return bool(set(words_of(text)) & _ONE) or any(act.name == "the_one" for act in find_acts(text))


def _within(one: NamedCourse, other: NamedCourse) -> bool:
    words, longer = words_of(one.title), words_of(other.title)
    return len(words) < len(longer) and contains(longer, words)
