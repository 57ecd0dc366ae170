"""The sync as one flow: LMS pages, records, difference, index."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from services.catalog_sync.clock import Clock
from services.catalog_sync.course_index import Configuration, CourseIndex
from services.catalog_sync.index_lock import IndexLock
from services.catalog_sync.listing import Listing, Progress, silent
from services.catalog_sync.lms_run import CourseDetails, LmsRun
from services.catalog_sync.publication import Goal, Plan, plan, publish
from services.catalog_sync.run_report import RunReport
from services.catalog_sync.to_records import to_records
from services.course_record.index_settings import Mode, index_settings
from services.course_record.synonyms import synonyms
from services.question.query_rules import query_rules

NO_DETAILS: Listing[CourseDetails] = Listing({}, complete=True, pages=0)
SMALL_INDEX = 20
"""Below this many courses, losing most of them is an ordinary day of a new catalogue."""


class RefusedToShrink(RuntimeError):
    """The catalogue lost so much that it looks broken rather than changed; nothing was written."""


class CatalogIncomplete(RuntimeError):
    """The catalogue could not be read whole: what was read is in the index, and nothing was taken away."""


class Courses(Protocol):
    """Where course runs come from."""

    def read(self) -> Listing[LmsRun]:
        """Read every run, by id."""


class Details(Protocol):
    """Where more about courses comes from."""

    def read(self) -> Listing[CourseDetails]:
        """Read every course's details, by course key."""


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """How to run once. `rewrite` sends every record; `allow_shrink` deletes however much the catalogue lost."""

    index_name: str
    mode: Mode = "keywordSearch"
    dry_run: bool = False
    rewrite: bool = False
    allow_shrink: bool = False


@dataclass(slots=True)
class CatalogSync:
    """Everything a run needs, put together by `__main__`."""

    courses: Courses
    details: Details | None
    index: CourseIndex
    lock: IndexLock
    clock: Clock
    options: SyncOptions
    progress: Progress = field(default=silent)

    def run(self, report: RunReport) -> None:
        """Bring the index up to the catalogue, and write into the report what was done.

        Raises SyncRunning, SiteUnavailable, IndexUnavailable, IndexRefused, RefusedToShrink or StagingIncomplete; the
        index then serves what it served before, or (where only tidying failed) the new state. Raises
        CatalogIncomplete after all was done that could be.
        """
        self.lock.look()
        goal, complete = self._read(report)
        todo = plan(
            self.index,
            self.options.index_name,
            goal,
            self.clock,
            hold_deletions=not complete,
            rewrite=self.options.rewrite,
        )
        self._refuse_to_shrink(todo)
        _tell(report, todo)
        if not (todo.nothing_to_do or self.options.dry_run):
            self.lock.take()
            with self.lock.released_after():
                publish(self.index, self.options.index_name, goal, todo, self.lock, self.progress)
        if not complete:
            raise CatalogIncomplete(
                f"the LMS's list could not be read whole, so the {todo.held_deletions} courses that it seems to have "
                "lost were kept; see the log for what its pages said"
            )

    def _read(self, report: RunReport) -> tuple[Goal, bool]:
        """Read the catalogue and make records of it; answers also whether it was read whole."""
        reading = self.courses.read()
        details = self.details.read() if self.details else NO_DETAILS
        conversion = to_records(reading.entries.values(), details.entries, self.clock.now())
        report.runs_read = len(reading.entries)
        report.remark(*reading.remarks, *details.remarks)
        report.read = len(conversion.records) + len(conversion.skipped)
        report.skip(conversion.skipped)
        return Goal.of(conversion.records, wanted_configuration(self.options.mode)), reading.complete

    def _refuse_to_shrink(self, todo: Plan) -> None:
        """Refuse what looks like a loss: an empty list, or a remainder of less than half.

        Where at least half of the courses are new, it is another catalogue, not what is left of this one.
        """
        delta = todo.delta
        before = todo.size - len(delta.created) + len(delta.deleted)
        lost = before >= SMALL_INDEX and todo.size < before / 2 and len(delta.created) < todo.size / 2
        if delta.deleted and (todo.size == 0 or lost) and not self.options.allow_shrink:
            raise RefusedToShrink(
                f"the LMS lists {todo.size} courses where the index has {before}: nothing was changed. If that is "
                "right, run once with --allow-shrink; if not, look at the LMS first"
            )


def wanted_configuration(mode: Mode) -> Configuration:
    """Build the configuration that this version of the code wants the index to have."""
    return Configuration(index_settings(mode), tuple(synonyms()), tuple(query_rules()))


def _tell(report: RunReport, todo: Plan) -> None:
    report.created = len(todo.delta.created)
    report.updated = len(todo.delta.updated)
    report.deleted = len(todo.delta.deleted)
    report.unchanged = todo.delta.unchanged
    report.deletions_held = todo.held_deletions
    report.configuration_applied = list(todo.differing)
