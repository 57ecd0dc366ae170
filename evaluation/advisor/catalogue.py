"""What a judge may know of the courses: the catalogue's own file, and which courses each learner took."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.course_record import course_key_of
from services.lms.files.catalogue import CatalogueCourse, read_catalogue
from services.lms.files.enrollments import read_enrollments


@dataclass(frozen=True)
class Course:
    """One course as the catalogue has it. `open_to_all`: it has a run that is neither hidden nor by invitation."""

    key: str
    title: str
    level: str
    language: str
    tags: tuple[str, ...]
    texts: tuple[str, ...]
    open_to_all: bool


@dataclass(frozen=True)
class Facts:
    """The courses by key, and the courses that each learner has taken (those they left not among them)."""

    courses: Mapping[str, Course]
    taken: Mapping[str, frozenset[str]]

    def taken_by(self, learner: str | None) -> frozenset[str]:
        """Return what a learner took; nothing for nobody."""
        return self.taken.get(learner or "", frozenset())


def read_learners(path: Path) -> list[str]:
    """Read the ids of a learners file."""
    with path.open(encoding="utf-8", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


def read_facts(catalogue: Path, enrollments: Path, learners: Path) -> Facts:
    """Read the files. Raises `services.lms.files.rows.InvalidFile`."""
    read = read_catalogue(catalogue)
    taken: dict[str, set[str]] = {learner: set() for learner in read_learners(learners)}
    for row in read_enrollments(enrollments, read).rows:
        kept = taken.setdefault(row.learner_id, set())
        if row.is_active:
            kept.add(course_key_of(row.course_run_id))
    return Facts(
        {course.key: _course(course) for course in read.courses},
        {learner: frozenset(keys) for learner, keys in taken.items()},
    )


def _course(course: CatalogueCourse) -> Course:
    return Course(
        course.key,
        course.title,
        course.level or "",
        course.language,
        (*course.subjects, *course.skills),
        (course.org, course.short_description, course.full_description),
        any(not run.hidden and not run.invitation_only for run in course.runs),
    )
