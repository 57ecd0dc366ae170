"""Connections as clients, proxies and strangers make them: raw bytes in, raw bytes out."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import orjson
import pytest

from services.mock_algolia import AlgoliaMock
from services.mock_algolia.app import create_app
from services.mock_algolia.server import Server
from services.mock_algolia.settings import Settings

KEYS = b"Host: a\r\nx-algolia-application-id: mock\r\nx-algolia-api-key: admin\r\n"
BODY = b'{"query":""}'
ASK = b"POST /1/indexes/courses/query HTTP/1.1\r\n" + KEYS


@contextmanager
def connected(algolia: AlgoliaMock) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", algolia.port), timeout=10) as made:
        yield made


def answer(client: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """Read one answer: status, headers, body."""
    with client.makefile("rb", buffering=0) as stream:
        status = int(stream.readline().split()[1])
        headers: dict[str, str] = {}
        while (line := stream.readline().strip()) != b"":
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        body = b""
        while len(body) < int(headers.get("content-length", "0")):
            body += stream.read(int(headers["content-length"]) - len(body)) or b""
    return status, headers, body


@pytest.fixture
def filled(algolia: AlgoliaMock) -> AlgoliaMock:
    algolia.seed("courses", [{"objectID": "a", "title": "Algebra"}])
    return algolia


def with_length(body: bytes) -> bytes:
    return ASK + b"Content-Length: %d\r\n\r\n" % len(body) + body


def test_answers_requests_that_come_at_once_in_their_order(filled: AlgoliaMock) -> None:
    with connected(filled) as client:
        client.sendall(with_length(BODY) + with_length(b'{"query":"x"}') + b"\r\n" + with_length(BODY))
        found = [orjson.loads(answer(client)[2])["nbHits"] for _ in range(3)]

    assert found == [1, 0, 1]


def test_reads_a_request_byte_by_byte(filled: AlgoliaMock) -> None:
    with connected(filled) as client:
        for byte in with_length(BODY):
            client.sendall(bytes([byte]))
        status, headers, body = answer(client)

    assert (status, orjson.loads(body)["nbHits"]) == (200, 1)
    assert headers["date"].endswith("GMT")


def test_reads_a_body_in_chunks(filled: AlgoliaMock) -> None:
    chunks = b"Transfer-Encoding: chunked\r\n\r\n5\r\n" + BODY[:5] + b"\r\n7\r\n" + BODY[5:] + b"\r\n0\r\n\r\n"
    with connected(filled) as client:
        client.sendall(ASK + chunks)

        assert orjson.loads(answer(client)[2])["nbHits"] == 1


def test_lets_a_client_go_on_that_asks_first(filled: AlgoliaMock) -> None:
    with connected(filled) as client:
        client.sendall(ASK + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY))
        assert answer(client)[0] == 100
        client.sendall(BODY)

        assert answer(client)[0] == 200


@pytest.mark.parametrize(
    ("version", "header", "stays"),
    [
        (b"1.1", b"", True),
        (b"1.1", b"Connection: close\r\n", False),
        (b"1.0", b"", False),
        (b"1.0", b"Connection: keep-alive\r\n", True),
    ],
)
def test_stays_connected_as_the_client_asks(filled: AlgoliaMock, version: bytes, header: bytes, stays: bool) -> None:
    request = (
        with_length(BODY).replace(b"HTTP/1.1", b"HTTP/" + version).replace(b"Host: a\r\n", b"Host: a\r\n" + header)
    )
    with connected(filled) as client:
        client.sendall(request)
        status, headers, _ = answer(client)
        assert status == 200
        if stays:
            client.sendall(request)
            assert answer(client)[0] == 200
        else:
            assert (headers["connection"], client.recv(1)) == ("close", b"")


def test_answers_head_without_a_body(filled: AlgoliaMock) -> None:
    with connected(filled) as client:
        client.sendall(b"HEAD /1/indexes HTTP/1.1\r\n" + KEYS + b"\r\n" + with_length(BODY))
        with client.makefile("rb") as stream:
            head = b"".join(iter(stream.readline, b"\r\n"))
            assert b"200 OK" in head
            assert int(head.partition(b"Content-Length: ")[2].split()[0]) > 0
            assert stream.readline().startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x02\r\n\r\n", 400),
        (b"GET\r\n\r\n", 400),
        (b"get / HTTP/1.1\r\n\r\n", 400),
        (b"GET http://[bad/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400),
        (ASK + b"Content-Length: 1x\r\n\r\n", 400),
        (ASK + b"Content-Length: -1\r\n\r\n", 400),
        (ASK + b"Transfer-Encoding: gzip\r\n\r\n", 501),
        (ASK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
        (ASK + b"Content-Length: 999999999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 300_000 + b"\r\n\r\n", 431),
    ],
)
def test_refuses_what_is_no_request_in_json_and_hangs_up(filled: AlgoliaMock, sent: bytes, status: int) -> None:
    with connected(filled) as client:
        client.sendall(sent)
        told, headers, body = answer(client)
        assert (told, orjson.loads(body)["status"]) == (status, status)
        assert headers["connection"] == "close"
        assert client.recv(1) == b""


def test_reads_the_body_that_the_server_before_it_would_read(filled: AlgoliaMock) -> None:
    """Of a length and chunks, chunks count (RFC 9112, 6.3): no second request hides in a body."""
    hidden = b"DELETE /1/indexes/courses HTTP/1.1\r\n" + KEYS + b"\r\n"
    inside = b"c\r\n" + BODY + b"\r\n0\r\n\r\n"
    with connected(filled) as client:
        client.sendall(
            ASK + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % len(inside + hidden) + inside
        )
        assert answer(client)[0] == 200
        client.sendall(with_length(BODY))
        assert orjson.loads(answer(client)[2])["nbHits"] == 1


def test_serves_others_while_hundreds_say_half_of_something(filled: AlgoliaMock) -> None:
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(connected(filled)).sendall(with_length(BODY)[:-1])
        client = stack.enter_context(connected(filled))
        client.sendall(with_length(BODY))

        assert answer(client)[0] == 200


def test_ends_idle_connections_at_once_and_answers_what_is_under_way() -> None:
    settings = Settings(port=0)
    application = create_app(settings)
    begun, go_on = threading.Event(), threading.Event()

    def slow(environ: Any, start_response: Any) -> Any:
        begun.set()
        assert go_on.wait(10)
        return application.wsgi(environ, start_response)

    server = Server(replace(application, wsgi=slow), settings)
    server.start()
    with ExitStack() as stack:
        idle, half, waiting = (
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10)) for _ in range(3)
        )
        half.sendall(with_length(BODY)[:-1])
        waiting.sendall(with_length(BODY))
        assert begun.wait(10)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        assert (idle.recv(1), half.recv(1)) == (b"", b"")
        go_on.set()

        assert answer(waiting)[0] == 404  # no such index: a whole answer, all the same
        assert waiting.recv(1) == b""
        stopping.join()


@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_reads_a_known_head_as_it_read_the_first(filled: AlgoliaMock, pieces: int) -> None:
    other = b'{"query":"algebra","params":"hitsPerPage=3&page=1"}'
    found: list[Any] = []
    with connected(filled) as client:
        for body in (BODY, BODY, b'{"query":"x"}', other, BODY, other, b'{"query":"y"}'):
            request = with_length(body)
            step = -(-len(request) // pieces)
            for at in range(0, len(request), step):
                client.sendall(request[at : at + step])
            said = orjson.loads(answer(client)[2])
            found.append((said["query"], said["nbHits"], said["hitsPerPage"]))

    nothing, algebra = ("", 1, 20), ("algebra", 1, 3)
    assert found == [nothing, nothing, ("x", 0, 20), algebra, nothing, algebra, ("y", 0, 20)]
    assert [one["body"] for one in filled.requests][-1] == '{"query":"y"}'


def test_reads_what_follows_a_known_head_as_a_request_of_its_own(filled: AlgoliaMock) -> None:
    with connected(filled) as client:
        client.sendall(with_length(BODY) * 3 + b"NONSENSE\r\n\r\n")
        found = [answer(client)[0] for _ in range(4)]

    assert found == [200, 200, 200, 400]


@pytest.mark.parametrize(
    "head",
    [
        ASK + b"Transfer-Encoding: chunked\r\n\r\n",
        ASK + b"Connection: close\r\nContent-Length: 12\r\n\r\n",
        ASK.replace(b"HTTP/1.1", b"HTTP/1.0") + b"Content-Length: 12\r\n\r\n",
        b"\r\n" + ASK + b"Content-Length: 12\r\n\r\n",
        ASK + b"X-Forwarded-For: 10.0.0.1\r\nContent-Length: 12\r\n\r\n",
    ],
)
def test_a_head_means_the_same_every_time(filled: AlgoliaMock, head: bytes) -> None:
    body = b"c\r\n" + BODY + b"\r\n0\r\n\r\n" if b"chunked" in head else BODY
    found = []
    for _ in range(3):
        with connected(filled) as client:
            client.sendall(head + body)
            status, headers, _ = answer(client)
            found.append((status, headers.get("connection"), filled.requests[-1]["body"]))
            if headers.get("connection") == "close":
                assert client.recv(1) == b""

    assert found == [found[0]] * 3
    assert found[0][0] == 200
