"""The half of an operation that concerns the application: keys, dictionaries, events; and what waits for the commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import duckdb
import orjson

from services.mock_algolia.store.live import Body
from services.mock_algolia.store.snapshots import Snapshots


class Memory(Protocol):
    """The application's small collections as readers see them."""

    documents: dict[str, dict[str, Any]]
    events: list[Body]
    snapshots: Snapshots

    def replace_events(self, events: list[Body]) -> None:
        """Show readers these events."""


class ApplicationChanges:
    """The draft of an operation: rows at once, in DuckDB's transaction; effects on memory after the commit."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, task_id: int, memory: Memory) -> None:
        self.task_id = task_id
        self._sql = connection
        self._memory = memory
        self._effects: list[Callable[[], None]] = []

    def publish(self) -> None:
        """Apply the committed changes to memory; `catalog` is then what readers get. Raises the first failure."""
        failures = []
        for effect in self._effects:
            try:
                effect()
            except Exception as error:  # noqa: BLE001 - what is durable must become visible as far as it can
                failures.append(error)
        if failures:
            raise failures[0]

    def save_document(self, collection: str, key: str, body: Any) -> None:
        """Write one document of the application (an API key, a dictionary entry…)."""
        self._sql.execute("DELETE FROM documents WHERE collection = ? AND id = ?", [collection, key])
        self._sql.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?)", [collection, key, orjson.dumps(body), self.task_id]
        )
        self._change_documents(collection, lambda kept: {**kept, key: body})

    def delete_document(self, collection: str, key: str) -> None:
        """Remove one document, if it is there."""
        self._sql.execute("DELETE FROM documents WHERE collection = ? AND id = ?", [collection, key])
        self._change_documents(collection, lambda kept: {k: v for k, v in kept.items() if k != key})

    def clear_documents(self, collection: str) -> None:
        """Remove a whole collection."""
        self._sql.execute("DELETE FROM documents WHERE collection = ?", [collection])
        self._change_documents(collection, lambda _: {})

    def _change_documents(self, collection: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        documents = self._memory.documents

        def effect() -> None:
            documents[collection] = change(documents.get(collection, {}))  # a new mapping: readers may hold the old

        self._effects.append(effect)

    def add_events(self, events: Sequence[Body]) -> None:
        """Append Insights events."""
        if not events:
            return
        self._sql.execute(
            "INSERT INTO events SELECT ?, unnest(?::VARCHAR[]), unnest(?::BLOB[])",
            [self.task_id, [str(event["userToken"]) for event in events], [orjson.dumps(event) for event in events]],
        )
        self._effects.append(lambda: self._memory.replace_events([*self._memory.events, *events]))

    def delete_events(self, user_token: str | None = None) -> None:
        """Remove all events, or all of one user."""
        if user_token is None:
            self._sql.execute("DELETE FROM events")
        else:
            self._sql.execute("DELETE FROM events WHERE user_token = ?", [user_token])
        self._effects.append(
            lambda: self._memory.replace_events(
                [event for event in self._memory.events if user_token is not None and event["userToken"] != user_token]
            )
        )

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Run `effect` once the operation is durable."""
        self._effects.append(effect)
