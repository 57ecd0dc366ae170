"""Histories from an enrollments file: the port that matching asks, and the courses held out to be guessed."""

from __future__ import annotations

import csv
import tempfile
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from evaluation.ranking import Histories
from services.course_record import course_key_of
from services.learner_history import Enrollment, LearnerUnknown
from services.lms.files.enrollments import EnrollmentRow
from services.recommendation_model.counting import Enrollments
from services.recommendation_model.reading import FileEnrollments, Progress

_EARLIEST = datetime.min.replace(tzinfo=UTC)


class FileHistory:
    """`LearnerHistory` over rows of an enrollments file, without what is held out; answers as Postgres does.

    `learners` are known, also those who took nothing.
    """

    def __init__(
        self,
        rows: Sequence[EnrollmentRow],
        held_out: Mapping[str, Collection[str]],
        learners: Collection[str] = (),
    ) -> None:
        self._rows: defaultdict[str, list[EnrollmentRow]] = defaultdict(list, {learner: [] for learner in learners})
        for row in rows:
            kept = self._rows[row.learner_id]
            if row.is_active and course_key_of(row.course_run_id) not in held_out.get(row.learner_id, ()):
                kept.append(row)
        self._rows.default_factory = None
        self._first: dict[str, dict[str, datetime]] = {}
        for learner, kept in self._rows.items():
            kept.sort(key=_when)
            first: dict[str, datetime] = {}
            for row in kept:
                first.setdefault(course_key_of(row.course_run_id), row.created or _EARLIEST)
            self._first[learner] = first

    def histories(self) -> Histories:
        """List each learner's courses in order of time."""
        return Histories({learner: tuple(first) for learner, first in self._first.items()})

    def enrollments_of(self, learner_id: str) -> tuple[Enrollment, ...]:
        """List a learner's active enrollments, newest first; raises `LearnerUnknown`."""
        if learner_id not in self._rows:
            raise LearnerUnknown("There is no such learner.")
        return tuple(
            Enrollment(
                course_run_id=row.course_run_id,
                course_key=course_key_of(row.course_run_id),
                mode=row.mode,
                enrolled=row.created,
                completed=row.completed,
            )
            for row in reversed(self._rows[learner_id])
        )

    def add_to(self, enrollments: Enrollments, progress: Progress) -> None:
        """Give the model's job every enrollment that is not held out, by way of a file as it reads them."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "enrollments.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(("student_id", "course_key", "created"))
                for learner, first in self._first.items():
                    writer.writerows(
                        (learner, key, "" if when is _EARLIEST else when.isoformat()) for key, when in first.items()
                    )
            FileEnrollments(path).add_to(enrollments, progress)

    def check(self) -> None:
        """Answer at once: a file that was read is there."""

    def close(self) -> None:
        """Hold nothing open: do nothing."""


def last_courses(rows: Sequence[EnrollmentRow]) -> dict[str, frozenset[str]]:
    """Hold out the course that each learner took last, by `created`, of those who took two or more (leave-last-out)."""
    courses_of: defaultdict[str, dict[str, tuple[datetime, str]]] = defaultdict(dict)
    for row in rows:
        if row.is_active:
            courses_of[row.learner_id].setdefault(course_key_of(row.course_run_id), _when(row))
    return {
        learner: frozenset({max(courses, key=lambda key: courses[key])})
        for learner, courses in courses_of.items()
        if len(courses) > 1
    }


def _when(row: EnrollmentRow) -> tuple[datetime, str]:
    return row.created or _EARLIEST, row.course_run_id
