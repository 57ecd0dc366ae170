"""No caller holds the gateway by itself: real requests that hang, and the next ones beside them."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from sandbox.gateway.fair_share import OF_A_CALLER, OF_AN_ADDRESS
from sandbox.gateway.front_door import HEALTH, front_door_command
from tests.support.deployed_system import free_port, running
from tests.support.loopback_server import answering


@dataclass
class Gateway:
    """A gateway that answers when it is let go, and counts who has come."""

    go: threading.Event = field(default_factory=threading.Event)
    came: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


@dataclass
class Door:
    url: str
    gateway: Gateway

    def ask(self, token: str = "", address: str = "") -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"X-Forwarded-For": address} if address else {}
        return httpx.get(f"{self.url}/coursematch", headers=headers, timeout=60, trust_env=False)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    gateway = Gateway()

    class Slow(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            gateway.came.release()
            gateway.go.wait(50)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    target = tmp_path / "api-url"
    with answering(Slow) as behind:
        target.write_text(f"{behind}/api\n")
        try:
            for url in running(front_door_command(free_port(), target)):
                yield Door(url, gateway)
        finally:
            gateway.go.set()


def test_refuses_a_caller_who_holds_its_share_and_answers_the_others(door: Door) -> None:
    with ThreadPoolExecutor(max_workers=OF_AN_ADDRESS + 10) as pool:
        try:
            held = _held(door, pool, [""] * OF_A_CALLER)
            refused = door.ask()
            assert httpx.get(f"{door.url}{HEALTH}", trust_env=False).json()["waiting_requests"] == OF_A_CALLER
            others = _held(door, pool, ["another"])  # it reached the gateway, so it was not refused
        finally:
            door.gateway.go.set()
        assert {asked.result(60).status_code for asked in [*held, *others]} == {200}
        after = door.ask()

    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert int(refused.headers["retry-after"]) >= 1
    assert after.status_code == 200


def test_gives_one_address_no_more_for_making_tokens_up(door: Door) -> None:
    with ThreadPoolExecutor(max_workers=OF_AN_ADDRESS + 10) as pool:
        try:
            held = _held(door, pool, [f"made-up-{number}" for number in range(OF_AN_ADDRESS)])
            refused = door.ask("made-up-too")
            elsewhere = pool.submit(door.ask, "made-up-too", "198.51.100.7, 203.0.113.9")
            assert door.gateway.came.acquire(timeout=30)
        finally:
            door.gateway.go.set()
        assert {asked.result(60).status_code for asked in [*held, elsewhere]} == {200}

    assert refused.status_code == 429


def test_says_503_to_whoever_is_waiting_when_it_is_ended(door: Door, tmp_path: Path) -> None:
    target = tmp_path / "another-api-url"
    target.write_text((tmp_path / "api-url").read_text("utf-8"))
    spec = front_door_command(port := free_port(), target)
    process = subprocess.Popen(  # noqa: S603  a process of ours
        spec.argv, env=dict(spec.env), cwd=spec.cwd, stderr=subprocess.DEVNULL
    )
    try:
        ended = Door(f"http://127.0.0.1:{port}", door.gateway)
        with ThreadPoolExecutor(max_workers=1) as pool:
            asked = pool.submit(_when_it_listens, ended)
            assert door.gateway.came.acquire(timeout=30)
            process.terminate()
            answer = asked.result(30)
    finally:
        process.kill()
        process.wait(10)

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"]


def _when_it_listens(door: Door) -> httpx.Response:
    until = time.monotonic() + 30
    while True:
        try:
            return door.ask()
        except httpx.ConnectError:
            assert time.monotonic() < until
            time.sleep(0.05)


def _held(door: Door, pool: ThreadPoolExecutor, tokens: list[str]) -> list[Future[httpx.Response]]:
    """Ask and wait until the gateway has each of them."""
    asked = [pool.submit(door.ask, token) for token in tokens]
    for _ in asked:
        assert door.gateway.came.acquire(timeout=30)
    return asked
