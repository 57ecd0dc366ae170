"""Read a catalogue file into courses and their runs, whole or not at all.

One line may be a course, or one run of a course: lines with the same key are merged into one course. The first line
that says something about a field decides it, later lines fill what it left out, and every distinct run is kept.
A repeat that brings no run of its own is reported as a warning, and so is a prerequisite that no line defines.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from services.lms import field_values
from services.lms.course_keys import BadCourseKey, RunId, is_run, run_id, split_key
from services.lms.field_values import BadValue
from services.lms.files.rows import InvalidFile, Problem, Row, read_rows

CSV_COLUMNS = frozenset({"key", "title"})
DEFAULT_RUN = "run1"
"""The run of a course whose line names none."""

LEVELS = {name.casefold(): name for name in ("Introductory", "Intermediate", "Advanced")}
PACINGS = {
    "self": "self",
    "self_paced": "self",
    "self-paced": "self",
    "instructor": "instructor",
    "instructor_paced": "instructor",
    "instructor-paced": "instructor",
    "": "instructor",
}
# A course's uuid when the catalogue gives none: the same key always has the same one.
_UUIDS = uuid.uuid5(uuid.NAMESPACE_URL, "course-key")
_T = TypeVar("_T")


@dataclass(frozen=True)
class CatalogueRun:
    """One run as the catalogue describes it; times are UTC."""

    id: str
    run: str
    start: datetime | None
    end: datetime | None
    enrollment_start: datetime | None
    enrollment_end: datetime | None
    pacing: str
    hidden: bool
    invitation_only: bool
    mobile_available: bool


@dataclass(frozen=True)
class CatalogueCourse:
    """One course as the catalogue describes it, with at least one run."""

    key: str
    uuid: uuid.UUID
    org: str
    number: str
    title: str
    short_description: str
    full_description: str
    level: str | None
    language: str
    subjects: tuple[str, ...]
    skills: tuple[str, ...]
    prerequisites: tuple[str, ...]
    enrollment_count: int
    url: str | None
    runs: tuple[CatalogueRun, ...]
    named_run: bool  # whether the line named its run
    line: int


@dataclass(frozen=True)
class Catalogue:
    """A whole valid catalogue, ordered by key, with what a careful owner would want to know."""

    courses: tuple[CatalogueCourse, ...]
    warnings: tuple[str, ...] = ()


class _Reader:
    """Reads the fields of one row, and remembers what was wrong with them."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.problems: list[Problem] = []

    def refuse(self, name: str, message: str) -> None:
        self.problems.append(Problem(self.row.line, name, message))

    def read(self, name: str, read: Callable[[Any], _T], raw: Any, default: _T) -> _T:
        """Read one value; what is not there, or is wrong, is the default."""
        if raw is None:
            return default
        try:
            return read(raw)
        except (BadValue, BadCourseKey) as error:
            self.refuse(name, str(error))
            return default

    def line(self, name: str) -> str:
        return self.read(name, field_values.line, self.row.fields.get(name), "")

    def text(self, name: str) -> str:
        return self.read(name, field_values.text, self.row.fields.get(name), "")

    def texts(self, name: str) -> tuple[str, ...]:
        read = field_values.texts_of_cell if self.row.cells else field_values.texts
        return self.read(name, read, self.row.fields.get(name), ())


def read_catalogue(path: Path) -> Catalogue:
    """Read and check a catalogue. Raises InvalidFile with every problem in it."""
    problems: list[Problem] = []
    merged: dict[str, CatalogueCourse] = {}
    warnings: list[str] = []
    for row in read_rows(path, csv_columns=CSV_COLUMNS, problems=problems):
        reader = _Reader(row)
        course = _course(reader)
        problems.extend(reader.problems)
        if course is None or reader.problems:
            continue
        before = merged.get(course.key)
        merged[course.key] = _merge(before, course, warnings) if before else course
    if problems:
        raise InvalidFile(path, sorted(problems, key=lambda problem: problem.line))
    warnings.extend(_unknown_prerequisites(merged))
    return Catalogue(tuple(merged[key] for key in sorted(merged)), tuple(warnings))


def _course(reader: _Reader) -> CatalogueCourse | None:
    fields = reader.row.fields
    key = reader.line("key")
    title = reader.line("title")
    for name, value in (("key", key), ("title", title)):
        if not value and not reader.problems:
            reader.refuse(name, "is missing or empty; every course needs one")
    org, number = reader.read("key", split_key, key or None, ("", ""))
    if not number:
        return None
    level = reader.line("level")
    return CatalogueCourse(
        key=key,
        uuid=reader.read("uuid", _uuid, fields.get("uuid") or None, None) or uuid.uuid5(_UUIDS, key),
        org=reader.line("org") or org,
        number=number,
        title=title,
        short_description=reader.text("short_description"),
        full_description=reader.text("full_description"),
        level=LEVELS.get(level.casefold(), level) or None,
        language=reader.line("language"),
        subjects=reader.texts("subjects"),
        skills=reader.texts("skills"),
        prerequisites=tuple(_course_keys(reader.texts("prerequisites"), but=key)),
        enrollment_count=reader.read("enrollment_count", field_values.count, fields.get("enrollment_count"), 0),
        url=reader.line("url") or None,
        runs=tuple(_runs(reader, org, number)),
        named_run=bool(fields.get("run") or fields.get("runs")),
        line=reader.row.line,
    )


def _uuid(raw: Any) -> uuid.UUID:
    given = field_values.line(raw)
    try:
        return uuid.UUID(given)
    except ValueError as error:
        raise BadValue(f"{given!r} is not a UUID; leave it out to have one made") from error


def _course_keys(written: Iterable[str], *, but: str) -> Iterator[str]:
    """Return prerequisites as keys of courses, though some name a run; a course is none of its own."""
    for one in written:
        run = run_id(one)
        key = run.course_key if run else one
        if key != but:
            yield key


def _runs(reader: _Reader, org: str, number: str) -> Iterator[CatalogueRun]:
    fields = reader.row.fields
    listed = fields.get("runs")
    if not listed:
        yield _run(reader, org, number, fields, "", fallback=DEFAULT_RUN)
        return
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        reader.refuse("runs", 'a list of objects is expected, as [{"run": "2026T3"}]')
        return
    seen: set[str] = set()
    for position, item in enumerate(listed):
        run = _run(reader, org, number, item, f"runs[{position}].", fallback="")
        if run.id not in seen:
            seen.add(run.id)
            yield run


def _run(reader: _Reader, org: str, number: str, fields: dict[str, Any], prefix: str, *, fallback: str) -> CatalogueRun:
    def moment(name: str) -> datetime | None:
        return reader.read(prefix + name, field_values.moment, fields.get(name), None)

    def flag(name: str) -> bool:
        return reader.read(prefix + name, field_values.flag, fields.get(name), False)

    run = reader.read(f"{prefix}run", field_values.line, fields.get("run"), "") or fallback
    whole = run_id(run)
    if whole and whole.course_key == f"{org}+{number}":
        run = whole.run
    if not is_run(run):
        reader.refuse(f"{prefix}run", f"{run!r} is not a run; write letters, digits, - . _ or ~, as in 2026T3")
    return CatalogueRun(
        id=str(RunId(org, number, run)),
        run=run,
        start=moment("start"),
        end=moment("end"),
        enrollment_start=moment("enrollment_start"),
        enrollment_end=moment("enrollment_end"),
        pacing=reader.read(f"{prefix}pacing", _pacing, fields.get("pacing"), "instructor"),
        hidden=flag("hidden"),
        invitation_only=flag("invitation_only"),
        mobile_available=flag("mobile_available"),
    )


def _pacing(raw: Any) -> str:
    spelled = field_values.line(raw).casefold()
    if spelled not in PACINGS:
        raise BadValue(f'{spelled!r} is neither "self" nor "instructor"')
    return PACINGS[spelled]


def _merge(first: CatalogueCourse, later: CatalogueCourse, warnings: list[str]) -> CatalogueCourse:
    there = {run.id for run in first.runs}
    # A first line that named no run only has the default one; a later line that names one describes it better.
    kept = first.runs if first.named_run or not later.named_run else ()
    new = tuple(run for run in later.runs if run.id not in there) if later.named_run else ()
    if not new and (later.named_run or not first.named_run):
        about = "" if first.title.casefold() == later.title.casefold() else f" (called {later.title!r} there)"
        warnings.append(
            f"line {later.line}: {later.key} stands on line {first.line} already{about}; "
            "the first line was kept, and what it left out was filled from the later one"
        )
    return replace(
        first,
        short_description=first.short_description or later.short_description,
        full_description=first.full_description or later.full_description,
        level=first.level or later.level,
        language=first.language or later.language,
        subjects=first.subjects or later.subjects,
        skills=first.skills or later.skills,
        prerequisites=first.prerequisites or later.prerequisites,
        enrollment_count=max(first.enrollment_count, later.enrollment_count),
        url=first.url or later.url,
        runs=(*kept, *new) or first.runs,
        named_run=first.named_run or later.named_run,
    )


def _unknown_prerequisites(courses: dict[str, CatalogueCourse]) -> Iterator[str]:
    for course in courses.values():
        for prerequisite in course.prerequisites:
            if prerequisite not in courses:
                yield f"line {course.line}: prerequisite {prerequisite!r} of {course.key} is not in the catalogue; kept"
