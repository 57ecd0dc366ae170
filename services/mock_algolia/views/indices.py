"""Indexes as wholes: list, delete, copy, move."""

from __future__ import annotations

from typing import Any

from services.mock_algolia.errors import Refused
from services.mock_algolia.store import LiveIndex, Store, Transaction
from services.mock_algolia.views.reading import replica_name, valid_name, whole_number
from services.mock_algolia.wire.route import Call, Route, fields

_PARTS = {"settings", "synonyms", "rules"}

_OPERATION = fields("operation destination scope")


class IndexViews:
    """`/1/indexes`, `DELETE /1/indexes/{index}`, `/1/indexes/{index}/operation`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self) -> list[Route]:
        """List the operations on indexes."""
        return [
            Route("GET", "/1/indexes", "listIndexes", self.list_indices),
            Route("GET", "/1/indexes/", "listIndexes", self.list_indices),
            Route("DELETE", "/1/indexes/<index:index>", "deleteIndex", self.delete_index),
            Route(
                "POST",
                "/1/indexes/<index:index>/operation",
                "addObject",
                self.operation,
                fields("operation destination scope"),
            ),
        ]

    def list_indices(self, call: Call) -> Any:
        """List the indexes that the key may see, by name (listIndices)."""
        catalog = self._store.catalog
        items = [self._described(name, live) for name, live in sorted(catalog.items()) if call.caller.may_use(name)]
        if "page" not in call.args and "hitsPerPage" not in call.args:
            return {"items": items, "nbPages": 1}
        page = whole_number(call.args, "page", 0)
        size = whole_number(call.args, "hitsPerPage", 100, low=1)
        return {"items": items[page * size : (page + 1) * size], "nbPages": -(-len(items) // size)}

    def _described(self, name: str, live: LiveIndex) -> dict[str, Any]:
        shown = {
            "name": name,
            "createdAt": live.created_at if live.records else "",
            "updatedAt": live.updated_at,
            "entries": len(live.records),
            "dataSize": live.data_size,
            "fileSize": live.data_size,
            "lastBuildTimeS": 0,
            "numberOfPendingTasks": int(live.engine.preparing),
            "pendingTask": live.engine.preparing,
        }
        if live.main is not None:
            shown["primary"] = live.main
            if live.is_virtual:
                shown["virtual"] = True
        elif live.settings.get("replicas"):
            shown["replicas"] = [replica_name(entry) for entry in live.settings["replicas"]]
        return shown

    def delete_index(self, call: Call, index: str) -> Any:
        """Delete an index; one that does not exist is deleted already (deleteIndex)."""

        def operation(transaction: Transaction) -> None:
            live = transaction.catalog.get(index)
            if live is None:
                return
            if live.main is not None:
                raise Refused("cannot apply a delete request on a replica index", 403)
            transaction.delete_index(index)

        _, task, now = self._store.write(operation)
        return {"taskID": task, "deletedAt": now}

    def operation(self, call: Call, index: str) -> Any:
        """Copy or move an index; readers see the destination before or after, never between (operationIndex)."""
        body = call.body
        kind, destination, scope = body.get("operation"), body.get("destination"), body.get("scope") or []
        if kind not in ("copy", "move"):
            raise Refused("Invalid operation: expected 'copy' or 'move'")
        if not isinstance(destination, str):
            raise Refused("Invalid destination: expected the name of an index")
        if not isinstance(scope, list) or not all(isinstance(part, str) for part in scope) or set(scope) - _PARTS:
            raise Refused("Invalid scope: expected a list of 'settings', 'synonyms' and 'rules'")
        call.caller.needs_index(valid_name(destination))
        if destination == index:
            raise Refused("Source and destination must be different indexes")

        def operation(transaction: Transaction) -> None:
            target = transaction.catalog.get(destination)
            source = transaction.catalog.get(index)
            if target is not None and target.main is not None and not scope:
                raise Refused(f"cannot {kind} to a primary/replica index")
            if kind == "move":
                if source is not None and source.main is not None:
                    transaction.unlink(index)
                transaction.move(index, destination)
                return
            if not scope and transaction.replicas_of(destination):
                raise Refused("cannot copy to a primary/replica index")
            transaction.copy(index, destination, scope)

        _, task, now = self._store.write(operation)
        return {"taskID": task, "updatedAt": now}
