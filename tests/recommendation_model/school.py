"""A small invented school in files and in an index of the tests' own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from services.course_record import CourseRecord
from services.recommendation_model.reading import FileEnrollments
from services.recommendation_model.run_report import RunReport
from services.recommendation_model.training import Options, train
from tests.index_writer.memory_index import MemoryIndex

Row = tuple[str, str, int]
"""Who, which course, and on which day."""


def course(key: str, *skills: str, invitation_only: bool = False) -> CourseRecord:
    """Make a course of these skills."""
    return CourseRecord(course_key=key, title=key, skills=skills, invitation_only=invitation_only)


def written(folder: Path, rows: Iterable[Row], name: str = "enrollments.csv") -> Path:
    """Write enrollments as a file."""
    path = folder / name
    lines = [
        f"{who},{key},{1 + day // 28:04d}-{1 + day % 12:02d}-{1 + day % 28:02d}T00:00:00Z" for who, key, day in rows
    ]
    path.write_text("student_id,course_key,created\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def filled(courses: Iterable[CourseRecord]) -> MemoryIndex:
    """Make an index that holds these courses."""
    index = MemoryIndex()
    index.batch("courses", [record.to_json() for record in courses], ())
    return index


def trained(index: MemoryIndex, path: Path, **options: object) -> RunReport:
    """Train on a file and publish beside the courses."""
    report = RunReport("test", "2026-01-01T00:00:00Z", dry_run=bool(options.get("dry_run", False)))
    train(FileEnrollments(path), index, Options(threads=1, memory_mb=256, **options), report)  # type: ignore[arg-type]  # options by name
    return report
