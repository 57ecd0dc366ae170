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


@contextlib.contextmanager
def replaced_tables(url: str, tables: Mapping[str, Rows]) -> Iterator[None]:
    """Put these rows in the place of all there are, as soon as the block has ended well; others read the old till then.

    Raises `TablesRefused` before the block, or where the database was lost at its end.
    """
    with _connected(url) as connection:
        try:
            connection.run("BEGIN")
            for name in reversed(TABLES):
                connection.run(f"DELETE FROM {name}")  # noqa: S608 - our own names; TRUNCATE would keep readers waiting
            for name in TABLES:
                connection.run(
                    f"INSERT INTO {name} SELECT * FROM json_populate_recordset(NULL::{name}, CAST(:rows AS json))",  # noqa: S608 - our own names
                    rows=json.dumps(tables[name]),
                )
            connection.run("UPDATE loads SET loaded = clock_timestamp()")  # the platform's counts are of before
        except pg8000.native.DatabaseError as error:
            said = error.args[0].get("M", error) if error.args and isinstance(error.args[0], dict) else error
            raise TablesRefused(
                f"The platform's database does not take this snapshot: {said}.", "What was there is untouched."
            ) from error
        yield
        try:
            connection.run("COMMIT")
        except (pg8000.native.DatabaseError, pg8000.native.InterfaceError) as error:
            raise TablesRefused(
                "The database was lost at the last step.", "The index is the snapshot's already. Restore it once more."
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
    try:
        connection = pg8000.native.Connection(
            at.username or "", at.hostname or "", at.path.strip("/"), at.port or 5432, at.password, timeout=SECONDS
        )
    except pg8000.native.InterfaceError as error:
        raise TablesRefused(
            "The platform's database does not answer.", "`python -m sandbox status` says how it is."
        ) from error
    with connection:
        yield connection
