"""The last hours of spans and metrics in DuckDB, bounded by age and by rows."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

KEEP_HOURS = 6.0
MOST_SPANS = 200_000
MOST_NUMBERS = 100_000
TIDY_SECONDS = 30.0
MEMORY = "256MB"

SPAN = {
    "trace": "VARCHAR", "span": "VARCHAR", "parent": "VARCHAR", "service": "VARCHAR", "name": "VARCHAR",
    "kind": "INTEGER", "began": "BIGINT", "ms": "DOUBLE", "failed": "BOOLEAN", "facts": "VARCHAR",
}  # fmt: skip
NUMBER = {
    "service": "VARCHAR", "name": "VARCHAR", "unit": "VARCHAR", "moment": "BIGINT", "value": "DOUBLE",
    "facts": "VARCHAR",
}  # fmt: skip
TABLES = {"spans": (SPAN, "began", MOST_SPANS), "numbers": (NUMBER, "moment", MOST_NUMBERS)}

Json = dict[str, Any]


class Store:
    """One DuckDB file, asked from several threads. `clock` gives the seconds since 1970."""

    def __init__(self, file: Path | str, clock: Callable[[], float] = time.time, most: int | None = None) -> None:
        self._clock = clock
        self._most = most
        self._database = duckdb.connect(str(file))
        self._lock = threading.Lock()
        self._tidied = clock()
        self._database.execute(f"SET memory_limit = '{MEMORY}'")
        self._database.execute("SET threads = 1")
        for table, (columns, _, _) in TABLES.items():
            listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            self._database.execute(f"CREATE TABLE IF NOT EXISTS {table} ({listed})")

    def add(self, table: str, rows: Sequence[Json]) -> None:
        """Add rows to `spans` or `numbers`."""
        if not rows:
            return
        shape = json.dumps([TABLES[table][0]])
        with self._lock:
            self._database.execute(
                f"INSERT INTO {table} SELECT unnest(from_json(?, ?), recursive := true)",
                [json.dumps(rows), shape],
            )
            if self._clock() - self._tidied > TIDY_SECONDS or self._most is not None:
                self._tidy()

    def now(self) -> float:
        """Give the seconds since 1970."""
        return self._clock()

    def ask(self, question: str, values: Mapping[str, Any] | None = None) -> list[Json]:
        """Answer a question of ours, row by row; its `$names` stand for `values`."""
        with self._lock:
            found = self._database.execute(question, dict(values or {}))
            names = [column[0] for column in found.description or []]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def _tidy(self) -> None:
        """Forget what is too old, and the oldest of what is too much."""
        self._tidied = self._clock()
        oldest = int((self._clock() - KEEP_HOURS * 3600) * 1e9)
        for table, (_, moment, most) in TABLES.items():
            self._database.execute(f"DELETE FROM {table} WHERE {moment} < ?", [oldest])  # noqa: S608 - names of ours
            self._database.execute(
                f"DELETE FROM {table} WHERE {moment} <= "  # noqa: S608 - the same
                f"(SELECT {moment} FROM {table} ORDER BY {moment} DESC OFFSET ? LIMIT 1)",
                [self._most or most],
            )
