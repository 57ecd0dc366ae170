"""What a question asks, and how far a course fits it: topic, level, language of teaching. Decided on the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from services.course_record import CourseRecord
from services.coursematch.recommendation.reasons import (
    MatchedMeaning,
    MatchedWords,
    Reason,
    RequestedLanguage,
    RequestedLevel,
)
from services.coursematch.recommendation.weights import FIELDS_SAID, WORDS_SAID
from services.question.topic_parts import TopicPart

Strength = Literal["strong", "partial", "weak"]
Condition = Literal["topic", "level", "language"]

NAMING = ("title", "skills", "subjects", "org", "short_description")
"""The fields that say what a course is about, the strongest first."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Something that was asked and that a course does not have."""

    condition: Condition
    asked: str


@dataclass(frozen=True, slots=True)
class Fit:
    """How far a course fits what was asked. `topic` is None where no topic was named."""

    topic: Strength | None = None
    misses: tuple[Missed, ...] = ()

    @property
    def fits(self) -> bool:
        """Tell whether the course is all that was asked."""
        return not self.misses


NO_FIT = Fit()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search tells of a course it found: words matched by field, and whether its meaning is near."""

    matched: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_meaning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a question asks for: the parts of its topic, course keys, a level, a language of teaching."""

    parts: tuple[TopicPart, ...] = ()
    keys: tuple[str, ...] = ()
    level: str | None = None
    language: str | None = None

    def fit(self, course: CourseRecord) -> Fit:
        """Say how far a course fits, and what it misses. A topic is strong where every part of it is named.

        A course of the subject that teaches a word ("linear algebra" of "eigenvalues") misses it, and is not far off.
        """
        missing = [part for part in self.parts if not _named(part, course)]
        strength: Strength | None = None
        if self.parts:
            near = len(missing) < len(self.parts) or any(_taught(part, course) for part in missing)
            strength = "strong" if not missing else "partial" if near else "weak"
        misses = [Missed("topic", part.said) for part in missing]
        if self.level is not None and course.level != self.level:
            misses.append(Missed("level", self.level))
        if self.language is not None and course.language != self.language:
            misses.append(Missed("language", self.language))
        return Fit(strength, tuple(misses))

    def evidence(self, course: CourseRecord, found: Found) -> tuple[Reason, ...]:
        """Give what speaks for a course as an answer, the strongest first: each part of the topic once."""
        words: Sequence[Reason] = [*self._words(course, found)][:FIELDS_SAID]
        reasons: list[Reason] = [*words]
        if not reasons and found.by_meaning:
            reasons.append(MatchedMeaning())
        if self.level is not None and course.level == self.level:
            reasons.append(RequestedLevel(self.level))
        if self.language is not None and course.language == self.language:
            reasons.append(RequestedLanguage(self.language))
        return tuple(reasons)

    def _words(self, course: CourseRecord, found: Found) -> Iterator[MatchedWords]:
        if any(key.casefold() == course.course_key.casefold() for key in self.keys):
            yield MatchedWords((course.course_key,), "course_key")
        left = list(self.parts)
        texts = {name: _texts(name, course) for name in NAMING} | {
            "full_description": found.matched.get("full_description", ())
        }
        for name, there in texts.items():
            said: list[str] = []
            for part in list(left):
                words = _first(part, there, whole=name in ("skills", "subjects"))
                if words is not None:
                    said.append(words)
                    left.remove(part)
            if said:
                yield MatchedWords(_longest(said)[:WORDS_SAID], name)


def _named(part: TopicPart, course: CourseRecord) -> bool:
    return any(_in(part, text) is not None for name in NAMING for text in _texts(name, course))


def _taught(part: TopicPart, course: CourseRecord) -> bool:
    return bool(part.taught_in) and any(part.taught_by(text) for name in NAMING for text in _texts(name, course))


def _first(part: TopicPart, texts: Sequence[str], *, whole: bool) -> str | None:
    """Give the words that name a part in the first text that does; a skill or a subject is told whole.

    A word that was mended to be found is no evidence: it was not asked.
    """
    for text in texts:
        words = _in(part, text, slips=False)
        if words is not None:
            return text if whole else words
    return None


def _texts(name: str, course: CourseRecord) -> tuple[str, ...]:
    value = getattr(course, name)
    return value if isinstance(value, tuple) else (value,) if value else ()


@lru_cache(maxsize=16_384)  # the same titles and skills, once for the fit and once for the reasons
def _in(part: TopicPart, text: str, *, slips: bool = True) -> str | None:
    return part.found_in(text, slips=slips)


def _longest(said: list[str]) -> tuple[str, ...]:
    """Leave out words that stand in a longer phrase: "Computer" beside "Computer Vision"."""
    padded = {one: f" {one.casefold()} " for one in dict.fromkeys(said)}
    return tuple(
        one for one, words in padded.items() if not any(words in other and words != other for other in padded.values())
    )
