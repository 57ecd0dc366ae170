"""Nobody behind a tunnel and no other page reaches the console, and no path leads out of its files."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.console.console import Console
from sandbox.setup.state import State

HOST = (b"host", b"127.0.0.1:8080")
JSON = (b"content-type", b"application/json")


def asked(
    state: Path, path: str, *headers: tuple[bytes, bytes], method: str = "GET", body: bytes = b""
) -> tuple[int, dict[bytes, bytes], bytes]:
    """Ask the console for a path; gives status, headers and body."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: Any) -> None:
        sent.append(event)

    scope = {"type": "http", "path": path, "method": method, "headers": [HOST, *headers]}
    asyncio.run(Console(State(state))(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


@pytest.mark.parametrize(
    "path", ["/", "/console/system", "/console/traces", "/console/catalogue", "/console/data", "/console/api"]
)
def test_shows_every_view_at_its_own_address(tmp_path: Path, path: str) -> None:
    status, headers, body = asked(tmp_path, path)

    assert status == 200
    assert b"<title>coursematch</title>" in body
    assert b"default-src 'none'" in headers[b"content-security-policy"]
    assert b"unsafe" not in headers[b"content-security-policy"]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "Cf-Connecting-Ip", "X-Forwarded-Host"])
@pytest.mark.parametrize("path", ["/", "/console/sandbox/people", "/console/files/console.js"])
def test_is_not_there_through_a_tunnel(tmp_path: Path, path: str, header: str) -> None:
    assert asked(tmp_path, path, (header.lower().encode(), b"203.0.113.7"))[0] == 404


@pytest.mark.parametrize(
    "foreign",
    [(b"origin", b"http://127.0.0.1:3000"), (b"origin", b"null"), (b"sec-fetch-site", b"same-site")],
)
def test_gives_other_pages_neither_token_nor_anything_else(tmp_path: Path, foreign: tuple[bytes, bytes]) -> None:
    body = b'{"learner": "1"}'
    assert asked(tmp_path, "/console/sandbox/sign-in", JSON, foreign, method="POST", body=body)[0] == 403
    assert asked(tmp_path, "/console/sandbox/people", foreign)[0] == 403


def test_tells_whoever_types_an_address_that_there_is_no_such_page(tmp_path: Path) -> None:
    typed = (b"sec-fetch-site", b"none")
    assert asked(tmp_path, "/console/nothing", typed)[0] == 404
    assert asked(tmp_path, "/console/sandbox/sign-in", JSON, typed, method="POST", body=b'{"learner": "1"}')[0] == 403


def test_takes_no_form_of_another_page(tmp_path: Path) -> None:
    plain = (b"content-type", b"text/plain")
    assert asked(tmp_path, "/console/sandbox/sync", plain, method="POST", body=b"{}")[0] == 415


@pytest.mark.parametrize("path", ["/console/files/../console.py", "/console/files/", "/console/sandbox/", "/console"])
def test_knows_its_own_files_only(tmp_path: Path, path: str) -> None:
    assert asked(tmp_path, path)[0] == 404


def test_offers_the_invented_learners(tmp_path: Path) -> None:
    people = json.loads(asked(tmp_path, "/console/sandbox/people")[2])["people"]

    assert people[0]["name"] == "Amara Okafor"


def test_offers_nobody_of_a_sandbox_with_enrollments_of_its_own(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.inputs.mkdir()
    (state.inputs / "enrollments.csv").write_text("student_id,course_key\nreal,A+1\n", encoding="utf-8")

    assert json.loads(asked(tmp_path, "/console/sandbox/people")[2]) == {"people": []}
    status, _, body = asked(tmp_path, "/console/sandbox/sign-in", JSON, method="POST", body=b'{"learner": "1"}')
    assert (status, b"Only the fixtures" in body) == (503, True)


@pytest.mark.parametrize("order", ["break", "mend"])
def test_breaks_nothing_for_other_pages(tmp_path: Path, order: str) -> None:
    foreign = (b"origin", b"https://elsewhere.example")
    body = b'{"name": "index-down"}'
    assert asked(tmp_path, f"/console/sandbox/{order}", JSON, foreign, method="POST", body=body)[0] == 403
    assert asked(tmp_path, f"/console/sandbox/{order}")[0] == 404  # only asked for, never linked to


def test_counts_what_is_passed_on_by_function(tmp_path: Path) -> None:
    console = Console(State(tmp_path))
    for path in ("/recommendations", "/courses/A+1", "/chat/course-adviser.js", "/enrollments"):
        console.passed_on(path)

    assert console.traffic() == {"functions": {"coursematch": 2, "advisor": 1, "enrollments": 1}, "seams": {}}


def test_reads_logs_and_no_other_file(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.logs.mkdir()
    (state.logs / "lms.log").write_text("one\ntwo\n", encoding="utf-8")
    state.secrets_file.write_text("{}", encoding="utf-8")

    def log(part: str) -> Any:
        body = json.dumps({"part": part}).encode()
        return json.loads(asked(tmp_path, "/console/sandbox/log", JSON, method="POST", body=body)[2])["lines"]

    assert log("lms") == ["one", "two"]
    assert log("../secrets.json") == []
