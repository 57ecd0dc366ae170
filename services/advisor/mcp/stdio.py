"""MCP over standard input and output, one JSON-RPC message a line, for desktop clients."""

from __future__ import annotations

import json
from typing import IO

from services.advisor.mcp.messages import read_message, request_id, understand
from services.advisor.mcp.revisions import INTERNAL_ERROR, ProtocolError
from services.advisor.mcp.server import McpServer
from services.advisor.tools.tool import Asker


def serve(server: McpServer, asker: Asker, lines: IO[bytes], out: IO[bytes]) -> None:
    """Answer every line until the client closes its end."""
    for line in lines:
        if not line.strip():
            continue
        answer = _answer(server, asker, line)
        if answer is not None:
            out.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            out.flush()


def _answer(server: McpServer, asker: Asker, line: bytes) -> object:
    answered_id = None
    try:
        decoded = read_message(line)
        answered_id = request_id(decoded)
        message = understand(decoded, None)
        result = server.answer(message, asker)
        return None if result is None else {"jsonrpc": "2.0", "id": message.id, "result": result}
    except ProtocolError as error:
        return error.body(answered_id)
    except Exception:  # noqa: BLE001  a desktop client's only server must answer, and must not print a trace to it
        return ProtocolError(INTERNAL_ERROR, "Internal error").body(answered_id)
