"""No caller holds every thread of the platform: requests that wait for a locked table, and others beside them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

import httpx
import pg8000.dbapi
from sqlalchemy.engine import make_url

from services.lms.fair_share import OF_A_CALLER
from tests.lms.platform import Platform

COURSES = "/api/courses/v1/courses/"


@contextmanager
def locked(platform: Platform) -> Iterator[None]:
    """Hold the courses' tables, so that whoever asks for them waits."""
    url = make_url(platform.database_url)
    connection = pg8000.dbapi.connect(
        user=url.username or "",
        password=url.password,
        host=url.host or "",
        port=url.port or 5432,
        database=url.database,
    )
    try:
        cursor = connection.cursor()
        cursor.execute("select tablename from pg_tables where schemaname = current_schema()")
        tables = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
        cursor.execute(f"lock table {tables} in access exclusive mode")
        yield
        connection.rollback()
    finally:
        connection.close()


def test_refuses_a_caller_who_holds_its_share_of_the_threads(platform: Platform) -> None:
    with ThreadPoolExecutor(max_workers=OF_A_CALLER + 4) as pool:
        with locked(platform):
            held = [pool.submit(platform.get, COURSES) for _ in range(OF_A_CALLER)]
            refused = _first_refusal(platform)
            alive = httpx.get(f"{platform.url}/alive")
            somebody = pool.submit(platform.get, COURSES, token="another")  # a bad token: refused for that, and at once
            assert somebody.result(30).status_code == 401
        wait(held, timeout=30)

    assert refused.headers["retry-after"] == "1"
    assert "throttled" in refused.json()["detail"]
    assert alive.status_code == 200
    assert {asked.result().status_code for asked in held} <= {200, 429, 503}  # the probes take places too
    assert platform.get(COURSES).status_code == 200


def _first_refusal(platform: Platform) -> httpx.Response:
    """Ask, without waiting long for any answer, until one is a 429: the held ones come when they come."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            answer = httpx.get(platform.url + COURSES, timeout=1)
        except httpx.ReadTimeout:
            continue
        if answer.status_code == 429:
            return answer
    raise AssertionError("nobody was refused")
