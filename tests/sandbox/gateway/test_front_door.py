"""The front door: short URLs, nothing added, honest when the gateway is not there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from sandbox.faults.fault import Answers, Chance
from sandbox.faults.proxy import Proxy, in_a_thread
from sandbox.gateway.front_door import front_door_command
from tests.support.deployed_system import running
from tests.support.loopback_server import answering
from tests.support.ports import free_port


class Echo(BaseHTTPRequestHandler):
    """A gateway that answers what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        seen = {
            "method": self.command,
            "target": self.path,
            "headers": self.headers.items(),
            "body": self.rfile.read(size).decode(),
        }
        body = json.dumps(seen).encode()
        self.send_response(218)
        self.send_header("X-Twice", "one")
        self.send_header("X-Twice", "two")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_DELETE = do_GET  # noqa: N815 - http.server names them

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@dataclass
class Door:
    client: httpx.Client
    target: Path


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    target = tmp_path_factory.mktemp("door") / "api-url"
    for url in running(front_door_command(free_port(), target)):
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
            yield Door(client, target)


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    with answering(Echo) as url:
        yield f"{url}/restapis/abc/v1/_user_request_"


def test_says_503_while_nothing_is_deployed(door: Door) -> None:
    door.target.unlink(missing_ok=True)
    answer = door.client.get("/coursematch?keywords=x")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"]


def test_says_503_when_the_gateway_does_not_answer(door: Door) -> None:
    door.target.write_text(f"http://127.0.0.1:{free_port()}/api\n")
    answer = door.client.get("/coursematch?keywords=x")
    assert answer.status_code == 503
    assert answer.json()["status"] == 503
    assert answer.headers["retry-after"]


@pytest.mark.parametrize("status", [500, 502, 504])
def test_says_503_when_a_function_ended_without_an_answer(door: Door, status: int) -> None:
    crashed = Answers(status, {"message": '{"errorMessage": "Worker init failed: secret.py, line 3"}'})
    with in_a_thread(Proxy(("127.0.0.1", 1), lambda: Chance(crashed))) as port:
        door.target.write_text(f"http://127.0.0.1:{port}")
        answer = door.client.get("/coursematch?keywords=x")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.headers["retry-after"]
    assert "secret.py" not in answer.text


def test_passes_the_apis_own_problems_on(door: Door) -> None:
    own = Answers(500, {"title": "It failed"}, (("Content-Type", "application/problem+json"),))
    with in_a_thread(Proxy(("127.0.0.1", 1), lambda: Chance(own))) as port:
        door.target.write_text(f"http://127.0.0.1:{port}")
        answer = door.client.get("/coursematch?keywords=x")
    assert (answer.status_code, answer.json()) == (500, {"title": "It failed"})


def test_passes_path_query_headers_and_body_on_as_they_are(door: Door, gateway: str) -> None:
    door.target.write_text(gateway + "\n")
    target = "/courses?query=caf%C3%A9%2F..%2F+au%20lait&query=2&empty="
    answer = door.client.post(
        target, content="päylöad".encode(), headers={"X-Mine": "yes", "Authorization": "Bearer t"}
    )
    seen = answer.json()
    assert answer.status_code == 218
    assert seen["method"] == "POST"
    assert seen["target"] == "/restapis/abc/v1/_user_request_" + target
    assert seen["body"] == "päylöad"
    headers = {name.lower(): value for name, value in seen["headers"]}
    assert headers["x-mine"] == "yes"
    assert headers["authorization"] == "Bearer t"
    assert headers["host"].startswith("127.0.0.1:")


def test_adds_no_headers_of_its_own(door: Door, gateway: str) -> None:
    door.target.write_text(gateway)
    request = door.client.build_request("GET", "/health")
    for name in ("accept", "accept-encoding", "user-agent"):
        del request.headers[name]
    answer = door.client.send(request)
    assert {name.lower() for name, _ in answer.json()["headers"]} <= {"host", "connection"}
    assert answer.headers.get_list("x-twice") == ["one", "two"]


def test_follows_the_target_file_when_it_changes(door: Door, gateway: str) -> None:
    door.target.write_text(gateway)
    assert "/v1/" in door.client.get("/health").json()["target"]
    door.target.write_text(gateway.replace("/v1/", "/v2/"))
    assert "/v2/" in door.client.get("/health").json()["target"]


def test_refuses_a_foreign_host(door: Door) -> None:
    assert door.client.get("/coursematch", headers={"Host": "evil.example"}).status_code == 403
