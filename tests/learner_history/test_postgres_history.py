"""What is particular to Postgres: one indexed question a learner, and connections that break."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pg8000.exceptions
import pytest

from sandbox.setup.database import connected
from services.learner_history import HistoryUnavailable
from services.learner_history.postgres_history import _ENROLLMENTS, PostgresHistory
from services.learner_history.postgres_pool import PostgresPool, PostgresUnavailable
from services.web_edge.deadline import begin_request, end_request
from tests.learner_history.sources import seed_database
from tests.support.postgres import TestServer

MOST_CONNECTIONS = 200
"""More than the server of the tests takes."""


class CountingPool(PostgresPool):
    """A real pool that counts its statements."""

    def __init__(self, url: str) -> None:
        super().__init__(lambda: url)
        self.statements = 0

    def rows(self, statement: str, **values: Any) -> list[list[Any]]:
        self.statements += 1
        return super().rows(statement, **values)


@pytest.fixture(scope="module")
def pool(postgres: TestServer) -> Iterator[CountingPool]:
    with postgres.fresh_database() as url:
        seed_database(url)
        pool = CountingPool(url)
        yield pool
        pool.close()


def test_asks_one_question_for_a_learners_history(pool: CountingPool) -> None:
    history = PostgresHistory(pool)
    for learner in ("1", "2", "31"):
        asked = pool.statements
        history.enrollments_of(learner)
        assert pool.statements == asked + 1


def test_reads_a_learners_rows_by_an_index_however_many_others_there_are(pool: CountingPool) -> None:
    pool.rows("SET enable_seqscan = off")  # the fixtures fit a page, which is cheaper to scan than any index
    plan = pool.rows(f"EXPLAIN {_ENROLLMENTS}", learner="1")
    pool.rows("RESET enable_seqscan")
    told = "\n".join(str(row[0]) for row in plan)
    assert "Index Cond: (learner_id = " in told, told


def test_never_answers_a_question_with_the_rows_of_one_that_broke_before_it(pool: CountingPool) -> None:
    with pytest.raises(UnicodeEncodeError):
        pool.rows("SELECT CAST(:value AS text)", value="half\ud83d")
    assert [pool.rows("SELECT CAST(:value AS int)", value=number) for number in range(3)] == [[[0]], [[1]], [[2]]]


def test_a_connection_takes_each_requests_patience_and_not_that_of_the_first(pool: CountingPool) -> None:
    pool.close()
    begun = begin_request(0.2)
    try:
        pool.rows("SELECT 1")
    finally:
        end_request(begun)
    assert pool.rows("SELECT 1 FROM pg_sleep(0.6)") == [[1]]  # the same connection, and nobody in a hurry
    begun = begin_request(0.4)
    try:
        with pytest.raises(PostgresUnavailable, match="connection lost"):
            pool.rows("SELECT 1 FROM pg_sleep(2)")
    finally:
        end_request(begun)


def test_says_so_where_the_database_has_no_connection_left(postgres: TestServer) -> None:
    with postgres.fresh_database() as url, ExitStack() as held:
        parts = urlsplit(url)
        seed_database(url)
        try:
            for _ in range(MOST_CONNECTIONS):
                held.enter_context(
                    connected(
                        parts.username or "", parts.hostname or "", parts.path.lstrip("/"), parts.port or 5432,
                        parts.password or "",
                    )
                )  # fmt: skip
        except pg8000.exceptions.Error:
            pass  # now all are taken
        history = PostgresHistory(PostgresPool(lambda: url))
        with pytest.raises(HistoryUnavailable, match="does not answer: no connection"):
            history.enrollments_of("1")
        held.close()
        assert history.enrollments_of("1")
        history.close()


def test_reads_and_never_writes(pool: CountingPool) -> None:
    with pytest.raises(PostgresUnavailable, match="25006"):  # read_only_sql_transaction
        pool.rows("DELETE FROM enrollments")
