"""One sync of an index at a time on this machine: a file lock, which the system ends with its process, however it ends.

It refuses a second run at once, before that reads anything, and it tells a new run that a lock left in the index by a
run of this machine belongs to a dead process, so that work goes on at once after a kill.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import filelock

from services.catalog_sync.index_lock import SyncRunning

log = logging.getLogger("catalog_sync.lock")


@contextlib.contextmanager
def machine_lock(target: str, folder: Path | None = None) -> Iterator[str]:
    """Hold the machine's lock on a target (application and index); yields the id of the lock's file.

    Raises SyncRunning where another process holds it. Where the folder (the system's temporary one) can't be written,
    the index's own lock has to do: a warning, and an id that nobody else has.
    """
    name = f"coursematch-sync-{hashlib.sha256(target.encode()).hexdigest()[:16]}"
    path = (folder or Path(tempfile.gettempdir())) / f"{name}.lock"
    lock = filelock.FileLock(path, timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise SyncRunning("another sync of this index runs on this machine") from None
    except OSError as error:
        log.warning("no lock on this machine (%s): only the lock in the index guards this run", error)
        yield uuid.uuid4().hex
        return
    try:
        yield _id_of(path.with_suffix(".id"))
    finally:
        lock.release()


def _id_of(path: Path) -> str:
    with contextlib.suppress(OSError, ValueError):
        return uuid.UUID(path.read_text()).hex
    fresh = uuid.uuid4().hex
    with contextlib.suppress(OSError):
        path.write_text(fresh)
    return fresh
