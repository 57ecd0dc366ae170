"""One acknowledged operation: its rows go to DuckDB in one transaction, its effect on memory waits for the commit.

What it may combine stands in four steps, each made of those before it: the application's documents and events
(`application`), drafts and engines (`drafts`), what an index holds (`content_changes`), who mirrors whom
(`replica_changes`); here whole indexes are removed, moved and copied.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from services.mock_algolia.store.live import LiveIndex
from services.mock_algolia.store.replica_changes import ReplicaChanges

_NOT_COPIED = frozenset({"enableReRanking", "mode", "replicas"})
"""Settings that a copy leaves alone (documented at operationIndex)."""


class Transaction(ReplicaChanges):
    """The draft of one operation. Nothing here is visible to readers until the writer has committed it."""

    def delete_index(self, name: str) -> None:
        """Remove an index with all it holds; its replicas become independent indexes."""
        for replica in self.replicas_of(name):
            self.detach(replica)
        self._drop(name)

    def delete_all_indexes(self) -> None:
        """Remove every index with all it holds, by as many statements as there are tables with something in them."""
        dropped = list(self.catalog.values())
        self.catalog.clear()
        holds = {part: any(getattr(live, part) for live in dropped) for part in ("records", "synonyms", "rules")}
        for table in (*(part for part, some in holds.items() if some), *(("indexes", "changes") if dropped else ())):
            self._sql.execute(f"DELETE FROM {table}")  # noqa: S608 - a fixed name
        for live in dropped:
            self._effects.append(partial(self._memory.snapshots.forget, live))

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
