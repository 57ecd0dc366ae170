"""What a run did, as one line of JSON: for a person's eyes, a log's filter and a test alike."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from services.catalog_sync.to_records import Skipped

EVENT = "catalog_sync"
MOST_REMARKS = 100
MOST_COURSES = 100


@dataclass(slots=True)
class RunReport:
    """One run. Counts of courses, of Algolia operations (a batch counts its records) and of HTTP requests."""

    run: str
    started_at: str
    dry_run: bool = False
    status: Literal["ok", "incomplete", "failed"] = "failed"
    """`incomplete`: the index was brought up to what could be read, and something was kept that could not be judged."""
    error: str | None = None
    message: str | None = None
    runs_read: int = 0
    read: int = 0
    """Courses that the LMS lists (a course with three runs is one; hidden ones are not counted)."""
    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    skipped: int = 0
    skipped_courses: list[dict[str, object]] = field(default_factory=list)
    courses: dict[str, list[str]] = field(default_factory=dict)
    """Which courses were created, updated and deleted, the first hundred of each, by key."""
    deletions_held: int = 0
    """Courses the LMS no longer lists, kept because its list could not be read whole."""
    details_kept: int = 0
    """Courses whose details were kept from before, because course-discovery suddenly said much less."""
    remarks: list[str] = field(default_factory=list)
    """What was odd about the sources, and passed over; the first hundred."""
    configuration_applied: list[str] = field(default_factory=list)
    algolia_read_operations: int = 0
    algolia_write_operations: int = 0
    algolia_requests: int = 0
    lms_requests: int = 0
    seconds: float = 0.0
    trace_id: str | None = None
    """Under which the run's spans are found, where they are recorded."""

    def counts(self) -> dict[str, int]:
        """Give the numbers of the run by name."""
        return {name: value for name, value in asdict(self).items() if type(value) is int}

    def skip(self, skipped: tuple[Skipped, ...]) -> None:
        """Note the courses that were left out; the first hundred by name."""
        self.skipped = len(skipped)
        self.skipped_courses = [
            {"course_key": one.course_key, "reason": one.reason, "size_bytes": one.size_bytes} for one in skipped[:100]
        ]

    def remark(self, *remarks: str) -> None:
        """Note what was odd, up to the first hundred remarks."""
        self.remarks = [*self.remarks, *remarks][:MOST_REMARKS]

    def to_line(self) -> str:
        """Write the report as one line of JSON."""
        return json.dumps({"event": EVENT, **asdict(self)}, ensure_ascii=False)

    def write(self, path: Path) -> None:
        """Put the report into a file, whole: a reader never finds half of one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{self.run}.part")
        part.write_text(self.to_line() + "\n", encoding="utf-8")
        part.replace(path)
