"""What has to be done to an index: pure, made of what it holds and what it should be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.catalog_sync.delta import Delta, delta_between
from services.catalog_sync.reading.lms_run import instant
from services.course_record import CourseRecord
from services.index_writer.course_index import Configuration, IndexState

STAGING_DIGITS = 8
STAGING = re.compile(rf"\d{{{STAGING_DIGITS}}}")
"""Our own; the official client's `replace_all_objects` names its own with six or seven digits."""
STALE_AFTER = timedelta(hours=6)
"""A temporary index of somebody else (a manual `replace_all_objects`) may be in use for less time than this."""
SMALL = 20
"""Below this many courses, losing most of them is an ordinary day of a new catalogue."""

DEFAULTS: dict[str, Any] = {"mode": "keywordSearch", "enabled": True, "alternatives": False, "description": ""}
"""Algolia's own defaults of what we set: an answer may leave them out."""
NO_NEURAL_SEARCH = {"neuralSearch": "refused by the plan"}
"""Kept in the index's `userData`; `--rewrite` asks again."""
_ABSENT = object()

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Goal:
    """What the index should be: its records by id, and its configuration."""

    records: Mapping[str, CourseRecord]
    hashes: Mapping[str, str]
    configuration: Configuration

    @classmethod
    def of(cls, records: tuple[CourseRecord, ...], configuration: Configuration) -> Goal:
        """Build the goal; hashes are computed once."""
        return cls(
            {record.object_id: record for record in records},
            {record.object_id: record.content_hash for record in records},
            configuration,
        )


@dataclass(frozen=True, slots=True)
class Present:
    """What there is: every index of the application, and of ours (if it exists) the hashes and the configuration."""

    indices: Mapping[str, IndexState]
    exists: bool
    hashes: Mapping[str, str | None]
    configuration: Configuration


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be done, before anything is."""

    exists: bool
    delta: Delta
    differing: tuple[str, ...]
    """The parts of the configuration to set: settings, synonyms, rules."""
    afterwards: Mapping[str, str | None]
    """The hashes that the index has to have in the end, by id."""
    held_deletions: int
    """Records that the catalogue lacks, and that stay because it was not read whole."""
    leftovers: tuple[str, ...]
    """Staging indices of runs that died, newest first."""
    stale: tuple[str, ...]
    """Temporary indices of others that nobody has touched for long."""

    @property
    def size(self) -> int:
        """Count the records that the index has to have in the end."""
        return len(self.afterwards)

    @property
    def nothing_to_do(self) -> bool:
        """Say whether the index is the goal already, and no rubbish lies about."""
        return self.exists and not (len(self.delta) or self.differing or self.leftovers or self.stale)


def plan(
    present: Present,
    name: str,
    goal: Goal,
    now: datetime,
    *,
    hold_deletions: bool = False,
    rewrite: bool = False,
) -> Plan:
    """Compare the index with the goal.

    `hold_deletions` keeps what the catalogue lacks; `rewrite` takes every record for changed.
    """
    delta = delta_between(dict.fromkeys(present.hashes) if rewrite else present.hashes, goal.hashes)
    held = len(delta.deleted) if hold_deletions else 0
    if held:
        delta = delta.without_deletions()
    prefix = f"{name}_tmp_"
    temporary = [state for state in present.indices.values() if state.name.startswith(prefix)]
    ours = sorted((one.name for one in temporary if STAGING.fullmatch(one.name.removeprefix(prefix))), reverse=True)
    kept = {key: found for key, found in present.hashes.items() if key not in set(delta.deleted)}
    return Plan(
        exists=present.exists,
        delta=delta,
        differing=differing(present.configuration, goal.configuration, ask_again=rewrite),
        afterwards={**kept, **{key: goal.hashes[key] for key in delta.written}},
        held_deletions=held,
        leftovers=tuple(ours),
        stale=tuple(sorted(one.name for one in temporary if one.name not in ours and _is_stale(one, now))),
    )


def seems_lost(before: int, after: int, new: int) -> bool:
    """Say whether what is left of a list looks broken rather than changed: nothing, or less than half of it.

    Where at least half of what is there now is `new`, it is another list, not what is left of this one.
    """
    return after == 0 or (before >= SMALL and after < before / 2 and new < after / 2)


def differing(present: Configuration, wanted: Configuration, *, ask_again: bool) -> tuple[str, ...]:
    """Name what differs. Settings that we do not name are left alone: they are the owner's.

    `ask_again` takes no refused neural search for an answer.
    """
    settings = wanted.settings
    refused = present.settings.get("userData") == NO_NEURAL_SEARCH
    if refused and not ask_again and present.settings.get("mode") != "neuralSearch":
        settings = {**settings, "mode": "keywordSearch"}
    names = []
    if any(present.settings.get(key, DEFAULTS.get(key)) != value for key, value in settings.items()):
        names.append("settings")
    if not _same(present.synonyms, wanted.synonyms):
        names.append("synonyms")
    if not _same(present.rules, wanted.rules):
        names.append("rules")
    return tuple(names)


def _same(present: tuple[Json, ...], wanted: tuple[Json, ...]) -> bool:
    ours = {str(item["objectID"]): _normal(item) for item in wanted}
    return {str(item["objectID"]): _normal(item) for item in present} == ours


def _normal(value: Any) -> Any:
    """Bring a rule or synonym to a form that does not depend on which defaults the server spells out."""
    if isinstance(value, str):  # nearly all of them
        return value
    if isinstance(value, dict):
        pairs = ((key, _normal(part)) for key, part in value.items())
        normal = {key: part for key, part in pairs if DEFAULTS.get(key, _ABSENT) != part and part not in ([], {}, None)}
        if isinstance(normal.get("type"), str):
            normal["type"] = normal["type"].lower()  # oneWaySynonym and onewaysynonym are one type
        return normal
    return [_normal(part) for part in value] if isinstance(value, list) else value


def _is_stale(state: IndexState, now: datetime) -> bool:
    touched = instant(state.updated_at)
    return touched is not None and now - touched > STALE_AFTER
