"""Changes to what an index holds: records, settings, synonyms and rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import orjson

from services.mock_algolia.engine.values import packed
from services.mock_algolia.store.drafts import Drafts
from services.mock_algolia.store.live import Body

Part = Literal["settings", "synonyms", "rules"]


class ContentChanges(Drafts):
    """The changes of one operation inside indexes; replicas follow their primary."""

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
