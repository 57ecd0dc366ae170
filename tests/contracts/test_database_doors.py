"""Every way of ours to the database, where Postgres breaks off in its greeting: an error, and no socket left open.

The driver leaves its socket to the garbage collector; what collects it may be any test, far from here.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pg8000.native
import pytest
from sqlalchemy.exc import DBAPIError

from sandbox.console.tables import NoDatabase, copied
from sandbox.embedded.postgres.programs import PostgresProblem
from sandbox.embedded.postgres.roles import accepts, make_roles
from sandbox.setup.credentials import load_credentials
from sandbox.setup.database import connected
from sandbox.setup.state import State
from services.learner_history.postgres_pool import PostgresPool, PostgresUnavailable
from services.lms.database import connect
from tests.support.broken_postgres import WAYS, BreakingOff, broken_postgres


def url(port: int) -> str:
    return f"postgresql://reader:password@127.0.0.1:{port}/coursematch"


def through_the_pool(port: int) -> None:
    pool = PostgresPool(lambda: url(port))
    with pytest.raises(PostgresUnavailable):
        pool.rows("SELECT 1")


def through_the_platform(port: int) -> None:
    engine = connect(url(port), pool_size=1)
    with pytest.raises(DBAPIError), engine.connect():
        pass
    engine.dispose()


def through_the_console(port: int) -> None:
    with duckdb.connect() as copy, pytest.raises(NoDatabase):
        copied(url(port), copy)


def through_the_start(port: int) -> None:
    assert not accepts(port, "password")


def through_the_roles(port: int) -> None:
    with TemporaryDirectory() as folder:
        State(Path(folder)).claim()
        credentials, _ = load_credentials(State(Path(folder)))
        with pytest.raises(PostgresProblem, match="went away"):
            make_roles(port, credentials)


def through_the_sandbox(port: int) -> None:
    with (
        pytest.raises((pg8000.native.InterfaceError, pg8000.native.DatabaseError)),
        connected("reader", "127.0.0.1", "coursematch", port, "password"),
    ):
        pass


DOORS = [
    through_the_pool,
    through_the_platform,
    through_the_console,
    through_the_start,
    through_the_roles,
    through_the_sandbox,
]


@pytest.fixture(scope="module", autouse=True)
def _look_only_at_what_is_new() -> None:
    """Keep what other tests have made out of the searches below: each was a second of processor time."""
    gc.collect()
    gc.freeze()  # until pytest ends: `tests/conftest.py`


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("through", DOORS)
def test_leaves_no_socket_open(through: Callable[[int], None], way: BreakingOff) -> None:
    gc.disable()  # so that what is left is found here
    try:
        with broken_postgres(way) as port:
            through(port)
    finally:
        gc.enable()
        gc.collect()  # pytest fails the test for what this finds
