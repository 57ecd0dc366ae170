"""From the file to memory: everything a mock holds, read back when its folder is opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import duckdb
import orjson

from services.mock_algolia.engine import Index
from services.mock_algolia.store.live import Body, Catalog, LiveIndex


class EngineBuilder(Protocol):
    """Gives an index its engine."""

    def build(self, live: LiveIndex, catalog: Catalog) -> None:
        """Make the engine of `live` from its settings, synonyms, rules and records."""


class FreshEngine:
    """Build engines from the records alone."""

    def __init__(self, dictionaries: Any = None, embedder: Any = None) -> None:
        self._dictionaries = dictionaries
        self._embedder = embedder

    def build(self, live: LiveIndex, catalog: Catalog) -> None:
        """Make the engine of `live` from its settings, synonyms, rules and records."""
        engine = Index(
            live.effective_settings(catalog),
            list(live.synonyms.values()),
            list(live.rules.values()),
            embedder=self._embedder,
            dictionaries=self._dictionaries,
        )
        if live.records:
            engine.apply(list(live.records.values()), [])
        live.engine = engine


def load_catalog(connection: duckdb.DuckDBPyConnection, builder: EngineBuilder) -> Catalog:
    """Read all indexes and build their engines, primaries before the replicas that mirror them."""
    rows = connection.execute(
        "SELECT id, name, settings, main, is_virtual, created_at, updated_at FROM indexes ORDER BY id"
    ).fetchall()
    catalog: dict[str, LiveIndex] = {}
    by_id: dict[int, LiveIndex] = {}
    for index_id, name, settings, main, is_virtual, created_at, updated_at in rows:
        live = LiveIndex(index_id, created_at, updated_at, orjson.loads(settings), main=main, is_virtual=is_virtual)
        catalog[name] = by_id[index_id] = live
    for table in ("synonyms", "rules"):
        for index_id, object_id, body in _bodies(connection, table):
            getattr(by_id[index_id], table)[object_id] = orjson.loads(body)
    for index_id, object_id, body in _bodies(connection, "records"):
        live = by_id[index_id]
        live.records[object_id] = orjson.loads(body)
        live.data_size += len(body)
    for live in sorted(catalog.values(), key=lambda live: live.main is not None):
        if live.main is not None and live.main in catalog:
            live.records, live.data_size = catalog[live.main].records, catalog[live.main].data_size
        builder.build(live, catalog)
    return catalog


def _bodies(connection: duckdb.DuckDBPyConnection, table: str) -> Sequence[tuple[int, str, bytes]]:
    return connection.execute(f"SELECT index_id, object_id, body FROM {table} ORDER BY position").fetchall()  # noqa: S608 - one of three names


def load_documents(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Read the application's small collections, each in the order in which its documents were written."""
    collections: dict[str, dict[str, Any]] = {}
    rows = connection.execute("SELECT collection, id, body FROM documents ORDER BY position, rowid").fetchall()
    for collection, key, body in rows:
        collections.setdefault(collection, {})[key] = orjson.loads(body)
    return collections


def load_events(connection: duckdb.DuckDBPyConnection) -> list[Body]:
    """Read all Insights events, oldest first."""
    rows = connection.execute("SELECT body FROM events ORDER BY task, rowid").fetchall()
    return [orjson.loads(body) for (body,) in rows]
