"""MCP on the wire: both eras, their errors, and nothing that a stranger's message can break."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from evaluation.advisor.system import token
from services.advisor.mcp.revisions import SUPPORTED

VERSION = "2026-07-28"
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": VERSION,
    "io.modelcontextprotocol/clientCapabilities": {},
}


@pytest.fixture
def client(advisor: Flask) -> FlaskClient:
    return advisor.test_client()


def modern(client: FlaskClient, method: str, params: dict[str, Any] | None = None, **headers: str) -> TestResponse:
    """Send a request of the stateless era."""
    given_params = params or {}
    sent = {"MCP-Protocol-Version": VERSION, "Mcp-Method": method, "Accept": "application/json, text/event-stream"}
    if "name" in given_params:
        sent["Mcp-Name"] = str(given_params["name"])
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"_meta": ENVELOPE} | given_params}
    return client.post("/mcp", json=body, headers=sent)


def legacy(client: FlaskClient, method: str, params: dict[str, Any] | None = None, **headers: str) -> TestResponse:
    """Send a request of the era that shakes hands."""
    body = {"jsonrpc": "2.0", "id": "a", "method": method} | ({"params": params} if params is not None else {})
    sent = {"MCP-Protocol-Version": "2025-11-25"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/mcp", json=body, headers=sent)


def call(name: str, **arguments: Any) -> dict[str, Any]:
    return {"name": name, "arguments": arguments}


def test_discovers_without_a_handshake(client: FlaskClient) -> None:
    answer = modern(client, "server/discover")

    result = answer.get_json()["result"]
    assert answer.status_code == 200
    assert result["supportedVersions"][0] == VERSION
    assert result["capabilities"] == {"tools": {"listChanged": False}}
    assert (result["resultType"], result["cacheScope"]) == ("complete", "public")
    assert result["ttlMs"] > 0
    assert result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "coursematch"
    assert "Mcp-Session-Id" not in answer.headers


def test_lists_tools_alike_each_time_with_how_long_to_keep_them(client: FlaskClient) -> None:
    first, second = (modern(client, "tools/list").get_json()["result"] for _ in range(2))

    assert first == second
    assert first["ttlMs"] > 0
    for tool in first["tools"]:
        assert set(tool) == {"name", "title", "description", "inputSchema", "outputSchema", "annotations"}


def test_calls_a_tool_with_structure_and_the_same_text(client: FlaskClient) -> None:
    result = modern(client, "tools/call", call("match_courses", keywords="photography")).get_json()["result"]

    assert result["isError"] is False
    assert result["structuredContent"]["matches"]
    assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
    assert "ttlMs" not in result


@pytest.mark.parametrize(
    ("method", "headers", "status", "code"),
    [
        ("tools/list", {"MCP_Protocol_Version": "2031-01-01"}, 400, -32020),
        ("tools/list", {"Mcp_Method": "tools/call"}, 400, -32020),
        ("no/such", {}, 404, -32601),
        ("initialize", {}, 404, -32601),
        ("ping", {}, 404, -32601),
    ],
)
def test_tells_modern_errors_with_their_status(
    client: FlaskClient, method: str, headers: dict[str, str], status: int, code: int
) -> None:
    answer = modern(client, method, **headers)

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)


def test_names_the_versions_it_speaks(client: FlaskClient) -> None:
    meta = ENVELOPE | {"io.modelcontextprotocol/protocolVersion": "2031-01-01"}
    answer = modern(client, "tools/list", {"_meta": meta}, MCP_Protocol_Version="2031-01-01")
    alone = client.post(
        "/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "ping"}, headers={"MCP-Protocol-Version": "1"}
    )

    for response in (answer, alone):
        assert response.status_code == 400
        error = response.get_json()["error"]
        assert (error["code"], error["data"]["supported"]) == (-32022, SUPPORTED)


def test_wants_the_name_header_to_match(client: FlaskClient) -> None:
    params = call("match_courses", keywords="x")

    assert modern(client, "tools/call", params, Mcp_Name="search").get_json()["error"]["code"] == -32020
    assert modern(client, "tools/call", params, Mcp_Name="=?base64?bWF0Y2hfY291cnNlcw==?=").status_code == 200


@pytest.mark.parametrize(
    "meta", [None, {}, {"io.modelcontextprotocol/protocolVersion": VERSION}, "x"], ids=["none", "empty", "half", "text"]
)
def test_wants_the_whole_envelope(client: FlaskClient, meta: Any) -> None:
    answer = modern(client, "tools/list", {"_meta": meta})

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, -32602)


@pytest.mark.parametrize("asked", ["2025-11-25", "2025-06-18", "1999-01-01"])
def test_shakes_hands_with_older_clients(client: FlaskClient, asked: str) -> None:
    params = {"protocolVersion": asked, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    result = client.post("/mcp", json=body).get_json()["result"]

    assert result["protocolVersion"] == (asked if asked in SUPPORTED else "2025-11-25")
    assert result["serverInfo"]["name"] == "coursematch"
    note = client.post("/mcp", json={"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert (note.status_code, note.data) == (202, b"")
    assert legacy(client, "ping").get_json()["result"] == {}
    assert len(legacy(client, "tools/list").get_json()["result"]["tools"]) == 8


def test_answers_older_clients_errors_inside_a_200(client: FlaskClient) -> None:
    unknown = legacy(client, "no/such")

    assert (unknown.status_code, unknown.get_json()["error"]["code"]) == (200, -32601)
    assert unknown.get_json()["id"] == "a"


@pytest.mark.parametrize("send", [modern, legacy])
def test_an_unknown_tool_is_a_protocol_error(client: FlaskClient, send: Any) -> None:
    answer = send(client, "tools/call", call("drop_tables"))

    assert answer.get_json()["error"] == {"code": -32602, "message": "Unknown tool: drop_tables"}


@pytest.mark.parametrize("send", [modern, legacy])
@pytest.mark.parametrize(
    ("params", "said"),
    [
        (call("match_courses", keywords=7), "must be text"),
        (call("match_courses", keywords="x" * 10_000), "shorten it to 512"),
        (call("fetch", id="NoX+404"), "no course of that key"),
    ],
)
def test_a_failed_call_is_a_result_that_a_model_can_read(
    client: FlaskClient, send: Any, params: dict[str, Any], said: str
) -> None:
    result = send(client, "tools/call", params).get_json()["result"]

    assert result["isError"] is True
    assert said in result["content"][0]["text"]
    assert "structuredContent" not in result


@pytest.mark.parametrize("send", [modern, legacy])
def test_learner_tools_want_a_token(client: FlaskClient, send: Any) -> None:
    missing = send(client, "tools/call", call("get_enrollments"))
    expired = send(
        client,
        "tools/call",
        call("get_enrollments"),
        Authorization="Bearer " + token("1", lifetime=timedelta(hours=-1)),
    )
    own = send(client, "tools/call", call("get_enrollments"), Authorization="Bearer " + token("1"))
    other = send(client, "tools/call", call("get_enrollments", student_id="2"), Authorization="Bearer " + token("1"))

    assert missing.status_code == expired.status_code == 401
    assert missing.headers["WWW-Authenticate"].startswith("Bearer ")
    named = re.search('resource_metadata="https://courses.example.org(/[^"]*)"', missing.headers["WWW-Authenticate"])
    assert named is not None
    assert client.get(named[1]).get_json()["resource"] == "https://courses.example.org/mcp"
    assert 'error="invalid_token"' in expired.headers["WWW-Authenticate"]
    assert missing.get_json()["error"]["code"] == expired.get_json()["error"]["code"] == -32010
    assert own.get_json()["result"]["structuredContent"]["enrollments"]
    assert other.get_json()["result"]["isError"] is True


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", -32700),
        (b"\xff\xfe", -32700),
        (b"[" * 100_000, -32700),
        (b'{"jsonrpc":"2.0","id":5,"method":"\\ud800"}', -32700),
        (b'{"jsonrpc":"2.0","id":5,"method":"ping","params":{"a":["x\\udc00"]}}', -32700),
        (b"[]", -32600),
        (b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32600),
        (b'"x"', -32600),
        (b'{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600),
        (b'{"jsonrpc":"2.0","id":1}', -32600),
        (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600),
        (b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"x","params":"' + b"y" * 300_000 + b'"}', -32600),
    ],
)
def test_refuses_what_is_no_message(client: FlaskClient, body: bytes, code: int) -> None:
    answer = client.post("/mcp", data=body, content_type="application/json")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, code)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:6274", 200),
        ("http://127.0.0.1:8080", 200),
        ("https://chat.example.org", 200),
        ("https://evil.example", 403),
        ("http://localhost.evil.example", 403),
        ("null", 403),
        ("http://[", 403),
    ],
)
def test_keeps_foreign_web_pages_out(client: FlaskClient, origin: str, status: int) -> None:
    assert legacy(client, "ping", Origin=origin).status_code == status


def test_has_no_stream_and_no_session(client: FlaskClient) -> None:
    for method in ("GET", "DELETE"):
        answer = client.open("/mcp", method=method)
        assert answer.status_code == 405
        assert "POST" in answer.headers["Allow"]


def test_wants_a_client_that_reads_json(client: FlaskClient) -> None:
    assert legacy(client, "ping", Accept="text/html").status_code == 406


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(method=st.sampled_from(["tools/call", "tools/list", "initialize", "server/discover", "x"]), params=ANY_JSON)
@pytest.mark.parametrize("send", ["modern", "legacy"])
def test_never_breaks(client: FlaskClient, send: str, method: str, params: Any) -> None:
    headers = {"MCP-Protocol-Version": VERSION if send == "modern" else "2025-11-25", "Mcp-Method": method}
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    answer = client.post("/mcp", json=body, headers=headers)

    assert answer.status_code < 500
    assert {"result", "error"} & set(answer.get_json())
