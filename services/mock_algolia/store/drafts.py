"""What every operation on indexes stands on: a draft of each index that it changes, and its engine after the commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import duckdb
import orjson

from services.mock_algolia.errors import Refused
from services.mock_algolia.store.application import ApplicationChanges, Memory
from services.mock_algolia.store.live import Catalog, LiveIndex

BuildEngine = Callable[[LiveIndex, Catalog], None]
"""Makes or refreshes the engine of an index from what the index holds."""
_TRIAL = b'{"objectID":"trial","text":"a trial"}'


class Drafts(ApplicationChanges):
    """The drafts of one operation.

    `catalog` shows the indexes as they will be after the commit, except for their records: those are changed
    in place when `publish` runs.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        catalog: Catalog,
        task_id: int,
        now: str,
        build_engine: BuildEngine,
        next_id: Callable[[], int],
        memory: Memory,
    ) -> None:
        super().__init__(connection, task_id, memory)
        self.now = now
        self.catalog: dict[str, LiveIndex] = dict(catalog)
        self._build_engine = build_engine
        self._next_id = next_id
        self._drafts: set[int] = set()
        self._to_reconfigure: set[int] = set()

    def index(self, name: str) -> LiveIndex:
        """Give a draft of the named index to change, creating it if needed: writing to a new name makes an index."""
        live = self.catalog.get(name)
        if live is None:
            return self._create(name)
        if live.id in self._drafts:
            return live
        self._drafts.add(live.id)
        draft = replace(live, updated_at=self.now, version=self.task_id)
        self._sql.execute("UPDATE indexes SET updated_at = ? WHERE id = ?", [self.now, draft.id])
        self.catalog[name] = draft
        return draft

    def _create(self, name: str, main: str | None = None, *, is_virtual: bool = False) -> LiveIndex:
        live = LiveIndex(self._next_id(), self.now, self.now, main=main, is_virtual=is_virtual, version=self.task_id)
        self._sql.execute(
            "INSERT INTO indexes VALUES (?, ?, ?, ?, ?, ?, ?)",
            [live.id, name, b"{}", main, is_virtual, self.now, self.now],
        )
        self.catalog[name] = live
        self._drafts.add(live.id)
        if main is None:
            self._build_engine(live, self.catalog)
        return live

    def replicas_of(self, name: str) -> list[str]:
        """List the replicas of a primary, in the order in which they were made."""
        return [other for other, live in self.catalog.items() if live.main == name]

    def _set_main(self, name: str, main: str | None, *, is_virtual: bool | None = None) -> None:
        replica = self.index(name)
        replica.main = main
        replica.is_virtual = replica.is_virtual if is_virtual is None else is_virtual
        if main is None:
            replica.is_virtual = False
        self._sql.execute(
            "UPDATE indexes SET main = ?, is_virtual = ? WHERE id = ?", [main, replica.is_virtual, replica.id]
        )

    def _save_settings(self, live: LiveIndex) -> None:
        self._sql.execute("UPDATE indexes SET settings = ? WHERE id = ?", [orjson.dumps(live.settings), live.id])

    def _reconfigure(self, live: LiveIndex) -> None:
        if live.id in self._to_reconfigure:
            return
        self._to_reconfigure.add(live.id)
        self._rehearse(live)
        catalog = self.catalog
        self._effects.append(
            lambda: live.engine.reconfigure(
                live.engine_settings(catalog), list(live.synonyms.values()), list(live.rules.values())
            )
        )

    def _rehearse(self, live: LiveIndex) -> None:
        """Let an empty engine try what is about to be committed: afterwards is too late to refuse it."""
        trial = LiveIndex(
            0, self.now, self.now, live.effective_settings(self.catalog), live.synonyms, live.rules, {"trial": _TRIAL}
        )
        try:
            self._build_engine(trial, self.catalog)
            trial.engine.search({"query": "a trial"}, index_name="trial")
        except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
            raise Refused(f"The engine cannot work with these settings, synonyms or rules: {error}") from error

    def _rebuild(self, live: LiveIndex) -> None:
        if self._memory.snapshots.has(live):
            self._sql.execute("INSERT INTO changes VALUES (?, NULL, ?)", [live.id, self.task_id])
        live.unsaved = len(live.records)
        self._build_engine(live, self.catalog)

    def _rebuild_replica(self, name: str, primary: LiveIndex) -> None:
        replica = self.index(name)
        replica.records, replica.data_size = primary.records, primary.data_size
        self._rebuild(replica)

    def rebuild_all(self) -> None:
        """Make every engine anew once the operation is durable: the application's dictionaries changed."""

        def effect() -> None:
            for live in self.catalog.values():
                self._build_engine(live, self.catalog)

        self._effects.append(effect)
