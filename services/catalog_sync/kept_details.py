"""What course-discovery said before, kept where it suddenly says much less.

Its list may be cut, empty or a part of itself, with 200 and a count that fits (enterprise-catalog, PR 246 and 290); the
records would lose their levels, subjects, skills and texts. So details shrink only as the LMS's list may.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from services.catalog_sync.plan import Present, seems_lost
from services.catalog_sync.reading.listing import Listing
from services.catalog_sync.reading.lms_run import CourseDetails
from services.course_record import CourseRecord
from services.index_writer.course_index import CourseIndex

_FROM_DISCOVERY = {field.name for field in fields(CourseDetails)} | {"prerequisite_titles"}
DETAILS = tuple(field.name for field in fields(CourseRecord) if field.name in _FROM_DISCOVERY - {"course_key"})
"""The fields of a record that course-discovery may have told."""
_UNKNOWN: tuple[Any, ...] = (None, "", (), 0)


@dataclass(frozen=True, slots=True)
class Loss:
    """Indexed courses whose record would lose what course-discovery once said, and what the loss is measured by."""

    before: Mapping[str, CourseRecord]
    described: int
    """Indexed courses that course-discovery still describes."""
    new: int
    """Courses that it describes and that are not indexed yet."""

    @property
    def suspicious(self) -> bool:
        """Say whether so much is lost that the site looks broken rather than changed."""
        return bool(self.before) and seems_lost(self.described + len(self.before), self.described, self.new)

    def made_good(self, records: Collection[CourseRecord]) -> tuple[CourseRecord, ...]:
        """Give each record that lost its details those from before."""
        return tuple(
            replace(record, **{name: getattr(self.before[record.course_key], name) for name in DETAILS})
            if record.course_key in self.before
            else record
            for record in records
        )


def loss_of(
    index: CourseIndex,
    name: str,
    present: Present,
    records: Collection[CourseRecord],
    details: Listing[CourseDetails],
) -> Loss:
    """Find what would be lost; reads from the index only the records that would change and are described no more."""
    described = [record.course_key for record in records if record.course_key in details.entries]
    suspects = {
        record.object_id: record
        for record in records
        if record.course_key not in details.entries
        and present.hashes.get(record.object_id) not in (None, record.content_hash)
    }
    indexed = index.records(name, sorted(suspects)) if suspects else {}
    before = {key: CourseRecord.from_json(document) for key, document in indexed.items()}
    return Loss(
        before={suspects[key].course_key: old for key, old in before.items() if _loses(old, suspects[key])},
        described=sum(key in present.hashes for key in described),
        new=sum(key not in present.hashes for key in described),
    )


def _loses(old: CourseRecord, new: CourseRecord) -> bool:
    return any(getattr(old, name) not in _UNKNOWN and getattr(new, name) in _UNKNOWN for name in DETAILS)
