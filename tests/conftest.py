"""Fixtures that every room may use: a real PostgreSQL for the session, a fresh database for each module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.postgres import TestServer, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[TestServer]:
    """One PostgreSQL server for the whole test session."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="module")
def database_url(postgres: TestServer) -> Iterator[str]:
    """The owner's URL of a database that only this test module uses."""
    with postgres.fresh_database() as url:
        yield url
