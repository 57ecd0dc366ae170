"""The sync as one flow: LMS pages, records, difference, index."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from services.catalog_sync.clock import Clock
from services.catalog_sync.index_lock import IndexLock
from services.catalog_sync.kept_details import loss_of
from services.catalog_sync.plan import Goal, Plan, Present, plan, seems_lost
from services.catalog_sync.publication import look, publish
from services.catalog_sync.reading.listing import Listing, Progress, silent
from services.catalog_sync.reading.lms_run import CourseDetails, LmsRun
from services.catalog_sync.run_report import MOST_COURSES, RunReport
from services.catalog_sync.to_records import to_records
from services.course_record import CourseRecord
from services.course_record.index_settings import Mode, index_settings
from services.course_record.synonyms import synonyms
from services.index_writer.course_index import Configuration, CourseIndex
from services.question.query_rules import query_rules
from services.telemetry.steps import step

NO_DETAILS: Listing[CourseDetails] = Listing({}, complete=True, pages=0)


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

        Raises SyncRunning, SiteUnavailable, IndexUnavailable, IndexRefused, RefusedToShrink or NotPublished; the index
        then serves what it served before, or (where only tidying failed) the new state. Raises CatalogIncomplete after
        all was done that could be.
        """
        self.lock.look()
        with step("read the course list"):
            runs = self.courses.read()
        with step("read the details"):
            details = self.details.read() if self.details else NO_DETAILS
        records = self._records(runs, details, report)
        with step("look at the index"):
            present = look(self.index, self.options.index_name, self.clock)
        records, kept = self._kept_details(records, details, present)
        todo = plan(
            present,
            self.options.index_name,
            goal := Goal.of(records, wanted_configuration(self.options.mode)),
            self.clock.now(),
            hold_deletions=not runs.complete,
            rewrite=self.options.rewrite,
        )
        self._refuse_to_shrink(todo)
        _note(report, todo, kept)
        if not (todo.nothing_to_do or self.options.dry_run):
            self.lock.take()
            with self.lock.released_after(), step("publish"):
                publish(self.index, self.options.index_name, goal, todo, self.lock, self.progress)
        _refuse_to_call_it_whole(runs, todo, details, kept)

    def _records(
        self, runs: Listing[LmsRun], details: Listing[CourseDetails], report: RunReport
    ) -> tuple[CourseRecord, ...]:
        conversion = to_records(runs.entries.values(), details.entries, self.clock.now())
        report.runs_read = len(runs.entries)
        report.read = len(conversion.records) + len(conversion.skipped)
        report.skip(conversion.skipped)
        report.remark(*runs.remarks, *details.remarks)
        return conversion.records

    def _kept_details(
        self, records: tuple[CourseRecord, ...], details: Listing[CourseDetails], present: Present
    ) -> tuple[tuple[CourseRecord, ...], int]:
        """Put back the details that course-discovery lost and may not lose; answers also of how many courses."""
        if self.details is None:
            return records, 0
        loss = loss_of(self.index, self.options.index_name, present, records, details)
        if details.complete and (self.options.allow_shrink or not loss.suspicious):
            return records, 0
        return loss.made_good(records), len(loss.before)

    def _refuse_to_shrink(self, todo: Plan) -> None:
        """Refuse what looks like a loss: an empty list, or a remainder of less than half."""
        delta = todo.delta
        before = todo.size - len(delta.created) + len(delta.deleted)
        if delta.deleted and seems_lost(before, todo.size, len(delta.created)) and not self.options.allow_shrink:
            raise RefusedToShrink(
                f"the LMS lists {todo.size} courses where the index has {before}: nothing was changed. If that is "
                "right, run once with --allow-shrink; if not, look at the LMS first"
            )


def wanted_configuration(mode: Mode) -> Configuration:
    """Build the configuration that this version of the code wants the index to have."""
    return Configuration(index_settings(mode), tuple(synonyms()), tuple(query_rules()))


def _refuse_to_call_it_whole(runs: Listing[LmsRun], todo: Plan, details: Listing[CourseDetails], kept: int) -> None:
    reasons = []
    if not runs.complete:
        reasons.append(
            f"the LMS's list could not be read whole ({runs.items} items, {runs.count} counted), so "
            f"{todo.held_deletions} courses that it seems to have lost were kept"
        )
    if kept or not details.complete:
        reasons.append(
            f"course-discovery lists {details.items} courses ({details.count} counted), so what it said before of "
            f"{kept} others was kept; if they have lost their details for good, run once with --allow-shrink"
        )
    if reasons:
        raise CatalogIncomplete("; ".join(reasons))


def _note(report: RunReport, todo: Plan, details_kept: int) -> None:
    report.created = len(todo.delta.created)
    report.updated = len(todo.delta.updated)
    report.deleted = len(todo.delta.deleted)
    report.unchanged = todo.delta.unchanged
    changes = {"created": todo.delta.created, "updated": todo.delta.updated, "deleted": todo.delta.deleted}
    report.courses = {name: list(keys[:MOST_COURSES]) for name, keys in changes.items() if keys}
    report.deletions_held = todo.held_deletions
    report.details_kept = details_kept
    report.configuration_applied = list(todo.differing)
