"""Load a catalogue and its enrollments into the database: whole, in one transaction, and only when they changed.

What is loaded replaces what was there: a course that left the file leaves the tables (and so, at the next sync, the
index). Readers see the old data until the new is complete.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, delete, insert, select, text

from services.lms.files.catalogue import Catalogue, CatalogueCourse, CatalogueRun, read_catalogue
from services.lms.files.enrollments import EnrollmentRow, Enrollments, read_enrollments, read_learners
from services.lms.models import Base, Course, CourseRun, Enrollment, Learner, Load

# Part of the digest: raise it when the same file would now load differently.
_FORMAT = b"2"


@dataclass(frozen=True)
class Sources:
    """The files to load. Without enrollments there are none; without learners each is called by their id."""

    catalogue: Path
    enrollments: Path | None = None
    learners: Path | None = None

    def digest(self) -> str:
        """Return a digest of all the files' bytes."""
        digest = hashlib.sha256(_FORMAT)
        for path in (self.catalogue, self.enrollments, self.learners):
            digest.update(b"\0none" if path is None else hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


@dataclass(frozen=True)
class Data:
    """What the files hold, valid throughout."""

    catalogue: Catalogue
    enrollments: Enrollments
    learners: dict[str, str]

    @property
    def warnings(self) -> tuple[str, ...]:
        return self.catalogue.warnings + self.enrollments.warnings


@dataclass(frozen=True)
class LoadReport:
    """What a load did; all counts 0 and `changed` false when the database held these very files already."""

    changed: bool
    courses: int = 0
    runs: int = 0
    learners: int = 0
    enrollments: int = 0


def read_sources(sources: Sources) -> Data:
    """Read and check every file before anything is touched. Raises InvalidFile."""
    catalogue = read_catalogue(sources.catalogue)
    enrollments = read_enrollments(sources.enrollments, catalogue) if sources.enrollments else Enrollments(())
    learners = read_learners(sources.learners) if sources.learners else {}
    for row in enrollments.rows:
        learners.setdefault(row.learner_id, row.learner_id)
    return Data(catalogue, enrollments, learners)


def holds(engine: Engine, digest: str) -> bool:
    """Say whether the database holds exactly the files of this digest."""
    with engine.connect() as connection:
        return connection.scalar(select(Load.digest)) == digest


def load(engine: Engine, data: Data, digest: str, *, now: datetime) -> LoadReport:
    """Replace the database's content. `now` is when an enrollment that does not say was made."""
    runs = [(course.key, run) for course in data.catalogue.courses for run in course.runs]
    with engine.begin() as connection:
        # One load at a time; those who read are not kept waiting.
        connection.execute(text("LOCK TABLE loads IN SHARE ROW EXCLUSIVE MODE"))
        for table in (Load, Enrollment, CourseRun, Course, Learner):
            connection.execute(delete(table))
        _copy(connection, Learner, ({"id": key, "name": name} for key, name in sorted(data.learners.items())))
        _copy(connection, Course, (vars_of(course) for course in data.catalogue.courses))
        _copy(connection, CourseRun, ({"course_key": key, **vars_of(run)} for key, run in runs))
        _copy(connection, Enrollment, (
            {"id": number, **vars_of(row), "created": row.created or now, "completed": completed_at(row, now)}
            for number, row in enumerate(data.enrollments.rows, start=1)
        ))  # fmt: skip
        connection.execute(insert(Load).values(id=1, digest=digest, loaded=now))
    _analyze(engine)
    return LoadReport(
        changed=True,
        courses=len(data.catalogue.courses),
        runs=len(runs),
        learners=len(data.learners),
        enrollments=len(data.enrollments.rows),
    )


def completed_at(row: EnrollmentRow, now: datetime) -> datetime | None:
    """Date a completion that has no date by the enrollment's: the earliest that it can be."""
    return row.completed or ((row.created or now) if row.completed_undated else None)


def vars_of(row: CatalogueCourse | CatalogueRun | EnrollmentRow) -> dict[str, Any]:
    """Read the fields of a row of a file, by name: a table takes those that it has columns for."""
    return {field.name: getattr(row, field.name) for field in fields(row)}


def columns_of(model: type[Base]) -> tuple[str, ...]:
    """List the columns of a model's table, in order: the only place where they are declared."""
    return tuple(column.name for column in model.__table__.columns)


def _copy(connection: Connection, model: type[Base], rows: Iterable[Mapping[str, object]]) -> None:
    columns = columns_of(model)
    lines = io.BytesIO("".join("\t".join(_cell(row[name]) for name in columns) + "\n" for row in rows).encode())
    names = ", ".join(f'"{column}"' for column in columns)
    cursor = connection.connection.cursor()
    # pg8000's `stream` is how its cursor takes COPY data; the DB-API type does not know it.
    cursor.execute(f"COPY {model.__tablename__} ({names}) FROM STDIN", stream=lines)  # type: ignore[call-arg]


def _analyze(engine: Engine) -> None:
    """Refresh the planner's statistics and the visibility map, which the deep pages of a large catalogue rely on."""
    connection = engine.raw_connection()
    try:
        connection.rollback()
        driver = cast("Any", connection.driver_connection)
        driver.autocommit = True  # VACUUM runs in no transaction
        driver.cursor().execute("VACUUM (ANALYZE) courses, course_runs, enrollments, learners")
        driver.autocommit = False
    finally:
        connection.close()


# COPY's text format, https://www.postgresql.org/docs/18/sql-copy.html
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _cell(value: object) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, tuple):
        items = ('"' + str(item).replace("\\", "\\\\").replace('"', '\\"') + '"' for item in value)
        return ("{" + ",".join(items) + "}").translate(_ESCAPES)
    return (value.isoformat() if isinstance(value, datetime) else str(value)).translate(_ESCAPES)
