"""SIGTERM ends the platform wherever it happens to be, without a trace in its log (`serving` checks that)."""

from __future__ import annotations

import contextlib
import threading

import httpx
import pytest

from tests.lms.platform import serving


@pytest.mark.parametrize("_again", range(3))
def test_ends_cleanly_in_the_middle_of_requests(database_url: str, _again: int) -> None:
    stop = threading.Event()

    def ask(url: str) -> None:
        while not stop.is_set():
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"{url}/alive", timeout=5)

    callers: list[threading.Thread] = []
    try:
        with serving(database_url) as platform:
            callers = [threading.Thread(target=ask, args=(platform.url,)) for _ in range(4)]
            for caller in callers:
                caller.start()
            assert platform.get("/alive").status_code == 200
    finally:
        stop.set()
        for caller in callers:
            caller.join()
