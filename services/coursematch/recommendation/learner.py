"""A learner as ranking sees them: courses taken, newest first, and nothing that says who they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from services.course_record import CourseRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenCourse:
    """A course the learner took, in whichever run. `record` is None where the index no longer holds it."""

    course_key: str
    title: str
    completed: bool = False
    record: CourseRecord | None = None


@dataclass(frozen=True)
class Learner:
    """What a learner took, newest first; each course once."""

    taken: tuple[TakenCourse, ...] = ()

    @cached_property
    def by_key(self) -> dict[str, TakenCourse]:
        """The courses taken, by key."""
        return {course.course_key: course for course in self.taken}

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages that the learner took courses in, as far as the index tells."""
        return frozenset(course.record.language for course in self.taken if course.record and course.record.language)
