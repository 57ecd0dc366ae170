"""Hostile requests at the front door: refused with a reason, and nothing of them reaches the gateway."""

from __future__ import annotations

import asyncio
import contextlib
import posixpath
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from infra_pulumi import routes
from sandbox.gateway import whole_body
from sandbox.gateway.allowed_paths import AllowedPaths
from sandbox.gateway.front_door import ROOT, FrontDoor, front_door_command
from tests.support.deployed_system import running
from tests.support.loopback_server import answering
from tests.support.ports import free_port
from tests.support.raw_http import ask, read_answer, request

BASE = "/restapis/abc/v1/_user_request_"
PATHS = AllowedPaths([*(route.path for route in routes.read(ROOT / "openapi.yaml")), "/invented/{key}"])
# Each reaches, by somebody's reading of a path, the emulator's control plane or another host.
TRAVERSALS = [
    "/../../../../2015-03-31/functions",
    "/coursematch/../../../../../2015-03-31/functions",
    "/coursematch/../health",
    "/./health",
    "/health/.",
    "/health/..",
    "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/2015-03-31/functions",
    "/.%2e/%2e./2015-03-31/functions",
    "/%252e%252e/%252e%252e/2015-03-31/functions",
    "/%25252e%25252e/2015-03-31/functions",
    "/invented/..%2f..%2f..%2f2015-03-31",
    "/invented/..%252f..%252f2015-03-31",
    "/invented/%2e%2e",
    "/invented/..;/2015-03-31",
    "/invented/..;x=1",
    "/..\\..\\2015-03-31\\functions",
    "/%5c..%5c..%5c2015-03-31",
    "/invented/%255c..%255c",
    "//localhost/2015-03-31/functions",
    "///2015-03-31/functions",
    "//health",
    "/health//",
    "/invented/a%2Fb",
    "/invented/%00",
    "/health%00",
    "/health%2500",
    "/invented/%0d%0aX-Injected:%20yes",
    "/invented/%c0%ae%c0%ae",
    "/invented/%ff",
    "/invented/%zz",
    "/health#/2015-03-31",
    "http://127.0.0.1:4566/2015-03-31/functions",
    "http://localhost/health",
    "https://evil.example/health",
    "localhost:443",
    "*",
    "health",
    "?keywords=x",
    "\\\\localhost\\health",
]
UNKNOWN = [
    "/", "/2015-03-31/functions", "/restapis", "/_ministack/health", "/_localstack/health",
    "/_aws/execute-api/a/v1/health",
    "/restapis/abc/v1/_user_request_/health", "/health/", "/Health", "/coursematch/more", "/invented", "/invented/a/b",
    "/%68ealth/x", "/.well-known", "/.well-known/other", "/v20180820/tags/a", "/latest/meta-data",
]  # fmt: skip


class Recorder(BaseHTTPRequestHandler):
    """A gateway that remembers the target of every request it gets."""

    protocol_version = "HTTP/1.1"
    seen: list[str] = []  # noqa: RUF012 - one list for the class: a handler is made for each connection

    def do_GET(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        self.rfile.read(size)
        self.seen.append(self.path)
        self.send_response(218)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_PUT = do_DELETE = do_OPTIONS = do_HEAD = do_GET  # noqa: N815 - http.server names them

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    with answering(Recorder) as url:
        yield f"{url}{BASE}"


@pytest.fixture(scope="module")
def port(gateway: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    target = tmp_path_factory.mktemp("door") / "api-url"
    target.write_text(gateway)
    for url in running(front_door_command(free_port(), target)):
        yield int(url.rpartition(":")[2])


@pytest.mark.parametrize("target", TRAVERSALS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_refuses_a_path_that_could_mean_another_before_anything_is_forwarded(
    port: int, method: str, target: str
) -> None:
    before = len(Recorder.seen)
    aimed = b"X-Amz-Target: secretsmanager.GetSecretValue\r\n"
    answer = ask(port, request(target.encode(), method.encode(), aimed))
    assert answer.status == 400
    assert answer.is_problem
    assert len(Recorder.seen) == before


@pytest.mark.parametrize("target", UNKNOWN)
def test_knows_no_path_but_the_contracts(port: int, target: str) -> None:
    before = len(Recorder.seen)
    answer = ask(port, request(target.encode()))
    assert answer.status == 404
    assert answer.is_problem
    assert len(Recorder.seen) == before


def test_passes_on_every_path_of_the_contract(port: int) -> None:
    for route in routes.read(ROOT / "openapi.yaml"):
        target = route.path.replace("{", "").replace("}", "")
        assert ask(port, request(target.encode(), route.method.encode())).status == 218
        assert Recorder.seen[-1] == BASE + target


def test_never_reads_a_query_as_a_path(port: int) -> None:
    target = "/coursematch?keywords=/../../../2015-03-31&x=//y\\z#"
    assert ask(port, request(target.encode())).status == 218
    assert Recorder.seen[-1] == BASE + target


PIECES = st.sampled_from([
    "/", "//", ".", "..", "...", "%2e", "%2E%2e", "%252e", "%2f", "%252F", "\\", "%5c", "%255c", "%00", "%2500",
    "%", "%z",
    "%25", ";", ";x", "..;", "#", "?", "@", ":", "a", "health", "coursematch", "invented", "invented/a", "2015-03-31",
    "functions", "restapis", "_user_request_", "http:", "http://", "localhost", "%c0%ae", "%e2%80%ae", "%EF%BC%8E", "+",
    "course-v1:MITx+6.00", "~", "*", "%0a", "%7f", "é".encode().hex(),
])  # fmt: skip
TARGETS = st.lists(PIECES, min_size=1, max_size=8).map("".join)


@given(TARGETS.map(lambda target: target.partition("?")[0]))
@example("/invented/a")
@settings(max_examples=500, deadline=None)
def test_allows_only_paths_that_every_parser_reads_alike(path: str) -> None:
    if PATHS.refusal(path.encode()) is not None:
        return
    decoded = path
    for _ in range(5):
        decoded = unquote(decoded)
    assert posixpath.normpath(decoded) == decoded
    assert "\\" not in decoded
    assert urljoin("http://gateway" + path, path) == "http://gateway" + path
    assert httpx.URL("http://gateway" + BASE + path).raw_path.decode().count("/") == (BASE + path).count("/")
    assert httpx.URL("http://gateway" + BASE + path).path.startswith(BASE + "/")


@given(TARGETS, st.sampled_from(["GET", "POST", "OPTIONS", "DELETE"]))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_forwards_a_target_as_it_is_or_not_at_all(port: int, target: str, method: str) -> None:
    before = len(Recorder.seen)
    answer = ask(port, request(target.encode(), method.encode()))
    if answer.status == 218:
        assert Recorder.seen[before:] == [BASE + target]
    elif target != "/_front_door/health":
        assert answer.status in (400, 404)
        assert answer.is_problem
        assert len(Recorder.seen) == before


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(
            b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
            400, id="two-kinds-of-length",
        ),
        pytest.param(
            b"POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd", 400,
            id="two-lengths",
        ),
        pytest.param(b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400, id="negative-length"),
        pytest.param(
            b"POST /chat HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 501, id="another-encoding"
        ),
        pytest.param(
            b"POST /chat HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400, id="bad-chunk"
        ),
        pytest.param(b"GET /health HTTP/1.1\r\n\r\n", 400, id="no-host"),
        pytest.param(b"GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400, id="two-hosts"),
        pytest.param(b"GET /health HTTP/1.0\r\n\r\n", 403, id="http-1.0-without-host"),
        pytest.param(b"GET /hea lth HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, id="a-space"),
        pytest.param(b"GET /health\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, id="nul"),
        pytest.param(b"GET /caf\xc3\xa9 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, id="bytes-that-are-no-ascii"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, id="tls"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 403, id="http-2"),
        pytest.param(b"CONNECT localhost:4566 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, id="authority-form"),
        pytest.param(request(b"/health", headers=b"X: " + b"a" * 20_000 + b"\r\n"), 431, id="a-large-header"),
        pytest.param(request(b"/health", headers=b"A: b\r\n" * 4_000), 431, id="many-headers"),
        pytest.param(request(b"/health?" + b"a" * 20_000), 431, id="a-long-target"),
        pytest.param(request(b"/health", headers=b"X : y\r\n"), 400, id="a-space-in-a-headers-name"),
    ],
)  # fmt: skip
def test_explains_what_it_refuses_of_the_protocol(port: int, sent: bytes, status: int) -> None:
    before = len(Recorder.seen)
    answer = ask(port, sent)
    assert answer.status == status
    assert answer.is_problem
    assert len(Recorder.seen) == before


@pytest.mark.parametrize("upgrade", [b"h2c", b"websocket"])
def test_speaks_no_other_protocol(port: int, upgrade: bytes) -> None:
    wish = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: %s\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n" % upgrade
    wish += b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    answer = ask(port, request(b"/health", headers=wish))
    assert answer.status in (218, 426)
    assert answer.status == 218 or answer.is_problem


@pytest.mark.parametrize("finish", [True, False])
def test_tells_a_caller_who_sends_half_a_head(port: int, finish: bool) -> None:
    answer = ask(port, b"GET /health HTTP/1.1\r\nHost: local", finish=finish)
    assert answer.status == (400 if finish else 408)
    assert answer.is_problem


def test_answers_others_while_many_send_half_a_body(port: int) -> None:
    half = b"POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"
    with contextlib.ExitStack() as held:
        for _ in range(300):
            connection = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            connection.sendall(half)
        assert ask(port, request(b"/coursematch?keywords=x")).status == 218


def test_takes_as_large_a_body_as_the_gateway_and_no_larger(port: int) -> None:
    most = whole_body.BODY_BYTES
    assert ask(port, request(b"/chat", b"POST", body=b"x" * most)).status == 218
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % (most + 1))
        connection.sendall(b"x" * (most + 1))
        answer = read_answer(connection)
    assert answer.status == 413
    assert answer.is_problem


def test_waits_only_so_long_for_a_body(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_body, "BODY_SECONDS", 0.01)
    target = tmp_path / "api-url"
    target.write_text("http://127.0.0.1:9/api")
    said: list[Any] = []

    async def never() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(event: Any) -> None:
        said.append(event)

    async def scenario() -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            headers = [(b"host", b"localhost"), (b"content-length", b"5")]
            scope = {
                "type": "http", "method": "POST", "path": "/chat", "raw_path": b"/chat", "query_string": b"",
                "headers": headers,
            }  # fmt: skip
            await FrontDoor(target, client, PATHS)(scope, never, send)

    asyncio.run(scenario())
    assert said[0]["status"] == 408
