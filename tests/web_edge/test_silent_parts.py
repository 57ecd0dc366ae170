"""A part that accepts and never answers costs a request its deadline once, and is named."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from random import Random

import pytest

from sandbox.faults.fault import Answers, Chance
from sandbox.faults.proxy import Proxy, in_a_thread
from services.advisor.tools.course_api import ApiUnavailable, HttpCourseApi
from services.coursematch.algolia_http import AlgoliaHttp
from services.coursematch.course_search import AlgoliaCourseSearch
from services.coursematch.search_port import CatalogUnavailable, CourseQuery
from services.learner_history import HistoryUnavailable
from services.learner_history.openedx_history import OpenEdx, OpenEdxHistory
from services.learner_history.postgres_history import PostgresHistory
from services.learner_history.postgres_pool import PostgresPool
from services.web_edge.deadline import begin_request, end_request

DEADLINE = 0.5
PATIENCE = 2.5
"""Far over the deadline, and under what any single part would wait by itself."""


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes every connection and says nothing."""
    kept: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            try:
                while True:
                    kept.append(server.accept()[0])
            except OSError:
                return

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    for connection in kept:
        connection.close()


def _index(port: int) -> Callable[[], object]:
    hosts = [f"http://127.0.0.1:{port}", f"http://localhost:{port}", f"http://127.0.0.2:{port}"]
    search = AlgoliaCourseSearch(AlgoliaHttp("app", lambda: "key", hosts, time.monotonic, Random(1)), "courses")  # noqa: S311  hosts in any order
    return lambda: search.search(CourseQuery(words="python", limit=5, semantic=True))


def _postgres(port: int) -> Callable[[], object]:
    history = PostgresHistory(PostgresPool(lambda: f"postgresql://u:p@127.0.0.1:{port}/d"))
    return lambda: history.enrollments_of("1")


def _openedx(port: int) -> Callable[[], object]:
    history = OpenEdxHistory(OpenEdx(f"http://127.0.0.1:{port}", lambda: "id", lambda: "secret"), time.monotonic)
    return lambda: history.enrollments_of("1")


def _course_api(port: int) -> Callable[[], object]:
    api = HttpCourseApi(lambda: f"http://127.0.0.1:{port}")
    return lambda: api.get("/coursematch", {"keywords": "python"}, None)


@pytest.mark.parametrize("part", [_index, _postgres, _openedx, _course_api], ids=lambda part: part.__name__.strip("_"))
def test_a_silent_part_ends_with_the_request_and_is_named(
    silent: int, part: Callable[[int], Callable[[], object]]
) -> None:
    ask = part(silent)
    started = time.monotonic()
    begun = begin_request(DEADLINE)
    try:
        with pytest.raises((CatalogUnavailable, HistoryUnavailable, ApiUnavailable), match="does not answer"):
            ask()
    finally:
        end_request(begun)
    assert time.monotonic() - started < PATIENCE


def test_the_adviser_hears_a_503_at_once_and_does_not_wait_for_its_retry_after() -> None:
    answer = Answers(503, {"detail": "The course index does not answer."}, (("Retry-After", "1"),))
    asked: list[Chance] = []

    def chance() -> Chance:
        asked.append(Chance(answer))
        return asked[-1]

    with in_a_thread(Proxy(("127.0.0.1", 1), chance)) as port, pytest.raises(ApiUnavailable, match="course index"):
        _course_api(port)()
    assert len(asked) == 1
