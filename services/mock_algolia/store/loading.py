"""From the file to memory: everything a mock holds, read back when its folder is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import duckdb
import orjson

from services.mock_algolia.engine import Index
from services.mock_algolia.engine.language.languages import STOP_WORDS
from services.mock_algolia.engine.semantic.vectors import Embedder
from services.mock_algolia.store.live import Body, Catalog, LiveIndex
from services.mock_algolia.store.snapshots import Snapshots


class EngineBuilder(Protocol):
    """Gives an index its engine."""

    def build(self, live: LiveIndex, catalog: Catalog) -> None:
        """Make the engine of `live` from its settings, synonyms, rules and records."""

    def read(self, dump: bytes, live: LiveIndex, catalog: Catalog) -> Index:
        """Make the engine of `live` from a dump of it; raise ValueError if that was made under other settings."""

    def use(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        """Take the application's dictionaries from these collections."""


DICTIONARIES = ("stopwords", "plurals", "compounds")


def collection(dictionary: str) -> str:
    """Name the document collection that holds a dictionary's custom entries."""
    return f"dictionary {dictionary}"


class FreshEngine:
    """Build engines from the records alone."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder
        self._documents: Mapping[str, Mapping[str, Any]] = {}

    def use(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        """Take the application's dictionaries from these collections."""
        self._documents = documents

    def build(self, live: LiveIndex, catalog: Catalog) -> None:
        """Make the engine of `live` from its settings, synonyms, rules and records."""
        engine = Index(
            live.engine_settings(catalog),
            list(live.synonyms.values()),
            list(live.rules.values()),
            embedder=self._embedder,
            dictionaries=self._dictionaries(),
        )
        if live.records:
            engine.apply([orjson.loads(body) for body in live.records.values()], [])
        live.engine = engine

    def read(self, dump: bytes, live: LiveIndex, catalog: Catalog) -> Index:
        """Make the engine of `live` from a dump of it; raise ValueError if that was made under other settings."""
        return Index.load(
            dump,
            live.engine_settings(catalog),
            list(live.synonyms.values()),
            list(live.rules.values()),
            embedder=self._embedder,
            dictionaries=self._dictionaries(),
        )

    def _dictionaries(self) -> dict[str, list[Body]]:
        dictionaries = {name: list(self._documents.get(collection(name), {}).values()) for name in DICTIONARIES}
        dictionaries["stopwords"] = [*self._switched_off(), *dictionaries["stopwords"]]
        off = self._settings().get("plurals") or {}
        dictionaries["no plurals"] = [{"language": language} for language, disabled in off.items() if disabled]
        return dictionaries

    def _settings(self) -> Body:
        found: Body = self._documents.get("dictionary settings", {}).get("all", {})
        return found

    def _switched_off(self) -> list[Body]:
        """List the standard stop words that the application's dictionary settings turn off."""
        settings = self._settings()
        return [
            {"language": language, "word": word, "state": "disabled"}
            for language, off in (settings.get("stopwords") or {}).items()
            if off
            for word in STOP_WORDS.get(language, ())
        ]


def load_catalog(
    connection: duckdb.DuckDBPyConnection, builder: EngineBuilder, snapshots: Snapshots
) -> dict[str, LiveIndex]:
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
        live.records[object_id] = body
        live.data_size += len(body)
    for live in sorted(catalog.values(), key=lambda live: live.main is not None):
        primary = catalog.get(live.main or "", live)
        live.records, live.data_size = primary.records, primary.data_size
        engine = snapshots.load(live, primary, partial(builder.read, live=live, catalog=catalog), connection)
        if engine is None:
            builder.build(live, catalog)
            live.unsaved = len(live.records)
        else:
            live.engine = engine
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
