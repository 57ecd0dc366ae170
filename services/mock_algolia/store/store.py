"""The store: what is on disk, what is live, and the one thread that changes both, in order."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from services.mock_algolia.engine import Index
from services.mock_algolia.errors import Refused
from services.mock_algolia.store.folder import DataFolder, FolderRefused
from services.mock_algolia.store.live import Body, Catalog
from services.mock_algolia.store.loading import EngineBuilder, load_catalog, load_documents, load_events
from services.mock_algolia.store.schema import TABLES
from services.mock_algolia.store.snapshots import CHANGES, Snapshots
from services.mock_algolia.store.transaction import Transaction

T = TypeVar("T")
PATIENCE = 20.0
"""Seconds that a caller waits for readers to see what is durable; the clients give up a write after 30."""
_IDLE = 2.0
"""Seconds without a write after which large indexes are saved for a quicker opening."""
_LAST_TASK = "SELECT value FROM meta WHERE key = 'last_task'"
log = logging.getLogger("mock_algolia.store")


def rfc3339() -> str:
    """Tell the time as Algolia's responses do."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Written:
    """An operation on its way: durable first, visible next."""

    def __init__(self, operation: Callable[[Transaction], Any]) -> None:
        self.operation = operation
        self.durable: Future[Any] = Future()
        self.visible: Future[None] = Future()


class Store:
    """All indexes of one application, durable in `folder` (or in memory only, without one).

    `write` returns when the operation is committed and visible; `catalog` is what readers see now.
    Raises FolderRefused from the constructor if the folder cannot be used.
    """

    def __init__(
        self,
        folder: Path | None,
        builder: EngineBuilder,
        clock: Callable[[], str] = rfc3339,
        patience: float = PATIENCE,
    ) -> None:
        self._builder = builder
        self._clock = clock
        self._patience = patience
        self._folder = DataFolder(folder) if folder else None
        self.snapshots = Snapshots(self._folder.snapshots if self._folder else None)
        if self._folder is None:
            self._sql = _in_memory()
            self._load(self._sql)
        else:
            self._sql = self._open(self._folder)
            self.snapshots.forget_all_but({live.id for live in self.catalog.values()})
        self._sql.execute(CHANGES)
        self._queue: queue.SimpleQueue[_Written | None] = queue.SimpleQueue()
        self._preparing: list[tuple[int, Index]] = []
        self._closed = False
        self._closing = threading.Lock()
        self._writer = threading.Thread(target=self._write_in_order, name="mock-algolia-writer", daemon=True)
        self._writer.start()

    def _open(self, folder: DataFolder) -> duckdb.DuckDBPyConnection:
        folder.claim()
        try:
            with folder.reading() as connection:
                self._load(connection)
            connection = folder.writing()
            if int(_one(connection, _LAST_TASK)) != self._last_task:
                connection.close()
                raise FolderRefused(f"{folder.path} was changed by another process while it was opened; try again.")
            return connection
        except BaseException:
            folder.release()
            raise

    def _load(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._last_task = self._published_task = int(_one(connection, _LAST_TASK))
        last_id = int(_one(connection, "SELECT coalesce(max(id), 0) FROM indexes"))
        self._last_id = max(last_id, self.snapshots.highest_id())
        self.documents: dict[str, dict[str, Any]] = load_documents(connection)
        self._builder.use(self.documents)
        self.events: list[Body] = load_events(connection)
        self.catalog: Catalog = load_catalog(connection, self._builder, self.snapshots)
        for live in self.catalog.values():
            live.engine.began_preparing()  # what goes on since the opening belongs to no task

    @property
    def last_task(self) -> int:
        """The newest task that is durable."""
        return self._last_task

    @property
    def published_task(self) -> int:
        """The newest task that readers see; every task up to it is done."""
        return self._published_task

    @property
    def waiting_writes(self) -> int:
        """How many writes wait for those before them."""
        return self._queue.qsize()

    def is_published(self, task: int) -> bool:
        """Tell whether readers see all that a task asked for, vectors included."""
        waits = any(one == task and engine.preparing for one, engine in self._preparing)
        return task <= self._published_task and not waits

    def _note_preparing(self, task: int, before: Catalog) -> None:
        """Remember which tasks wait for vectors, and let go of the indexes that are gone: nobody waits for theirs."""
        engines = [live.engine for live in self.catalog.values()]
        for live in before.values():
            if live.engine not in engines:
                live.engine.stop()
        waiting = [*self._preparing, *((task, engine) for engine in engines if engine.began_preparing())]
        self._preparing = [(one, engine) for one, engine in waiting if engine.preparing and engine in engines]

    def write(self, operation: Callable[[Transaction], T]) -> tuple[T, int, str]:
        """Run one operation after all earlier ones: its answer, its task id and its time, once it is durable.

        Nearly always it is visible by then too. One that takes readers long to see (vectors for a large index) is
        answered after PATIENCE seconds, before the clients' own timeouts; its task is published when it is seen.
        """
        written = _Written(operation)
        with self._closing:
            if self._closed:
                raise Refused("The server is stopping", 503)
            self._queue.put(written)
        answer: tuple[T, int, str] = written.durable.result()
        with suppress(FutureTimeout):
            written.visible.result(timeout=self._patience)
        return answer

    def close(self) -> None:
        """Finish what is queued, then close the file."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._writer.join()
        for live in self.catalog.values():
            live.engine.close()
        self._save_snapshots()
        self._sql.close()
        del self._sql  # the driver reports connections that are still referenced when the process ends
        if self._folder:
            self._folder.release()

    def _write_in_order(self) -> None:
        while (item := self._next()) is not None:
            try:
                self._run(item)
            except BaseException as error:
                if not item.durable.done():
                    item.durable.set_exception(error)
                else:
                    log.error("publishing_failed", exc_info=error)
                    item.visible.set_exception(error)

    def _next(self) -> _Written | None:
        while any(map(self.snapshots.is_due, self.catalog.values())):
            try:
                return self._queue.get(timeout=_IDLE)
            except queue.Empty:
                if not self._save_snapshots():
                    break
        return self._queue.get()

    def _run(self, written: _Written) -> None:
        task_id, now = self._last_task + 1, self._clock()
        self._sql.execute("BEGIN")
        try:
            transaction = Transaction(self._sql, self.catalog, task_id, now, self._builder.build, self._new_id, self)
            answer = written.operation(transaction)
            self._sql.execute("UPDATE meta SET value = ? WHERE key = 'last_task'", [str(task_id)])
            self._sql.execute("COMMIT")
        except BaseException:
            with suppress(duckdb.Error):  # a failed commit has rolled back already
                self._sql.execute("ROLLBACK")
            raise
        self._last_task = task_id
        written.durable.set_result((answer, task_id, now))
        try:
            transaction.publish()
        finally:
            before, self.catalog = self.catalog, transaction.catalog
            self._note_preparing(task_id, before)
            self._published_task = task_id
        written.visible.set_result(None)

    def _save_snapshots(self) -> bool:
        try:
            self.snapshots.save_due(self.catalog, self._last_task, self._sql)
        except Exception:
            log.exception("snapshot_failed")  # only a cache: the next opening reads the records instead
            return False
        return True

    def replace_events(self, events: list[Body]) -> None:
        """Show readers these events."""
        self.events = events

    def _new_id(self) -> int:
        self._last_id += 1
        return self._last_id


def _in_memory() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute(TABLES)
    connection.execute("INSERT INTO meta VALUES ('last_task', '0')")
    return connection


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    row = connection.execute(query).fetchone()
    if row is None:
        raise RuntimeError(f"the database answers nothing to {query}")
    return str(row[0])
