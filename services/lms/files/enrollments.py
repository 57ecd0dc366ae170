"""Read a file of enrollments (CSV with a header, or JSON Lines) against the catalogue it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from services.lms import field_values
from services.lms.course_keys import run_id
from services.lms.field_values import BadValue
from services.lms.files.catalogue import Catalogue, CatalogueCourse
from services.lms.files.rows import InvalidFile, Problem, Row, read_rows

COLUMNS = frozenset({"student_id", "course_key"})
MOST_CHARACTERS = 150
"""Django's length of a username."""
LEARNER_COLUMNS = frozenset({"id", "name"})


@dataclass(frozen=True)
class EnrollmentRow:
    """A learner's enrollment in a run; `created` is None when the file does not say."""

    learner_id: str
    course_run_id: str
    mode: str
    is_active: bool
    created: datetime | None
    completed: datetime | None
    completed_undated: bool = False
    """Completed, and the file does not say when."""


@dataclass(frozen=True)
class Enrollments:
    """A whole valid file of enrollments, ordered by learner and run; at most one row for the two."""

    rows: tuple[EnrollmentRow, ...]
    warnings: tuple[str, ...] = ()


def read_enrollments(path: Path, catalogue: Catalogue) -> Enrollments:
    """Read and check enrollments. Raises InvalidFile with every problem, an unknown course among them.

    Without a `run`, the enrollment is in the latest run that had started when it was created, or else in the first.
    The last line about the same learner and run is the one that counts.
    """
    courses = {course.key: course for course in catalogue.courses}
    problems: list[Problem] = []
    rows: dict[tuple[str, str], EnrollmentRow] = {}
    warnings: list[str] = []
    for row in read_rows(path, csv_columns=COLUMNS, problems=problems):
        read = _enrollment(row, courses)
        if isinstance(read, Problem):
            problems.append(read)
            continue
        identity = (read.learner_id, read.course_run_id)
        if identity in rows:
            warnings.append(
                f"line {row.line}: this learner's enrollment in {read.course_run_id} is repeated; the last counts"
            )
        rows[identity] = read
    if problems:
        raise InvalidFile(path, problems)
    return Enrollments(tuple(rows[identity] for identity in sorted(rows)), tuple(warnings))


def read_learners(path: Path) -> dict[str, str]:
    """Read a CSV of learners (`id,name`) as names by id. Raises InvalidFile."""
    learners: dict[str, str] = {}
    problems = []
    for row in read_rows(path, csv_columns=LEARNER_COLUMNS):
        try:
            learner = field_values.line(row.fields.get("id"))
            if not learner:
                raise BadValue("is missing or empty")
            learners[learner] = field_values.line(row.fields.get("name"))
        except BadValue as error:
            problems.append(Problem(row.line, "id", str(error)))
    if problems:
        raise InvalidFile(path, problems)
    return learners


def _enrollment(row: Row, courses: dict[str, CatalogueCourse]) -> EnrollmentRow | Problem:
    name = ""
    try:
        name = "student_id"
        learner = field_values.line(row.fields.get(name))
        if not learner:
            raise BadValue("is missing or empty; every enrollment needs one")
        if len(learner) > MOST_CHARACTERS:
            raise BadValue(f"has {len(learner)} characters; an id has at most {MOST_CHARACTERS}")
        name = "course_key"
        written = field_values.line(row.fields.get(name))
        if not written:
            raise BadValue("is missing or empty; every enrollment needs one")
        whole = run_id(written)
        course = courses.get(whole.course_key if whole else written)
        if course is None:
            raise BadValue(f"{written!r} is not in the catalogue; add the course there, or remove this line")
        name = "mode"
        mode = field_values.line(row.fields.get(name)) or "audit"
        name = "is_active"
        is_active = field_values.flag(row.fields.get(name), default=True)
        name = "created"
        created = field_values.moment(row.fields.get(name))
        name = "completed"
        completed, undated = _completion(row.fields.get(name))
        name = "run"
        run = whole.run if whole else field_values.line(row.fields.get(name))
        return EnrollmentRow(learner, _run_of(course, run, created), mode, is_active, created, completed, undated)
    except BadValue as error:
        return Problem(row.line, name, str(error))


def _completion(raw: Any) -> tuple[datetime | None, bool]:
    """Read when a course was completed, or only that it was (`true`, `yes`)."""
    if isinstance(raw, bool) or (
        isinstance(raw, str) and raw.strip().casefold() in field_values.TRUE | field_values.FALSE
    ):
        return None, field_values.flag(raw)
    try:
        return field_values.moment(raw), False
    except BadValue as error:
        raise BadValue(f"{error}, or as true or false") from error


def _run_of(course: CatalogueCourse, run: str, created: datetime | None) -> str:
    if run:
        whole = run_id(run)
        wanted = whole.run if whole and whole.course_key == course.key else run
        for offered_run in course.runs:
            if offered_run.run == wanted:
                return offered_run.id
        offered = ", ".join(offered_run.run for offered_run in course.runs)
        raise BadValue(f"{run!r} is not a run of {course.key}; the catalogue has {offered}")
    started = [
        offered_run for offered_run in course.runs if offered_run.start and created and offered_run.start <= created
    ]
    return (
        max(started, key=lambda offered_run: (offered_run.start, offered_run.id)).id if started else course.runs[0].id
    )
