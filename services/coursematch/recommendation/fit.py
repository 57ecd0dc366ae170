"""How a course fits a learner: level, prerequisites, skills and subjects, each as a number and as evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt
from types import MappingProxyType

from services.course_record import CourseRecord
from services.course_record.levels import LEVELS
from services.coursematch.recommendation.learner import Learner, TakenCourse
from services.coursematch.recommendation.reasons import (
    LevelFit,
    PrerequisiteCompleted,
    PrerequisiteMissing,
    PrerequisiteStarted,
    SharedSkills,
    SharedSubjects,
)
from services.coursematch.recommendation.weights import SKILLS_SAID

_RANKS = {level: rank for rank, level in enumerate(LEVELS)}


@dataclass(frozen=True, slots=True)
class Prerequisites:
    """What the learner has of a course's prerequisites, and what is missing."""

    met: tuple[PrerequisiteCompleted | PrerequisiteStarted, ...] = ()
    missing: tuple[PrerequisiteMissing, ...] = ()


NO_PREREQUISITES = Prerequisites()


def prerequisites_of(course: CourseRecord, learner: Learner) -> Prerequisites:
    """Compare a course's prerequisites with what the learner took."""
    if not course.prerequisites:
        return NO_PREREQUISITES
    titles = titles_of_prerequisites(course)
    met: list[PrerequisiteCompleted | PrerequisiteStarted] = []
    missing = []
    for key in dict.fromkeys(course.prerequisites):
        taken = learner.by_key.get(key)
        if taken is None:
            missing.append(PrerequisiteMissing(key, titles.get(key) or key))
        elif taken.completed:
            met.append(PrerequisiteCompleted(key, taken.title))
        else:
            met.append(PrerequisiteStarted(key, taken.title))
    return Prerequisites(tuple(met), tuple(missing))


def titles_of_prerequisites(course: CourseRecord) -> dict[str, str]:
    """Name a course's prerequisites by key; empty where the record does not tell whose title is whose."""
    # Titles stand in the order of the keys; where the catalogue lacks some there are fewer.
    if len(course.prerequisites) != len(course.prerequisite_titles):
        return {}
    return dict(zip(course.prerequisites, course.prerequisite_titles, strict=True))


class Rarity:
    """How much a skill or subject tells, by how few of the courses at hand have it (inverse document frequency)."""

    def __init__(self, courses: Iterable[CourseRecord]) -> None:
        records = {course.course_key: course for course in courses}
        self._having = Counter(term for record in records.values() for term in _field(record))
        self._all = len(records)
        self._weights: dict[str, float] = {}

    def of(self, term: str) -> float:
        """Weigh a folded skill or subject; 0.69 where every course has it, more the fewer have it."""
        weight = self._weights.get(term)
        if weight is None:
            weight = self._weights[term] = log(1 + (1 + self._all) / (1 + self._having[term]))
        return weight


class Interests:
    """The skills (or subjects) of a learner's courses, newer ones weighing more."""

    def __init__(self, learner: Learner, rarity: Rarity, *, field: str, recency: float) -> None:
        self._rarity = rarity
        self._field = field
        self._courses: list[tuple[float, TakenCourse, Mapping[str, str]]] = []
        profile: Counter[str] = Counter()
        for age, taken in enumerate(learner.taken):
            if taken.record is None:
                continue
            terms = folded(getattr(taken.record, field))
            self._courses.append((recency**age, taken, terms))
            for term in terms:
                profile[term] += recency**age * rarity.of(term)  # type: ignore[assignment]  # Counter of floats
        self._profile: Mapping[str, float] = profile
        self._length = sqrt(sum(weight**2 for weight in profile.values()))

    def likeness(self, course: CourseRecord) -> float:
        """Compare a course with the learner's interests: cosine, 0 to 1."""
        terms = folded(getattr(course, self._field))
        if self._profile.keys().isdisjoint(terms):
            return 0.0
        squares = common = 0.0
        for term in terms:
            weight = self._rarity.of(term)
            squares += weight**2
            common += self._profile.get(term, 0.0) * weight
        return common / (sqrt(squares) * self._length)

    def shared(self, course: CourseRecord) -> tuple[TakenCourse, tuple[str, ...]] | None:
        """Name the learner's course that shares most with this one, and what they share, the rarest first."""
        terms = folded(getattr(course, self._field))
        best: tuple[float, TakenCourse, list[str]] | None = None
        for weight, taken, theirs in self._courses:
            common = [term for term in terms if term in theirs]
            value = weight * sum(self._rarity.of(term) for term in common)
            if common and (best is None or value > best[0]):
                best = (value, taken, common)
        if best is None:
            return None
        rarest = sorted(best[2], key=lambda term: (-self._rarity.of(term), term))[:SKILLS_SAID]
        return best[1], tuple(terms[term] for term in rarest)


def shared_skills(interests: Interests, course: CourseRecord) -> SharedSkills | None:
    """Say which skills the course shares with one the learner took; `interests` must be of skills."""
    found = interests.shared(course)
    return SharedSkills(found[1], found[0].course_key, found[0].title) if found else None


def shared_subjects(interests: Interests, course: CourseRecord) -> SharedSubjects | None:
    """Say which subjects the course shares with one the learner took; `interests` must be of subjects."""
    found = interests.shared(course)
    return SharedSubjects(found[1], found[0].course_key, found[0].title) if found else None


class LevelsTaken:
    """The highest level a learner took, by skill and subject: read once, asked of every course."""

    def __init__(self, learner: Learner) -> None:
        self._highest: dict[str, tuple[int, int, TakenCourse]] = {}  # level, minus its age, course: the newest first
        for age, taken in enumerate(learner.taken):
            record = taken.record
            if record is None or record.level not in _RANKS:
                continue
            standing = (_RANKS[record.level], -age, taken)
            for term in _field(record):
                if term not in self._highest or standing[:2] > self._highest[term][:2]:
                    self._highest[term] = standing

    def fit(self, course: CourseRecord) -> tuple[LevelFit | None, int | None]:
        """Compare a course's level with the highest the learner took in its field (a shared skill or subject).

        The second value is the step in levels (1: the next), None where there is nothing to compare. Evidence is there
        for the same and the next level only.
        """
        rank = _RANKS.get(course.level) if course.level else None  # type: ignore[call-overload]  # any text may come
        if rank is None:
            return None, None
        terms = (*folded(course.skills), *folded(course.subjects))
        standings = [self._highest[term] for term in terms if term in self._highest]
        if not standings:
            return None, None
        highest, _, taken = max(standings, key=lambda standing: standing[:2])
        step = rank - highest
        if step not in {0, 1}:
            return None, step
        return LevelFit(str(course.level), "next" if step else "same", taken.course_key, taken.title), step


def _field(course: CourseRecord) -> set[str]:
    return {*folded(course.skills), *folded(course.subjects)}


@lru_cache(maxsize=65_536)  # the same few thousand skills and subjects of a catalogue, request after request
def folded(terms: tuple[str, ...]) -> Mapping[str, str]:
    """Terms by what they are compared by: without case and outer spaces; as they stand, the first of each."""
    found: dict[str, str] = {}
    for term in terms:
        found.setdefault(" ".join(term.casefold().split()), term)
    found.pop("", None)
    return MappingProxyType(found)
