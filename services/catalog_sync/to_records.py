"""Course runs become course records: pure, so that the same pages and the same clock give the same index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from services.catalog_sync.plain_text import plain_text
from services.catalog_sync.reading.lms_run import CourseDetails, LmsRun
from services.course_record import CourseRecord, CourseRun
from services.course_record.course_record import Availability
from services.course_record.languages import canonical_language
from services.course_record.levels import canonical_level

MAX_RECORD_BYTES = 100_000
"""Algolia refuses larger records (100 kB on its paid plans), and with one of them its whole batch."""

EMPTY = CourseDetails(course_key="")
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A course that is not indexed, and why."""

    course_key: str
    reason: str
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    """What one reading of the catalogue becomes: records in order of their keys, and what was left out."""

    records: tuple[CourseRecord, ...]
    skipped: tuple[Skipped, ...]


def to_records(runs: Iterable[LmsRun], details: Mapping[str, CourseDetails], now: datetime) -> Conversion:
    """Build one record for each course that has a visible run.

    `details` is keyed by course key and may lack any course. Hidden runs are left out, and with its last visible run
    the course. A record over 100,000 bytes, or without a title, is skipped and named. `now` decides what is available.
    """
    runs_of: defaultdict[str, dict[str, LmsRun]] = defaultdict(dict)
    for run in runs:
        if not run.hidden:
            runs_of[run.course_key][run.id] = run
    titles = {
        key: _title(active_run(tuple(found.values()), now), details.get(key, EMPTY)) for key, found in runs_of.items()
    }
    records, skipped = [], []
    for key in sorted(runs_of):
        record = _record(key, tuple(runs_of[key].values()), details.get(key, EMPTY), titles, now)
        size = record.encoded_size()
        if not record.title:
            skipped.append(Skipped(key, "it has no title"))
        elif size > MAX_RECORD_BYTES:
            skipped.append(Skipped(key, f"its record has {size:,} bytes, over {MAX_RECORD_BYTES:,}", size))
        else:
            records.append(record)
    return Conversion(tuple(records), tuple(skipped))


def availability_of(run: LmsRun, now: datetime) -> Availability:
    """Say whether a run can be taken: ended is Archived, not begun is Upcoming; without dates it is there."""
    if run.end is not None and run.end <= now:
        return "Archived"
    if run.start is not None and run.start > now:
        return "Upcoming"
    return "Available now"


def active_run(runs: tuple[LmsRun, ...], now: datetime) -> LmsRun:
    """Choose the run to enrol in: by invitation last; open before upcoming before archived, enrolment open.

    Of several, the latest start of what has begun, the next of what is to come; ties go to the first id.
    """

    def order(run: LmsRun) -> tuple[bool, int, bool, float, str]:
        state = availability_of(run, now)
        start = run.start or _EARLIEST
        distance = (start - now if state == "Upcoming" else now - start).total_seconds()
        closed = (run.enrollment_end is not None and run.enrollment_end <= now) or (
            state == "Available now" and run.enrollment_start is not None and run.enrollment_start > now
        )
        rank = ("Available now", "Upcoming", "Archived").index(state)
        return run.invitation_only, rank, closed, distance, run.id

    return min(runs, key=order)


def _title(run: LmsRun, details: CourseDetails) -> str:
    return plain_text(details.title) or plain_text(run.name)


def _record(
    key: str, runs: tuple[LmsRun, ...], details: CourseDetails, titles: Mapping[str, str], now: datetime
) -> CourseRecord:
    active = active_run(runs, now)
    prerequisites = tuple(name for name in _texts(details.prerequisites) if name != key)
    return CourseRecord(
        course_key=key,
        course_run_id=active.id,
        runs=tuple(_run(run, now) for run in sorted(runs, key=lambda run: run.id)),
        uuid=details.uuid,
        title=titles[key],
        org=plain_text(details.org) or plain_text(active.org) or key.split("+")[0],
        short_description=plain_text(details.short_description) or plain_text(active.short_description),
        full_description=plain_text(details.full_description),
        level=canonical_level(plain_text(details.level)),
        language=canonical_language(plain_text(details.language)),
        subjects=_texts(details.subjects),
        skills=_texts(details.skills),
        prerequisites=prerequisites,
        prerequisite_titles=tuple(titles[name] for name in prerequisites if titles.get(name)),
        availability=availability_of(active, now),
        start=_written(active.start),
        invitation_only=active.invitation_only,
        hours=details.hours,
        enrollment_count=details.enrollment_count,
        url=details.url,
        image_url=details.image_url or active.image_url,
        video_url=details.video_url or active.video_url,
    )


def _run(run: LmsRun, now: datetime) -> CourseRun:
    return CourseRun(
        course_run_id=run.id,
        start=_written(run.start),
        end=_written(run.end),
        enrollment_start=_written(run.enrollment_start),
        enrollment_end=_written(run.enrollment_end),
        availability=availability_of(run, now),
        invitation_only=run.invitation_only,
        pacing=run.pacing,
    )


def _written(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if instant else None


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    """Clean each text; leave out blanks and, whatever their case, repetitions."""
    found: dict[str, str] = {}
    for text in texts:
        clean = plain_text(text)
        if clean:
            found.setdefault(clean.casefold(), clean)
    return tuple(found.values())
