"""What a run did, as one line of JSON: for a person's eyes, a log's filter and a test alike."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.catalog_sync.to_records import Skipped
from services.index_writer.batch_run import Report

MOST_REMARKS = 100
MOST_COURSES = 100


@dataclass(slots=True)
class RunReport(Report):
    """One run. Counts of courses, of Algolia operations (a batch counts its records) and of HTTP requests.

    The status is `ok`, `failed`, or `incomplete`: the index was brought up to what could be read, and something was
    kept that could not be judged.
    """

    EVENT = "catalog_sync"

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

    def skip(self, skipped: tuple[Skipped, ...]) -> None:
        """Note the courses that were left out; the first hundred by name."""
        self.skipped = len(skipped)
        self.skipped_courses = [
            {"course_key": one.course_key, "reason": one.reason, "size_bytes": one.size_bytes} for one in skipped[:100]
        ]

    def remark(self, *remarks: str) -> None:
        """Note what was odd, up to the first hundred remarks."""
        self.remarks = [*self.remarks, *remarks][:MOST_REMARKS]
