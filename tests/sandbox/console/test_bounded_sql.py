"""The SQL box answers questions about its tables, and nothing else, whatever is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from sandbox.console import bounded_sql, desk
from sandbox.console.bounded_sql import MOST_CHARACTERS, MOST_ROWS, BadSql, asked_of, bounded
from sandbox.console.desk import Desk, saved_questions
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import State


@pytest.fixture
def copy() -> Iterator[duckdb.DuckDBPyConnection]:
    with bounded() as made:
        made.execute("CREATE TABLE courses (key VARCHAR, hours INTEGER)")
        made.execute("INSERT INTO courses SELECT 'A+' || range, range FROM range(1000)")
        yield made


def test_answers_a_question(copy: duckdb.DuckDBPyConnection) -> None:
    told = asked_of(
        copy, "WITH few AS (FROM courses LIMIT 2) SELECT key, hours, NULL AS nothing FROM few ORDER BY 1; -- so"
    )

    assert told["rows"] == [("A+0", "0", None), ("A+1", "1", None)]
    assert [(column["name"], column["type"]) for column in told["columns"]][:2] == [
        ("key", "VARCHAR"),
        ("hours", "INTEGER"),
    ]
    assert not told["more"]


@pytest.mark.parametrize(
    "sql", ["SELECT 'ä;' AS a", "SELECT 'ä;' AS a;", "SELECT 'ä;' AS a ; ; -- ;", "/* ; */ SELECT 'ä;' AS a"]
)
def test_knows_where_a_statement_ends(copy: duckdb.DuckDBPyConnection, sql: str) -> None:
    assert asked_of(copy, sql)["rows"] == [("ä;",)]


def test_bounds_what_it_answers(copy: duckdb.DuckDBPyConnection) -> None:
    told = asked_of(copy, "SELECT key, repeat('x', 10000) FROM courses")

    assert len(told["rows"]) == MOST_ROWS
    assert told["more"]
    assert len(told["rows"][0][1]) == MOST_CHARACTERS


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "SELECT 1; SELECT 2",
        "DROP TABLE courses",
        "INSERT INTO courses VALUES ('B', 1)",
        "SELECT 1) ; DROP TABLE courses; --",
        "SELECT 1) UNION SELECT (2",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_csv('http://127.0.0.1:1/x.csv')",
        "SELECT * FROM glob('/*')",
        "FROM sniff_csv('/etc/passwd')",
        "COPY courses TO '/tmp/stolen.csv'",
        "EXPORT DATABASE '/tmp/stolen'",
        "ATTACH '/tmp/other.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET memory_limit = '10GB'",
        "SET enable_external_access = true",
        "PRAGMA enable_profiling",
        "CALL pragma_version()",
        "SELECT getenv('HOME')",
        "EXPLAIN ANALYZE SELECT 1",
        "SELECT 'never closed",
        "SELECT nowhere FROM courses",
        "SELECT " + "1 + " * 3000 + "1",
    ],
)
def test_refuses_what_is_no_question_about_its_tables(copy: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(BadSql) as refused:
        asked_of(copy, sql)

    assert refused.value.what
    assert asked_of(copy, "SELECT count(*) FROM courses")["rows"] == [("1000",)]


def test_shows_nobody_the_environment(copy: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "do not tell")

    told = asked_of(copy, "SELECT string_agg(name || value, ' ') FROM duckdb_settings()")
    assert "do not tell" not in str(told)


def test_ends_a_question_that_never_would(copy: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_sql, "SECONDS", 0.3)

    with pytest.raises(BadSql, match="longer"):
        asked_of(copy, "WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM r) SELECT count(*) FROM r")
    assert asked_of(copy, "SELECT 1")["rows"] == [("1",)]


def test_ends_a_process_that_heeds_no_interruption(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "ANSWER_SECONDS", 2.0)
    asked = Desk(State(tmp_path))
    try:
        with pytest.raises(SandboxProblem, match=r"too long|longer"):
            asked._ask({"sql": "SELECT repeat('x', 1000000000)"}, desk.ANSWER_SECONDS)
        assert asked._ask({"sql": "SELECT 1"}, 30)["rows"] == [["1"]]
    finally:
        asked.close()


def test_says_that_no_sandbox_runs(tmp_path: Path) -> None:
    with pytest.raises(SandboxProblem, match="still starting"):
        Desk(State(tmp_path)).tables()


def test_begins_with_five_questions() -> None:
    assert len(saved_questions()) == 5
    assert all(one["question"].endswith("?") and one["sql"] for one in saved_questions())
