"""Put the wanted records and configuration in place so that readers see the old index or the new one, never between.

The rule: what is one atomic task is done in place; anything more is done on a staging index that is then moved over.
One task is: one batch of at most 1,000 operations and 8 MB (Algolia executes a batch atomically), or one change of
settings, of all synonyms, or of all rules. The staging index starts as a copy of the served one, so that only the
difference is sent, or as what a killed run left, where that is nearer to the goal.

A staging index bears its lock's token in its name. A run that takes over after a death renames it first: a late `move`
by a writer that was believed dead then finds no source, which Algolia ignores; and before any move the ids and the
content hashes are read back, and those of what was written computed anew. So a half-filled index is never served.
"""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

from services.catalog_sync.clock import Clock
from services.catalog_sync.delta import Delta, delta_between
from services.catalog_sync.index_lock import IndexLock
from services.catalog_sync.plan import NO_NEURAL_SEARCH, STAGING_DIGITS, Goal, Plan, Present, differing
from services.course_record import CourseRecord
from services.index_writer.algolia_client import IndexRefused, IndexUnavailable
from services.index_writer.course_index import Configuration, CourseIndex, IndexState, chunks_of

MAX_BATCH_OPERATIONS = 1_000
MAX_BATCH_BYTES = 8_000_000
SETTLING_SECONDS = 120
READ_BACK_WAITS = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between two looks whether what was published is there: a host of Algolia's may be behind for a moment."""
NOT_CONFIGURED = Configuration({}, (), ())
log = logging.getLogger("catalog_sync.publication")

Json = dict[str, Any]
Progress = Callable[[int, int], None]


class NotPublished(RuntimeError):
    """An index does not hold what was sent to it, though Algolia took it and said that it was done."""


def look(index: CourseIndex, name: str, clock: Clock) -> Present:
    """Read what there is, when Algolia has done what a killed run may still have asked of ours."""
    indices = _settled(index, name, clock)
    if name not in indices:
        return Present(indices, exists=False, hashes={}, configuration=NOT_CONFIGURED)
    return Present(indices, exists=True, hashes=index.hashes(name), configuration=index.configuration(name))


def publish(index: CourseIndex, name: str, goal: Goal, todo: Plan, lock: IndexLock, progress: Progress) -> None:
    """Carry out a plan under the lock, and read back what it made.

    Killed at any moment, it leaves the old index or the new one in service. Raises NotPublished.
    """
    first_two = list(itertools.islice(_batches(goal, todo.delta), 2))
    if todo.exists and len(first_two) + len(todo.differing) <= 1:
        lock.confirm()
        for records, deleted in first_two:
            index.batch(name, records, deleted)
        _configure(index, name, goal.configuration, todo.differing)
        progress(len(todo.delta), len(todo.delta))
        _read_back(index, name, todo, lock.clock)
        _recompute(index, name, goal, todo)
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
    lacking = differing(index.configuration(staging), goal.configuration, ask_again="settings" in todo.differing)
    _configure(index, staging, goal.configuration, lacking)
    _read_back(index, staging, todo, lock.clock)
    _recompute(index, staging, goal, todo)
    lock.confirm()
    index.move(staging, name)
    _read_back(index, name, todo, lock.clock)
    _clean(index, tuple(left for left in todo.leftovers + todo.stale if left != staging))


def _read_back(index: CourseIndex, name: str, todo: Plan, clock: Clock) -> None:
    """Compare the number of records, their ids and their content hashes with the plan's. Raises NotPublished."""
    for wait in (*READ_BACK_WAITS, None):
        found = index.hashes(name)
        if found == todo.afterwards:
            return
        if wait is not None:
            clock.sleep(wait)
    wrong = sorted(key for key in found.keys() | todo.afterwards.keys() if found.get(key) != todo.afterwards.get(key))
    named = ", ".join(wrong[:5]) + (", …" if len(wrong) > 5 else "")
    raise NotPublished(
        f"Algolia took what was sent, but {name} holds {len(found)} records instead of {todo.size}, and {len(wrong)} "
        f"are not as they should be ({named}): does something else write to this index?"
    )


def _recompute(index: CourseIndex, name: str, goal: Goal, todo: Plan) -> None:
    """Read what was written and compute its hash anew: the one that came back is the one we sent.

    What is wrong loses its hash, so that the next run writes it again. Raises NotPublished.
    """
    for start in range(0, len(todo.delta.written), MAX_BATCH_OPERATIONS):
        written = todo.delta.written[start : start + MAX_BATCH_OPERATIONS]
        stored = index.records(name, written)
        wrong = [key for key in written if key not in stored or _hash_of(stored[key]) != goal.hashes[key]]
        if wrong:
            index.batch(name, [{**stored[key], "content_hash": None} for key in wrong if key in stored], [])
            named = ", ".join(wrong[:5]) + (", …" if len(wrong) > 5 else "")
            raise NotPublished(
                f"Algolia took what was sent, but what {name} holds of {named} is not what was sent, though its "
                "content_hash is: does something else write to this index?"
            )


def _hash_of(document: Json) -> str | None:
    try:
        return CourseRecord.from_json(document).content_hash
    except (KeyError, TypeError, ValueError):
        return None


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


def _settled(index: CourseIndex, name: str, clock: Clock) -> dict[str, IndexState]:
    """List the indices, when Algolia has done what a killed run may still have asked of ours."""
    for _ in range(SETTLING_SECONDS):
        indices = index.indices()
        if not any(one.pending for one in indices.values() if one.name == name or one.name.startswith(f"{name}_tmp_")):
            return indices
        clock.sleep(1.0)
    raise IndexUnavailable(f"{name} has had unfinished tasks for {SETTLING_SECONDS} s")


def _clean(index: CourseIndex, names: tuple[str, ...]) -> None:
    for name in names:
        index.delete(name)
