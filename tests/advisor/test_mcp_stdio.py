"""MCP over standard input: whatever a line holds, the server answers it and lives on."""

from __future__ import annotations

import io
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.advisor.mcp.server import McpServer
from services.advisor.mcp.stdio import serve
from services.advisor.tools.tool import Asker

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


def _answers(*lines: bytes) -> list[Any]:
    out = io.BytesIO()
    serve(McpServer({}, _NoApi()), Asker(None, False, None), io.BytesIO(b"\n".join(lines) + b"\n"), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


class _NoApi:
    def get(self, path: str, params: object, authorization: str | None) -> Any:
        raise AssertionError("no tool is called here")


def test_half_a_surrogate_pair_is_answered_and_the_next_line_too() -> None:
    ping = json.dumps(PING).encode()
    first, broken, last = _answers(ping, b'{"jsonrpc":"2.0","id":5,"method":"\\ud800"}', ping)
    assert first["result"] == last["result"] == {}
    assert broken["error"]["code"] == -32700


@given(st.binary(max_size=60).filter(lambda line: b"\n" not in line and b"\r" not in line))
def test_any_line_is_survived(line: bytes) -> None:
    assert _answers(line, json.dumps(PING).encode())[-1]["result"] == {}
