"""A seam passes everything on as it is, and breaks what it is asked to break: real servers, real sockets."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
import urllib3
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.faults.fault import Answers, Chance, CutsAfter, Down, Fault, Hangs, Rewrites, Says, Slow
from sandbox.faults.proxy import Proxy, in_a_thread
from tests.support.loopback_server import answering

asked_of_the_part: list[str] = []


class Part(BaseHTTPRequestHandler):
    """Answers what it was asked, on connections that stay open."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked_of_the_part.append(self.path)
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        body = json.dumps({"path": self.path, "sent": sent, "count": 2}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815 - http.server's own name

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Seam:
    """A proxy in front of a part, with a switch."""

    def __init__(self) -> None:
        self.chance: Chance | None = None
        self.port = 0
        self.http = urllib3.PoolManager(timeout=2, retries=False)

    def breaks(self, fault: Fault, rate: float = 1.0) -> None:
        self.chance = Chance(fault, rate)

    def ask(self, path: str = "/", body: str = "", timeout: float = 5) -> urllib3.BaseHTTPResponse:
        return self.http.request("POST", f"http://127.0.0.1:{self.port}{path}", body=body, timeout=timeout)


@pytest.fixture(scope="module")
def part() -> Iterator[tuple[str, int]]:
    with answering(Part) as url:
        yield ("127.0.0.1", int(url.rpartition(":")[2]))


@pytest.fixture
def seam(part: tuple[str, int]) -> Iterator[Seam]:
    made = Seam()
    random.seed(1)
    with in_a_thread(Proxy(part, lambda: made.chance)) as made.port:
        yield made
        made.http.clear()


def test_passes_on_what_comes_and_keeps_connections(seam: Seam) -> None:
    long = "x" * 300_000

    assert seam.ask("/a?b=%2F", long).json() == {"path": "/a?b=%2F", "sent": long, "count": 2}
    assert seam.ask("/c").json()["path"] == "/c"
    assert seam.http.connection_from_url(f"http://127.0.0.1:{seam.port}").num_connections == 1


def test_answers_for_the_part_and_lets_it_be_again(seam: Seam) -> None:
    seam.ask()  # a connection is open already: the fault meets it too
    seam.breaks(Answers(429, {"message": "too many"}, (("Retry-After", "7"),)))

    refused = seam.ask("/x", "y" * 100_000)
    assert (refused.status, refused.headers["Retry-After"], refused.json()) == (429, "7", {"message": "too many"})
    seam.chance = None
    assert seam.ask().status == 200


def test_resets_and_hangs(seam: Seam) -> None:
    seam.breaks(Down())
    with pytest.raises(urllib3.exceptions.ProtocolError):
        seam.ask()
    seam.breaks(Hangs())
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        seam.ask(timeout=0.2)
    seam.chance = None
    assert seam.ask().status == 200


def test_is_slow_without_a_change(seam: Seam) -> None:
    seam.breaks(Slow(0.3))

    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        seam.ask(timeout=0.1)
    assert seam.ask("/slow", "body").json() == {"path": "/slow", "sent": "body", "count": 2}


def test_changes_the_parts_own_answer(seam: Seam) -> None:
    seam.breaks(Rewrites(lambda target, told: {**told, "count": 99, "of": target}))

    assert seam.ask("/list?page=1", "é").json() == {
        "path": "/list?page=1",
        "sent": "é",
        "count": 99,
        "of": "/list?page=1",
    }


def test_cuts_after_some_requests_of_a_kind(seam: Seam) -> None:
    seam.breaks(CutsAfter(2, "/batch"))

    assert [seam.ask(path).status for path in ("/batch", "/other", "/batch")] == [200, 200, 200]
    assert asked_of_the_part[-1] == "/batch"
    for path in ("/batch?third", "/other", "/batch?fourth"):
        with pytest.raises(urllib3.exceptions.ProtocolError):
            seam.ask(path)
    assert asked_of_the_part[-1] == "/batch?third"  # done, and nobody heard of it


def test_says_something_to_new_connections_only(seam: Seam) -> None:
    with socket.create_connection(("127.0.0.1", seam.port), timeout=5) as kept:
        kept.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert kept.recv(15) == b"HTTP/1.1 200 OK"
        seam.breaks(Says(b"too many clients"))
        with socket.create_connection(("127.0.0.1", seam.port), timeout=5) as new:
            new.sendall(b"hello")
            assert new.recv(100) == b"too many clients"
            assert new.recv(100) == b""


def test_hits_a_share_of_the_messages(seam: Seam) -> None:
    seam.breaks(Answers(500, {}), rate=0.3)

    failed = sum(seam.ask().status == 500 for _ in range(100))
    assert 15 <= failed <= 45


def test_a_part_that_is_not_there_resets_the_caller() -> None:
    with (
        in_a_thread(Proxy(("127.0.0.1", 1), lambda: None)) as port,
        urllib3.PoolManager() as http,
        pytest.raises(urllib3.exceptions.ProtocolError),
    ):
        http.request("GET", f"http://127.0.0.1:{port}/", retries=False, timeout=5)


@settings(max_examples=30, deadline=None)
@given(
    body=st.binary(max_size=2000),
    cuts=st.lists(st.integers(1, 500), max_size=6),
    chance=st.sampled_from([None, Chance(Slow(0)), Chance(Rewrites(lambda _, told: told))]),
)
def test_bytes_arrive_however_they_were_cut(
    part: tuple[str, int], body: bytes, cuts: list[int], chance: Chance | None
) -> None:
    body = body.hex().encode()
    message = b"POST /p HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with (
        in_a_thread(Proxy(part, lambda: chance)) as port,
        socket.create_connection(("127.0.0.1", port), timeout=5) as caller,
    ):
        for cut in cuts:
            caller.sendall(message[:cut])
            message = message[cut:]
        caller.sendall(message)
        told = b"".join(iter(lambda: caller.recv(65536), b""))
    assert json.loads(told.partition(b"\r\n\r\n")[2])["sent"] == body.decode()
