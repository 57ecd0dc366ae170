"""Put the wanted records and configuration in place so that readers see the old index or the new one, never between.

The rule: what is one atomic task is done in place; anything more is done on a staging index that is then moved over.
One task is: one batch of at most 1,000 operations and 8 MB (Algolia executes a batch atomically), or one change of
settings, of all synonyms, or of all rules. The staging index starts as a copy of the served one, so that only the
difference is sent, or as what a killed run left, where that is nearer to the goal.

A staging index bears its lock's token in its name. A run that takes over after a death renames it first: a late `move`
by a writer that was believed dead then finds no source, which Algolia ignores; and before any move the number of
records is checked. So a half-filled index is never served.
"""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.catalog_sync.algolia_client import IndexRefused, IndexUnavailable
from services.catalog_sync.clock import Clock
from services.catalog_sync.course_index import Configuration, CourseIndex, IndexState, chunks_of
from services.catalog_sync.delta import Delta, delta_between
from services.catalog_sync.index_lock import IndexLock
from services.catalog_sync.lms_run import instant
from services.course_record import CourseRecord

MAX_BATCH_OPERATIONS = 1_000
MAX_BATCH_BYTES = 8_000_000
STAGING_DIGITS = 8
STAGING = re.compile(rf"\d{{{STAGING_DIGITS}}}")
"""Our own; the official client's `replace_all_objects` names its own with six or seven digits."""
STALE_AFTER = timedelta(hours=6)
"""A temporary index of somebody else (a manual `replace_all_objects`) may be in use for less time than this."""

DEFAULTS: dict[str, Any] = {"mode": "keywordSearch", "enabled": True, "alternatives": False, "description": ""}
"""Algolia's own defaults of what we set: an answer may leave them out."""

SETTLING_SECONDS = 120
NO_NEURAL_SEARCH = {"neuralSearch": "refused by the plan"}
"""Kept in the index's `userData`; `--rewrite` asks again."""
NOT_CONFIGURED = Configuration({}, (), ())
_ABSENT = object()
log = logging.getLogger("catalog_sync.publication")

Json = dict[str, Any]
Progress = Callable[[int, int], None]


class StagingIncomplete(RuntimeError):
    """The staging index does not hold what was sent to it, so it was not put in place."""


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
class Plan:
    """What has to be done, before anything is."""

    exists: bool
    delta: Delta
    differing: tuple[str, ...]
    """The parts of the configuration to set: settings, synonyms, rules."""
    size: int
    """Records in the index afterwards."""
    held_deletions: int
    """Records that the catalogue lacks, and that stay because it was not read whole."""
    leftovers: tuple[str, ...]
    """Staging indices of runs that died, newest first."""
    stale: tuple[str, ...]
    """Temporary indices of others that nobody has touched for long."""

    @property
    def nothing_to_do(self) -> bool:
        """Say whether the index is the goal already, and no rubbish lies about."""
        return self.exists and not (len(self.delta) or self.differing or self.leftovers or self.stale)


def plan(
    index: CourseIndex,
    name: str,
    goal: Goal,
    clock: Clock,
    *,
    hold_deletions: bool = False,
    rewrite: bool = False,
) -> Plan:
    """Compare the index with the goal; reads only.

    `hold_deletions` keeps what the catalogue lacks; `rewrite` takes every record for changed.
    """
    indices = _settled(index, name, clock)
    exists = name in indices
    indexed: Mapping[str, str | None] = index.hashes(name) if exists else {}
    delta = delta_between(dict.fromkeys(indexed) if rewrite else indexed, goal.hashes)
    held = len(delta.deleted) if hold_deletions else 0
    if held:
        delta = delta.without_deletions()
    prefix = f"{name}_tmp_"
    temporary = [state for state in indices.values() if state.name.startswith(prefix)]
    ours = sorted((one.name for one in temporary if STAGING.fullmatch(one.name.removeprefix(prefix))), reverse=True)
    present = index.configuration(name) if exists else NOT_CONFIGURED
    differing = _differing(present, goal.configuration, ask_again=rewrite)
    return Plan(
        exists=exists,
        delta=delta,
        differing=differing,
        size=len(indexed) + len(delta.created) - len(delta.deleted),
        held_deletions=held,
        leftovers=tuple(ours),
        stale=tuple(sorted(one.name for one in temporary if one.name not in ours and _is_stale(one, clock.now()))),
    )


def publish(index: CourseIndex, name: str, goal: Goal, todo: Plan, lock: IndexLock, progress: Progress) -> None:
    """Carry out a plan under the lock. Killed at any moment, it leaves the old index or the new one in service."""
    first_two = list(itertools.islice(_batches(goal, todo.delta), 2))
    if todo.exists and len(first_two) + len(todo.differing) <= 1:
        lock.confirm()
        for records, deleted in first_two:
            index.batch(name, records, deleted)
        _configure(index, name, goal.configuration, todo.differing)
        progress(len(todo.delta), len(todo.delta))
        _clean(index, todo.leftovers + todo.stale)
        return
    staging = f"{name}_tmp_{lock.token:0{STAGING_DIGITS}}"
    start = _start(index, name, goal, todo, staging)
    done, total = 0, len(start)
    for records, deleted in _batches(goal, start):
        index.batch(staging, records, deleted)
        done += len(records) + len(deleted)
        progress(done, total)
        lock.renew()
    differing = _differing(index.configuration(staging), goal.configuration, ask_again="settings" in todo.differing)
    _configure(index, staging, goal.configuration, differing)
    held = index.count(staging)
    if held != todo.size:
        raise StagingIncomplete(f"{staging} holds {held} records instead of {todo.size}: it was not put in place")
    lock.confirm()
    index.move(staging, name)
    _clean(index, tuple(left for left in todo.leftovers + todo.stale if left != staging))


def _start(index: CourseIndex, name: str, goal: Goal, todo: Plan, staging: str) -> Delta:
    """Give the staging index its beginning; answers what is missing from there to the goal."""
    if todo.leftovers and not todo.held_deletions:
        left = delta_between(index.hashes(todo.leftovers[0]), goal.hashes)
        if len(left) < len(todo.delta):
            index.move(todo.leftovers[0], staging)
            return left
    if todo.exists:
        index.copy(name, staging)
    else:
        _set_settings(index, staging, goal.configuration.settings)
    return todo.delta


def _batches(goal: Goal, delta: Delta) -> Iterator[tuple[list[Json], list[str]]]:
    """Divide a delta into batches, each small enough to be one atomic task: first all records, then deletions.

    The last batch of records takes as many deletions as there is room for.
    """
    deleted = list(delta.deleted)
    documents = (goal.records[object_id].to_json() for object_id in delta.written)
    sent = 0
    for records in chunks_of(documents, MAX_BATCH_OPERATIONS, MAX_BATCH_BYTES):
        sent += len(records)
        room = MAX_BATCH_OPERATIONS - len(records) if sent == len(delta.written) else 0
        yield records, deleted[:room]
        del deleted[:room]
    for start in range(0, len(deleted), MAX_BATCH_OPERATIONS):
        yield [], deleted[start : start + MAX_BATCH_OPERATIONS]


def _configure(index: CourseIndex, name: str, wanted: Configuration, differing: tuple[str, ...]) -> None:
    if "settings" in differing:
        _set_settings(index, name, wanted.settings)
    if "synonyms" in differing:
        index.replace_synonyms(name, wanted.synonyms)
    if "rules" in differing:
        index.replace_rules(name, wanted.rules)


def _set_settings(index: CourseIndex, name: str, settings: Json) -> None:
    """Set the settings; where the plan has no semantic search, without it, and leave a note not to ask each hour."""
    try:
        index.set_settings(name, settings)
    except IndexRefused as error:
        if settings.get("mode") != "neuralSearch" or not re.search("mode|neural", str(error), re.IGNORECASE):
            raise
        log.warning("the plan has no neural search, so the index goes without: %s", error)
        index.set_settings(name, {**settings, "mode": "keywordSearch", "userData": NO_NEURAL_SEARCH})


def _differing(present: Configuration, wanted: Configuration, *, ask_again: bool) -> tuple[str, ...]:
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
    if isinstance(value, dict):
        pairs = ((key, _normal(part)) for key, part in value.items())
        normal = {key: part for key, part in pairs if DEFAULTS.get(key, _ABSENT) != part and part not in ([], {}, None)}
        if isinstance(normal.get("type"), str):
            normal["type"] = normal["type"].lower()  # oneWaySynonym and onewaysynonym are one type
        return normal
    return [_normal(part) for part in value] if isinstance(value, list) else value


def _settled(index: CourseIndex, name: str, clock: Clock) -> dict[str, IndexState]:
    """List the indices, when Algolia has done what a killed run may still have asked of ours."""
    for _ in range(SETTLING_SECONDS):
        indices = index.indices()
        if not any(one.pending for one in indices.values() if one.name == name or one.name.startswith(f"{name}_tmp_")):
            return indices
        clock.sleep(1.0)
    raise IndexUnavailable(f"{name} has had unfinished tasks for {SETTLING_SECONDS} s")


def _is_stale(state: IndexState, now: datetime) -> bool:
    touched = instant(state.updated_at)
    return touched is not None and now - touched > STALE_AFTER


def _clean(index: CourseIndex, names: tuple[str, ...]) -> None:
    for name in names:
        index.delete(name)
