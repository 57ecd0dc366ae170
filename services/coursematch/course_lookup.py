"""The use case: everything about one course, and how it fits the learner who asks.

course_lookup ─┬─ learner_history   what the learner took
               ├─ course_search     the course, its prerequisites, what requires it, what others took
               └─ recommendation    pure: what speaks for it
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from services.course_record import CourseRecord, course_key_of
from services.coursematch.recommendation import NOBODY, Learner, Reason, explain, reasons_for, titles_of_prerequisites
from services.coursematch.recommendation.weights import RECENT_COURSES
from services.coursematch.search_port import CourseQuery, CourseSearch
from services.coursematch.taken_courses import course_keys, learner_who_took
from services.learner_history import LearnerHistory

CO_ENROLLMENTS = "co_enrollments"
KEY_CHARACTERS = 255
"""Open edX's own limit of a course key."""
LEADS_TO_MOST = 50
"""More courses than this that all require one are a catalogue, not an answer."""

Standing = Literal["completed", "enrolled", "not_taken"]


class CourseUnknown(Exception):
    """The index holds no course of that key: there is none, or it is hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedCourse:
    """A prerequisite, or a course that requires this one. `standing` is None where nobody is signed in."""

    course_key: str
    title: str
    level: str | None
    in_catalogue: bool
    standing: Standing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseDetails:
    """One course: its record, what comes before and after it, and the evidence for it.

    `standing` is None where nobody is signed in. `missing_sources` names evidence that could not be had.
    """

    record: CourseRecord
    prerequisites: tuple[RelatedCourse, ...]
    leads_to: tuple[RelatedCourse, ...]
    standing: Standing | None
    reasons: tuple[Reason, ...]
    missing_sources: tuple[str, ...] = ()

    @property
    def explanation(self) -> str:
        """The reasons as one sentence."""
        return explain(self.reasons)


class CourseLookup:
    """Reads single courses over a course index and a source of enrollments.

    `look_up` raises `CourseUnknown` and `CatalogUnavailable`; with a learner also `LearnerUnknown` and
    `HistoryUnavailable`: without a history nobody could say what the learner has of the prerequisites.
    """

    def __init__(self, course_search: CourseSearch, learner_history: LearnerHistory) -> None:
        self._search = course_search
        self._history = learner_history

    def look_up(self, key: str, learner: str | None = None) -> CourseDetails:
        """Read one course by its key (ORG+NUM) or by the id of one of its runs, whatever the case of its letters."""
        enrollments = self._history.enrollments_of(learner) if learner is not None else ()
        record = self.record(course_key_of(key.strip()))
        taken = course_keys(enrollments)
        known, told = self._search.courses_and_others([*record.prerequisites, *taken], taken[:RECENT_COURSES])
        (requiring,) = self._search.search_all([CourseQuery(requiring=(record.course_key,), limit=LEADS_TO_MOST)])
        history = learner_who_took(enrollments, known) if learner is not None else None
        return CourseDetails(
            record=record,
            prerequisites=tuple(_prerequisites(record, known, history)),
            leads_to=tuple(_related(hit.record, history) for hit in requiring.hits if not hit.record.invitation_only),
            standing=standing_of(record.course_key, history),
            reasons=reasons_for(record, history or Learner(), others=told or NOBODY),
            missing_sources=(CO_ENROLLMENTS,) if taken and told is None else (),
        )

    def record(self, key: str) -> CourseRecord:
        """Read one course's record by its key, whatever the case of its letters; raises `CourseUnknown`."""
        if 0 < len(key) <= KEY_CHARACTERS:
            found = self._search.courses([key]).get(key) or self._record_of_other_case(key)
            if found is not None:
                return found
        raise CourseUnknown("There is no course of that key here; GET /coursematch finds courses by words.")

    def _record_of_other_case(self, key: str) -> CourseRecord | None:
        """Read a course whose key differs in case only: the index's ids tell case, people do not always."""
        alike = self._search.search(CourseQuery(words=key, limit=20)).hits
        same = [hit.record.course_key for hit in alike if hit.record.course_key.casefold() == key.casefold()]
        return self._search.courses(same[:1]).get(same[0]) if same else None


def _prerequisites(
    record: CourseRecord, known: Mapping[str, CourseRecord], history: Learner | None
) -> Iterable[RelatedCourse]:
    titles = titles_of_prerequisites(record)
    for key in dict.fromkeys(record.prerequisites):
        there = known.get(key)
        if there is not None:
            yield _related(there, history)
        else:
            yield RelatedCourse(
                course_key=key,
                title=titles.get(key, key),
                level=None,
                in_catalogue=False,
                standing=standing_of(key, history),
            )


def _related(record: CourseRecord, history: Learner | None) -> RelatedCourse:
    return RelatedCourse(
        course_key=record.course_key,
        title=record.title,
        level=record.level,
        in_catalogue=True,
        standing=standing_of(record.course_key, history),
    )


def standing_of(key: str, history: Learner | None) -> Standing | None:
    """Say what a learner has of a course; None where nobody is signed in."""
    if history is None:
        return None
    taken = history.by_key.get(key)
    if taken is None:
        return "not_taken"
    return "completed" if taken.completed else "enrolled"
