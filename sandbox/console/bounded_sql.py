"""One SELECT at a time, of tables in memory, within bounds that no statement can move, and with no way out."""

from __future__ import annotations

import threading
from typing import Any

import duckdb

from sandbox.setup.problem import SandboxProblem

MOST_ROWS = 500
MOST_CHARACTERS = 500
"""Of a cell."""
LONGEST_SQL = 5000
SECONDS = 5.0
BOUNDS = {
    "enable_external_access": "false",  # no file, no network, no other database
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "'256MB'",
    "max_temp_directory_size": "'0KB'",
    "threads": "1",
    "TimeZone": "'UTC'",
    "lock_configuration": "true",
}

Json = dict[str, Any]


class BadSql(SandboxProblem):
    """A statement is not one that may be asked, or does not work."""


def bounded() -> duckdb.DuckDBPyConnection:
    """Open a DuckDB in memory that reaches nothing, and whose bounds no statement can move."""
    made = duckdb.connect(":memory:")
    for name, value in BOUNDS.items():
        made.execute(f"SET {name} = {value}")
    return made


def asked_of(copy: duckdb.DuckDBPyConnection, sql: str) -> Json:
    """Ask one SELECT of a copy. Raises `BadSql`."""
    if len(sql) > LONGEST_SQL:
        raise BadSql(f"A question has at most {LONGEST_SQL} characters.", "Ask for less at a time.")
    clock = threading.Timer(SECONDS, copy.interrupt)
    clock.start()
    try:
        statements = copy.extract_statements(sql)
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            raise BadSql("Ask one SELECT.", "The tables are a copy to read; nothing is written here.")
        question = f"(\n{_without_its_end(sql)}\n)"
        described = copy.execute(f"DESCRIBE SELECT * FROM {question}").fetchall()  # noqa: S608 - of a copy in memory that reaches nothing
        names = [f"c{index}" for index in range(len(described))]
        # As texts of a bounded length, and so many rows: whatever is asked, the answer is small.
        texts = ", ".join(f"left(CAST({name} AS VARCHAR), {MOST_CHARACTERS})" for name in names)
        rows = copy.execute(
            f"SELECT {texts} FROM {question} AS asked({', '.join(names)}) LIMIT {MOST_ROWS + 1}"  # noqa: S608 - the same
        ).fetchall()
    except duckdb.InterruptException as error:
        raise BadSql(f"The question took longer than {SECONDS:.0f} s.", "Ask for less at a time.") from error
    except duckdb.Error as error:
        raise BadSql(str(error).partition("\n\n")[0][:600], "") from error
    finally:
        clock.cancel()
    columns = [{"name": row[0], "type": row[1]} for row in described]
    return {"columns": columns, "rows": rows[:MOST_ROWS], "more": len(rows) > MOST_ROWS}


def _without_its_end(sql: str) -> str:
    """Give a statement without the semicolon that ends it, and what follows that."""
    ends = [at for at, _ in duckdb.tokenize(sql) if sql.encode()[at : at + 1] == b";"]
    return sql.encode()[: ends[0]].decode() if ends else sql
