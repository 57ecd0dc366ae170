"""One acknowledged operation: its rows go to DuckDB in one transaction, its effect on memory waits for the commit.

Longer than other modules because all that one operation may combine shares its drafts and its effects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import duckdb
import orjson

from services.mock_algolia.engine.values import packed
from services.mock_algolia.errors import Refused
from services.mock_algolia.store.application import ApplicationChanges, Memory
from services.mock_algolia.store.live import Body, Catalog, LiveIndex

Part = Literal["settings", "synonyms", "rules"]
BuildEngine = Callable[[LiveIndex, Catalog], None]
"""Makes or refreshes the engine of an index from what the index holds."""


class Transaction(ApplicationChanges):
    """The draft of one operation. Nothing here is visible to readers until the writer has committed it.

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

    # Indexes

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

    def replicas_of(self, name: str) -> list[str]:
        """List the replicas of a primary, in the order in which they were made."""
        return [other for other, live in self.catalog.items() if live.main == name]

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

    def delete_index(self, name: str) -> None:
        """Remove an index with all it holds; its replicas become independent indexes."""
        for replica in self.replicas_of(name):
            self.detach(replica)
        self._drop(name)

    def _drop(self, name: str) -> None:
        live = self.catalog.pop(name)
        for table in ("records", "synonyms", "rules"):
            self._sql.execute(f"DELETE FROM {table} WHERE index_id = ?", [live.id])  # noqa: S608 - a fixed name
        self._sql.execute("DELETE FROM indexes WHERE id = ?", [live.id])
        self._sql.execute("DELETE FROM changes WHERE index_id = ?", [live.id])
        self._effects.append(lambda: self._memory.snapshots.forget(live))

    def move(self, source: str, destination: str) -> None:
        """Rename an index, replacing the destination; the destination's replicas follow the new content."""
        if source == destination or source not in self.catalog:
            return
        adopted = self.replicas_of(destination)
        replaced = self.catalog.get(destination)
        kept_replicas = replaced.settings.get("replicas") if replaced else None
        if replaced is not None:
            self._drop(destination)
        moved = self.index(source)
        del self.catalog[source]
        if kept_replicas and "replicas" not in moved.settings:
            moved.settings = {**moved.settings, "replicas": kept_replicas}
            self._save_settings(moved)
        self.catalog[destination] = moved
        self._sql.execute("UPDATE indexes SET name = ?, updated_at = ? WHERE id = ?", [destination, self.now, moved.id])
        for replica in self.replicas_of(source):
            self._set_main(replica, destination)
        for replica in adopted:
            self._rebuild_replica(replica, moved)

    def copy(self, source: str, destination: str, parts: Iterable[str]) -> None:
        """Copy an index: the named parts alone, or everything if no part is named; a missing source is empty."""
        wanted = set(parts)
        origin = self.catalog.get(source)
        target = self.index(destination)
        settings = {k: v for k, v in (origin.settings if origin else {}).items() if k not in _NOT_COPIED}
        if not wanted or "settings" in wanted:
            kept = {k: v for k, v in target.settings.items() if k in _NOT_COPIED}
            self.set_settings(destination, {**settings, **kept})
        if not wanted or "synonyms" in wanted:
            self.set_items(destination, "synonyms", list(origin.synonyms.values()) if origin else [])
        if not wanted or "rules" in wanted:
            self.set_items(destination, "rules", list(origin.rules.values()) if origin else [])
        if not wanted:
            self._copy_records(origin, self.catalog[destination])

    def _copy_records(self, origin: LiveIndex | None, target: LiveIndex) -> None:
        self._sql.execute("DELETE FROM records WHERE index_id = ?", [target.id])
        target.records = dict(origin.records) if origin else {}
        target.data_size = origin.data_size if origin else 0
        if origin:
            holder = self.catalog.get(origin.main or "", origin)
            self._sql.execute(
                "INSERT INTO records SELECT ?, object_id, body, position FROM records WHERE index_id = ?",
                [target.id, holder.id],
            )
        self._rebuild(target)

    # Records

    def put(self, name: str, upserts: Mapping[str, Body], deletes: Sequence[str]) -> None:
        """Write and remove records of a primary index; its replicas mirror them."""
        draft = self.index(name)
        known = draft.records
        removed = [object_id for object_id in deletes if object_id in known]
        bodies = {object_id: packed(body) for object_id, body in upserts.items()}
        new = {object_id: body for object_id, body in bodies.items() if object_id not in known}
        changed = {object_id: body for object_id, body in bodies.items() if object_id in known}
        if removed:
            self._sql.execute(
                "DELETE FROM records WHERE index_id = ? AND object_id IN (SELECT unnest(?::VARCHAR[]))",
                [draft.id, removed],
            )
        if changed:  # a changed record keeps its position: the order of equal records must outlive the process
            self._sql.execute(
                "UPDATE records SET body = sent.body "
                "FROM (SELECT unnest(?::VARCHAR[]) AS id, unnest(?::BLOB[]) AS body) AS sent "
                "WHERE index_id = ? AND object_id = sent.id",
                [list(changed), list(changed.values()), draft.id],
            )
        if new:
            self._sql.execute(
                "INSERT INTO records SELECT ?, unnest(?::VARCHAR[]), unnest(?::BLOB[]), unnest(?::BIGINT[])",
                [draft.id, list(new), list(new.values()), [(self.task_id << 24) + n for n in range(len(new))]],
            )
        mirrors = [self.catalog[replica] for replica in self.replicas_of(name)]
        if any(map(self._memory.snapshots.has, (draft, *mirrors))):
            self._sql.execute(
                "INSERT INTO changes SELECT ?, unnest(?::VARCHAR[]), ?", [draft.id, [*bodies, *removed], self.task_id]
            )

        def effect() -> None:
            for object_id in removed:
                draft.data_size -= len(known.pop(object_id))
            draft.data_size -= sum(len(known[object_id]) for object_id in changed)
            known.update(bodies)
            draft.data_size += sum(map(len, bodies.values()))
            for live in (draft, *mirrors):
                live.data_size = draft.data_size
                live.unsaved += len(bodies) + len(removed)
                live.engine.apply(list(upserts.values()), removed)

        self._effects.append(effect)

    def clear(self, name: str) -> None:
        """Remove all records of an index, keeping its settings, synonyms and rules."""
        draft = self.index(name)
        self._sql.execute("DELETE FROM records WHERE index_id = ?", [draft.id])
        draft.records, draft.data_size = {}, 0
        self._rebuild(draft)
        for replica in self.replicas_of(name):
            self._rebuild_replica(replica, draft)

    # Settings, synonyms, rules

    def set_settings(self, name: str, settings: Body) -> None:
        """Replace the settings of an index (what is absent has its default)."""
        draft = self.index(name)
        draft.settings = settings
        self._save_settings(draft)
        self._reconfigure(draft)
        for replica in self.replicas_of(name):
            if self.catalog[replica].is_virtual:
                self._reconfigure(self.catalog[replica])

    def set_items(self, name: str, part: Part, items: Sequence[Body]) -> None:
        """Replace all synonyms or all rules of an index."""
        draft = self.index(name)
        self._sql.execute(f"DELETE FROM {part} WHERE index_id = ?", [draft.id])  # noqa: S608 - one of three names
        if items:
            self._sql.execute(
                f"INSERT INTO {part} SELECT ?, unnest(?::VARCHAR[]), unnest(?::BLOB[]), unnest(?::BIGINT[])",
                [
                    draft.id,
                    [str(item["objectID"]) for item in items],
                    [orjson.dumps(item) for item in items],
                    list(range(len(items))),
                ],
            )
        setattr(draft, part, {str(item["objectID"]): item for item in items})
        self._reconfigure(draft)

    # Replicas

    def attach(self, name: str, main: str, *, is_virtual: bool) -> None:
        """Make an index a replica of `main`: its own records go, the primary's appear in its own order."""
        primary = self.catalog[main]
        existing = self.catalog.get(name)
        if existing is not None:
            self._sql.execute("DELETE FROM records WHERE index_id = ?", [existing.id])
            self.index(name)
        else:
            self._create(name, main, is_virtual=is_virtual)
            if not is_virtual:
                self.catalog[name].settings = {k: v for k, v in primary.settings.items() if k != "replicas"}
                self._save_settings(self.catalog[name])
            self.set_items(name, "synonyms", list(primary.synonyms.values()))
            self.set_items(name, "rules", list(primary.rules.values()))
        self._set_main(name, main, is_virtual=is_virtual)
        self._rebuild_replica(name, primary)

    def detach(self, name: str) -> None:
        """Make a replica independent: a standard one keeps a copy of the records, a virtual one is left empty."""
        replica = self.index(name)
        records = {} if replica.is_virtual else dict(replica.records)
        if records:
            holder = self.catalog[str(replica.main)]
            self._sql.execute(
                "INSERT INTO records SELECT ?, object_id, body, position FROM records WHERE index_id = ?",
                [replica.id, holder.id],
            )
            replica.data_size = holder.data_size
        replica.records = records
        was_virtual = replica.is_virtual
        self._set_main(name, None)
        if was_virtual:
            self._rebuild(replica)

    def unlink(self, name: str) -> None:
        """Detach a replica, and take it off its primary's list."""
        main = self.catalog[name].main
        self.detach(name)
        if main is not None:
            primary = self.index(main)
            left = [one for one in primary.settings.get("replicas") or () if one not in {name, f"virtual({name})"}]
            primary.settings = {**primary.settings, "replicas": left}
            self._save_settings(primary)

    def _set_main(self, name: str, main: str | None, *, is_virtual: bool | None = None) -> None:
        replica = self.index(name)
        replica.main = main
        replica.is_virtual = replica.is_virtual if is_virtual is None else is_virtual
        if main is None:
            replica.is_virtual = False
        self._sql.execute(
            "UPDATE indexes SET main = ?, is_virtual = ? WHERE id = ?", [main, replica.is_virtual, replica.id]
        )

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

    # Engines

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


_TRIAL = b'{"objectID":"trial","text":"a trial"}'
_NOT_COPIED = frozenset({"enableReRanking", "mode", "replicas"})
"""Settings that a copy leaves alone (documented at operationIndex)."""
