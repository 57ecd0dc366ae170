"""What a learner took, from enrollments as their source tells them to courses as ranking sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.course_record import CourseRecord
from services.coursematch.recommendation import Learner, TakenCourse
from services.learner_history import Enrollment


def course_keys(enrollments: Iterable[Enrollment]) -> list[str]:
    """List the courses of some enrollments, each once, in their order."""
    return list(dict.fromkeys(enrollment.course_key for enrollment in enrollments))


def learner_who_took(enrollments: Iterable[Enrollment], records: Mapping[str, CourseRecord]) -> Learner:
    """Build a learner from enrollments, newest first; `records` (by key) may lack any course."""
    courses: dict[str, TakenCourse] = {}
    for enrollment in enrollments:
        key = enrollment.course_key
        record = records.get(key)
        earlier = courses.get(key)
        courses[key] = TakenCourse(
            course_key=key,
            title=(record.title if record else None) or enrollment.title or key,
            completed=enrollment.completed is not None or (earlier is not None and earlier.completed),
            record=record,
        )
    return Learner(tuple(courses.values()))
