"""Snapshots: engines as they were, beside the database, so that opening a large folder reads no record twice.

A snapshot is a cache. The database alone decides what is true: a snapshot names the task it holds, the table `changes`
tells what was written since, and anything that does not fit is rebuilt from the records.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import duckdb
import orjson

from services.mock_algolia.engine import Index
from services.mock_algolia.store.live import Catalog, LiveIndex

CHANGES = "CREATE TABLE IF NOT EXISTS changes (index_id BIGINT, object_id VARCHAR, task BIGINT)"
"""Ids written or removed since the snapshot of an index; a null id says that everything changed."""
WORTH_IT = 5_000
"""Records below which rebuilding is as quick as loading."""
WORTH_IT_WITH_VECTORS = 50
"""The same for an index searched by meaning: to embed one record takes as long as to read a thousand."""
_NAME = re.compile(r"(\d+)-(\d+)\.snapshot")
_DIGEST = 32


class Snapshots:
    """The snapshots of one data folder (or of none: then nothing is kept)."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._tasks: dict[int, int] = {}
        if folder is not None and folder.is_dir():
            for path in folder.iterdir():
                if found := _NAME.fullmatch(path.name):
                    self._tasks[int(found[1])] = max(int(found[2]), self._tasks.get(int(found[1]), 0))

    def highest_id(self) -> int:
        """Tell the highest index id that any snapshot belongs to."""
        return max(self._tasks, default=0)

    def has(self, live: LiveIndex) -> bool:
        """Tell whether there is a snapshot of this index."""
        return live.id in self._tasks

    def is_due(self, live: LiveIndex) -> bool:
        """Tell whether so much was written since the snapshot of an index that a new one would be quicker to open."""
        by_meaning = live.settings.get("mode") == "neuralSearch"
        unsaved = live.unsaved + live.engine.unsaved_vectors
        return self._folder is not None and unsaved >= (WORTH_IT_WITH_VECTORS if by_meaning else WORTH_IT)

    def save_due(self, catalog: Catalog, task: int, connection: duckdb.DuckDBPyConnection) -> None:
        """Write the snapshots that are due, as of `task`, and forget the changes that all snapshots hold."""
        for name, live in catalog.items():
            if not self.is_due(live) or live.engine.preparing:
                continue
            self._save(live, task)
            primary = catalog.get(live.main or "", live)
            mirrors = [one for one in catalog.values() if one.main == (live.main or name)]
            oldest = min(self._tasks[one.id] for one in (primary, *mirrors) if one.id in self._tasks)
            connection.execute("DELETE FROM changes WHERE index_id = ? AND task <= ?", [primary.id, oldest])

    def _save(self, live: LiveIndex, task: int) -> None:
        if self._folder is None:
            return
        data = live.engine.dump()
        self._folder.mkdir(exist_ok=True)
        unfinished = self._folder / f"{live.id}.unfinished"
        with unfinished.open("wb") as file:
            file.write(hashlib.blake2b(data, digest_size=_DIGEST).digest())
            file.write(data)
        unfinished.replace(self._path(live.id, task))
        self._remove(live.id, keep=task)
        self._tasks[live.id] = task
        live.unsaved = 0

    def load(
        self,
        live: LiveIndex,
        primary: LiveIndex,
        read: Callable[[bytes], Index],
        connection: duckdb.DuckDBPyConnection,
    ) -> Index | None:
        """Make the engine of what the index holds now; None if the snapshot does not lead there.

        `read` makes an engine of the bytes of one, or raises ValueError if it was made under other settings.
        """
        if self._folder is None or live.id not in self._tasks:
            return None
        task = self._tasks[live.id]
        try:
            data = self._path(live.id, task).read_bytes()
            if hashlib.blake2b(data[_DIGEST:], digest_size=_DIGEST).digest() != data[:_DIGEST]:
                return None
            rows = connection.execute(
                "SELECT DISTINCT index_id, object_id FROM changes WHERE index_id IN (?, ?) AND task > ?",
                [live.id, primary.id, task],
            ).fetchall()
            if any(object_id is None and index_id == live.id for index_id, object_id in rows):
                return None
            engine = read(data[_DIGEST:])
        except (OSError, ValueError, duckdb.CatalogException):
            return None
        changed = [object_id for index_id, object_id in rows if index_id == primary.id and object_id is not None]
        live.unsaved = len(changed)
        if changed:
            there = [orjson.loads(live.records[one]) for one in changed if one in live.records]
            engine.apply(there, [one for one in changed if one not in live.records])
        return engine if engine.count == len(live.records) else None

    def forget(self, live: LiveIndex) -> None:
        """Remove the snapshot of an index that is gone."""
        if self._tasks.pop(live.id, None) is not None:
            self._remove(live.id, keep=None)

    def forget_all_but(self, ids: set[int]) -> None:
        """Remove the snapshots of indexes that do not exist."""
        for index_id in set(self._tasks) - ids:
            del self._tasks[index_id]
            self._remove(index_id, keep=None)

    def _path(self, index_id: int, task: int) -> Path:
        if self._folder is None:
            raise RuntimeError("there is no folder for snapshots")
        return self._folder / f"{index_id}-{task}.snapshot"

    def _remove(self, index_id: int, keep: int | None) -> None:
        if self._folder is None:
            return
        for path in self._folder.glob(f"{index_id}-*.snapshot"):
            if keep is None or path != self._path(index_id, keep):
                with suppress(OSError):  # a cache that cannot be removed is only a cache that is not used
                    path.unlink()
