"""What every room may use: a PostgreSQL for the session, a database for each module; and how tests are shared."""

from __future__ import annotations

import functools
import gc
import json
import ssl
from collections import defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import sharing
from tests.support.postgres import TestServer, postgres_server

took: dict[str, float] = defaultdict(float)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the edit loop, and the record of what takes how long."""
    parser.addoption(
        "--quick", action="store_true", help=f"only files that take {sharing.QUICK} s or less: the edit loop"
    )
    parser.addoption("--remember", action="store_true", help="write what each file took to tests/seconds.json")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what is not quick, if asked, before it costs its imports."""
    if not config.getoption("--quick") or collection_path.suffix != ".py":
        return None
    path = collection_path.relative_to(sharing.ROOT).as_posix()
    return None if sharing.is_quick(path, sharing.read_seconds()) else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a parallel run begin with what takes longest."""
    if hasattr(config, "workerinput"):
        seconds = sharing.read_seconds()
        order = list(sharing.slowest_first((path_of(item.nodeid) for item in items), seconds))
        rank = {unit: number for number, unit in enumerate(order)}
        items.sort(key=lambda item: rank[sharing.unit_of(item.nodeid)])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while thousands of tests and their modules are made, nor among them later: none becomes any.

    The looking is five of the eighteen seconds of processor time that collecting takes each worker.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_unconfigure() -> None:
    """Let all of it be collected at the end, as without us: some libraries tell what they think has leaked."""
    gc.unfreeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> sharing.ByRoom:
    """Share the suite by rooms, in the order in which it was collected."""
    config.option.loadscopereorder = False
    return sharing.ByRoom(config, log)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note what each file takes."""
    took[path_of(report.nodeid)] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write it down, if asked: what is worth a word. Files that were not run keep what they had."""
    if session.config.getoption("--remember") and not hasattr(session.config, "workerinput"):
        before = {path: seconds for path, seconds in sharing.read_seconds().items() if (sharing.ROOT / path).is_file()}
        now = {path: round(seconds, 1) for path, seconds in took.items()}
        known = {path: seconds for path, seconds in sorted({**before, **now}.items()) if seconds >= 0.5}
        sharing.SECONDS.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def path_of(nodeid: str) -> str:
    """Give a test's file."""
    return nodeid.partition("::")[0]


@pytest.fixture(scope="session", autouse=True)
def _certificates_are_read_once() -> Iterator[None]:
    """Share what httpx makes for every client: some 30 ms of CPU each, and nothing here speaks TLS to anybody."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


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
