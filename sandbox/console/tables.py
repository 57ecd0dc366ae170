"""Copy the LMS's tables out of Postgres into a DuckDB in memory: what asks the copy cannot reach the original."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote, urlsplit

import duckdb
import pg8000.native

from sandbox.setup.database import connected
from sandbox.setup.problem import SandboxProblem

MOST_ROWS = 200_000
"""Of a table: with a larger one its first rows are copied, and the page says so."""
AT_ONCE = 2000
TYPES = {
    "bigint": "BIGINT", "integer": "INTEGER", "smallint": "SMALLINT", "boolean": "BOOLEAN", "ARRAY": "VARCHAR[]",
    "timestamp with time zone": "TIMESTAMPTZ", "timestamp without time zone": "TIMESTAMP", "date": "DATE",
    "double precision": "DOUBLE", "numeric": "DOUBLE",
}  # fmt: skip
"""Everything else is copied as text."""


class NoDatabase(SandboxProblem):
    """The database is not there to be copied."""


def copied(url: str, into: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Copy every table; tells of each its name, columns and how many rows there are. Raises `NoDatabase`."""
    try:
        parts = urlsplit(url)
        with connected(
            unquote(parts.username or ""), parts.hostname or "", parts.path.lstrip("/"), parts.port or 5432,
            unquote(parts.password or ""),
        ) as source:  # fmt: skip
            source.run("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return [_copy(source, into, table) for (table,) in source.run(_TABLES) or []]
    except (pg8000.exceptions.Error, OSError) as error:
        raise NoDatabase("The database does not answer.", "System shows what runs.") from error


_TABLES = """
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name
"""
_COLUMNS = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = :name ORDER BY ordinal_position
"""


def _copy(source: pg8000.native.Connection, into: duckdb.DuckDBPyConnection, table: str) -> dict[str, Any]:
    columns = [(name, TYPES.get(kind, "VARCHAR")) for name, kind in source.run(_COLUMNS, name=table) or []]
    name = _quoted(table)
    into.execute(f"CREATE TABLE {name} ({', '.join(f'{_quoted(column)} {kind}' for column, kind in columns)})")
    selected = ", ".join(_quoted(column) + ("::text" if kind == "VARCHAR" else "") for column, kind in columns)
    rows = source.run(f"SELECT {selected} FROM {name} LIMIT {MOST_ROWS}") or []  # noqa: S608 - names from the catalogue, quoted
    shape = json.dumps([{column: [kind[:-2]] if kind.endswith("[]") else kind for column, kind in columns}])
    names = ", ".join(f"row.{_quoted(column)}" for column, _ in columns)
    for begin in range(0, len(rows), AT_ONCE):  # as JSON: DuckDB takes parameters row by row, some ms each
        some = [dict(zip((column for column, _ in columns), row, strict=True)) for row in rows[begin : begin + AT_ONCE]]
        order = f"INSERT INTO {name} SELECT {names} FROM (SELECT unnest(from_json(?, ?)) AS row)"  # noqa: S608 - the same
        into.execute(order, [json.dumps(some, default=str), shape])
    count = (source.run(f"SELECT count(*) FROM {name}") or [[0]])[0][0]  # noqa: S608 - the same
    told = [{"name": column, "type": kind} for column, kind in columns]
    return {"name": table, "rows": count, "copied": len(rows), "columns": told}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
