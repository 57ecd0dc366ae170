"""No caller holds every thread: while one's requests wait, whoever shows another key is answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest
import urllib3
from algoliasearch.search.client import SearchClientSync

from services.mock_algolia import AlgoliaMock
from services.mock_algolia.settings import Settings
from services.mock_algolia.store import Transaction

SHARE = Settings.threads * 5 // 8
SEARCH = "/1/indexes/courses/query"
WRITE = "/1/indexes/courses/1"


@pytest.fixture
def pool() -> Iterator[urllib3.PoolManager]:
    with urllib3.PoolManager(maxsize=SHARE + 2) as pool:
        yield pool


@pytest.fixture
def writer_is_busy(algolia: AlgoliaMock) -> Iterator[threading.Event]:
    """Hold the one writer, so that every write waits in its thread, until the event is set."""
    begun, over = threading.Event(), threading.Event()

    def hold(_: Transaction) -> None:
        begun.set()
        over.wait(60)

    holding = threading.Thread(target=algolia._application.store.write, args=(hold,))
    holding.start()
    begun.wait(10)
    yield over
    over.set()
    holding.join()


def test_refuses_whoever_holds_its_share_and_answers_the_others(
    algolia: AlgoliaMock, client: SearchClientSync, pool: urllib3.PoolManager, writer_is_busy: threading.Event
) -> None:
    def ask(path: str, key: str) -> urllib3.BaseHTTPResponse:
        headers = {"x-algolia-application-id": algolia.app_id, "x-algolia-api-key": key}
        method = "PUT" if path == WRITE else "POST"
        return pool.request(method, algolia.url + path, json={}, headers=headers, retries=False, timeout=60)

    with ThreadPoolExecutor(SHARE + 1) as threads:
        asked = [threads.submit(ask, WRITE, algolia.admin_key) for _ in range(SHARE + 1)]
        try:
            refused = next(as_completed(asked, timeout=60)).result()
            of_another = client.generate_secured_api_key(algolia.search_key, {"filters": "a:b"})
            others = [ask(SEARCH, key).status for key in (algolia.search_key, of_another)]
            health = pool.request("GET", f"{algolia.url}/_mock/health").status
        finally:
            writer_is_busy.set()
        answers = [one.result(60).status for one in asked]

    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    assert others == [404, 404]  # there is no such index yet, and that was said at once
    assert health == 200
    assert sorted(answers) == [200] * SHARE + [429]
    assert ask(WRITE, algolia.admin_key).status == 200  # places are given back
