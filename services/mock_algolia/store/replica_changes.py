"""Making an index a replica of another, and independent again."""

from __future__ import annotations

from services.mock_algolia.store.content_changes import ContentChanges


class ReplicaChanges(ContentChanges):
    """The changes of one operation to who mirrors whom."""

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
