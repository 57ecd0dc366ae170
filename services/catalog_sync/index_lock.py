"""A lock that keeps two syncs of one index from writing at the same time, wherever they run.

It is one record in an index of its own (`courses_sync`), changed only by Algolia's `IncrementFrom`, which applies an
update if and only if the version is the one we read: a compare-and-swap (Algolia's "optimistic locking"). The version
is read before the catalogue, and swapped only when there is something to write: an unchanged run writes nothing, and a
run that another one overtook, even a finished one, cannot take the lock and so cannot write what it read too early.

What it cannot promise: a writer that is stopped for longer than its lease (a suspended laptop), wakes, and sends one
request before it looks at the clock again. Then that batch, whole and atomic, is of an older reading, until the next
run. It can never put a half-filled index in place: see `publication`. Clocks may differ by less than the lease.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.catalog_sync.clock import Clock
from services.index_writer.algolia_client import IndexRefused, IndexUnavailable, IndexUnreadable
from services.index_writer.course_index import CourseIndex

LOCK = "lock"
LEASE_SECONDS = 300


class SyncRunning(RuntimeError):
    """Another sync of this index runs, or ran while this one was reading."""


@dataclass(frozen=True, slots=True)
class LockState:
    """The lock as it was read. Version 0: it was never taken."""

    version: int
    holder: str
    place: str
    expires_at: int

    def held_elsewhere(self, place: str, now: datetime) -> bool:
        """Say whether somebody may be at work: not where the lease ended, nor where its process must be dead.

        `place` is the id of the lock file that we hold on this machine: whoever wrote it held that file, and a file
        lock ends with its process.
        """
        return bool(self.holder) and self.expires_at > now.timestamp() and self.place != place


@dataclass(slots=True)
class IndexLock:
    """The lock of one index, for one run. `run` is this run's own id, `place` the machine's lock file."""

    index: CourseIndex
    name: str
    run: str
    place: str
    clock: Clock
    seen: LockState | None = None
    expires_at: float = 0.0

    @property
    def token(self) -> int:
        """The version under which we hold the lock; larger than that of every holder before."""
        if self.seen is None:
            raise RuntimeError("the lock was not read")
        return self.seen.version

    def look(self) -> None:
        """Read the lock. Raises SyncRunning where another run holds it."""
        state = self._read()
        if state.held_elsewhere(self.place, self.clock.now()):
            until = datetime.fromtimestamp(state.expires_at, UTC).strftime("%H:%M:%S UTC")
            raise SyncRunning(f"another sync of this index runs; at the latest at {until} its lock ends")
        self.seen = state

    def take(self) -> None:
        """Take the lock if nobody has since we looked. Raises SyncRunning where somebody has."""
        self._swap(self.run)

    def renew(self) -> None:
        """Keep the lock, if a third of the lease is gone. Raises SyncRunning where it was lost."""
        if self.expires_at - self.clock.now().timestamp() < LEASE_SECONDS * 2 / 3:
            self._swap(self.run)

    def confirm(self) -> None:
        """Make sure that the lock is still ours. Raises SyncRunning where it was lost."""
        state = self._read()
        if state.holder != self.run or state.version != self.token:
            raise SyncRunning("another sync took over, because this one was silent for longer than its lease")

    @contextlib.contextmanager
    def released_after(self) -> Iterator[None]:
        """Give the lock back at the end; a lock lost meanwhile is left to its new holder.

        After a failure, what went wrong stays the error, even if the lock then can't be given back: it will expire.
        """
        try:
            yield
        except BaseException:
            with contextlib.suppress(IndexUnavailable, IndexRefused):
                self._give_back()
            raise
        self._give_back()

    def _give_back(self) -> None:
        self.index.update_from(self.name, LOCK, self.token, self._attributes("", 0))

    def _swap(self, holder: str) -> None:
        expires_at = int(self.clock.now().timestamp()) + LEASE_SECONDS
        self.index.update_from(self.name, LOCK, self.token, self._attributes(holder, expires_at))
        state = self._read()
        if state.holder != self.run or state.version != self.token + 1:
            raise SyncRunning("another sync of this index began or finished while this one was reading")
        self.seen, self.expires_at = state, expires_at

    def _attributes(self, holder: str, expires_at: int) -> dict[str, Any]:
        return {"holder": holder, "place": self.place, "expires_at": expires_at}

    def _read(self) -> LockState:
        record = self.index.get(self.name, LOCK) or {}
        try:
            return LockState(
                version=int(record.get("version", 0)),
                holder=str(record.get("holder", "")),
                place=str(record.get("place", "")),
                expires_at=int(record.get("expires_at", 0)),
            )
        except (ValueError, TypeError) as error:
            raise IndexUnreadable(f"the lock record in {self.name} is none of ours; delete that index") from error
