"""The platform's tables as JSON, read in one transaction and replaced in one: Postgres itself writes and reads rows."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import pg8000.native

from sandbox.setup.problem import SandboxProblem
from sandbox.snapshot.snapshot_file import TABLES, Rows

SECONDS = 60


class TablesRefused(SandboxProblem):
    """The database does not take a snapshot's rows."""


def read_tables(url: str) -> dict[str, Rows]:
    """Read every table as of one moment, in a fixed order."""
    with _connected(url) as connection:
        connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = {name: _rows(connection, name) for name in TABLES}
        connection.run("COMMIT")
    return found


def replace_tables(url: str, tables: Mapping[str, Rows]) -> None:
    """Put these rows in the place of all there are, or nothing at all. Raises `TablesRefused`."""
    with _connected(url) as connection:
        try:
            connection.run("BEGIN")
            connection.run(f"TRUNCATE {', '.join(TABLES)}")
            for name in TABLES:
                connection.run(
                    f"INSERT INTO {name} SELECT * FROM json_populate_recordset(NULL::{name}, CAST(:rows AS json))",  # noqa: S608 - our own names
                    rows=json.dumps(tables[name]),
                )
            connection.run("UPDATE loads SET loaded = clock_timestamp()")  # the platform's counts are of before
            connection.run("COMMIT")
        except pg8000.native.DatabaseError as error:
            said = error.args[0].get("M", error) if error.args and isinstance(error.args[0], dict) else error
            raise TablesRefused(
                f"The platform's database does not take this snapshot: {said}.", "What was there is untouched."
            ) from error


def _rows(connection: pg8000.native.Connection, name: str) -> Rows:
    (told,) = connection.run(
        f"SELECT coalesce(json_agg(row_to_json(t)), '[]') FROM (SELECT * FROM {name} ORDER BY 1) AS t"  # noqa: S608 - our own names
    )
    rows: Rows = told[0] if isinstance(told[0], list) else json.loads(told[0])
    return rows


@contextlib.contextmanager
def _connected(url: str) -> Iterator[pg8000.native.Connection]:
    at = urlsplit(url)
    with pg8000.native.Connection(
        at.username or "", at.hostname or "", at.path.strip("/"), at.port or 5432, at.password, timeout=SECONDS
    ) as connection:
        yield connection
