"""`/mcp`: MCP's Streamable HTTP, one answer to one POST; no stream and no session (GET and DELETE: 405)."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, request

from services.advisor.mcp.messages import Message, read_message, request_id, understand
from services.advisor.mcp.revisions import HTTP_STATUS, INVALID_REQUEST, PARSE_ERROR, TOKEN_NEEDED, ProtocolError
from services.advisor.mcp.server import McpServer
from services.advisor.tools.tool import Asker
from services.web_edge.identity import TokenRefused

MOST_BYTES = 200_000
CHALLENGE = 'Bearer realm="coursematch"'
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def mcp_views(
    server: McpServer,
    asker: Callable[[str | None], Asker],
    allowed_origins: frozenset[str],
    address: Callable[[], str],
) -> Blueprint:
    """Build the blueprint. `asker` verifies an Authorization header and raises TokenRefused.

    `address` returns the API's public base URL, under which a 401 says where its metadata is (RFC 9728, section 5.1).
    """
    views = Blueprint("mcp", __name__)

    def challenge() -> str:
        return f'{CHALLENGE}, resource_metadata="{address()}/.well-known/oauth-protected-resource/mcp"'

    @views.post("/mcp")
    def post() -> Response:
        if not _origin_allowed(request.headers.get("Origin"), allowed_origins):
            return _answer(403, ProtocolError(INVALID_REQUEST, "This Origin may not call this server").body(None))
        if not _accepts_json():
            return _answer(406, ProtocolError(INVALID_REQUEST, "Send Accept: application/json").body(None))
        answered_id = None
        modern = True
        try:
            if (request.content_length or 0) > MOST_BYTES:
                raise ProtocolError(INVALID_REQUEST, f"The body is over {MOST_BYTES} bytes")
            decoded = read_message(request.get_data())
            answered_id = request_id(decoded)
            message = understand(decoded, {name.lower(): value for name, value in request.headers.items()})
            modern = message.modern
            return _served(server, message, asker(request.headers.get("Authorization")))
        except TokenRefused as error:
            refusal = ProtocolError(TOKEN_NEEDED, str(error))
            return _answer(401, refusal.body(answered_id), f'{challenge()}, error="invalid_token"')
        except ProtocolError as error:
            g.problem = f"mcp {error.code}"
            status = HTTP_STATUS.get(error.code, 200)
            # Before 2026-07-28 an error inside JSON-RPC was a 200; only unreadable bodies and tokens were not.
            if not modern and error.code not in (PARSE_ERROR, INVALID_REQUEST, TOKEN_NEEDED):
                status = 200
            return _answer(status, error.body(answered_id), challenge() if status == 401 else None)

    return views


def _served(server: McpServer, message: Message, asker: Asker) -> Response:
    result = server.answer(message, asker)
    if result is None:
        return Response(status=202)
    return _answer(200, {"jsonrpc": "2.0", "id": message.id, "result": result})


def _answer(status: int, body: object, challenge: str | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    response = Response(text, status=status, content_type="application/json")
    if challenge:
        response.headers["WWW-Authenticate"] = challenge
    return response


def _accepts_json() -> bool:
    accepted = request.headers.get("Accept", "*/*").lower()
    return any(kind in accepted for kind in ("application/json", "application/*", "*/*"))


def _origin_allowed(origin: str | None, allowed: frozenset[str]) -> bool:
    """Say whether a page of this origin may call: none (no browser), loopback ones, and those of the settings.

    Never the Host's own: a page whose name is rebound to this machine would have that one (DNS rebinding).
    """
    if origin is None or origin.rstrip("/") in allowed:
        return True
    try:
        return urlsplit(origin).hostname in LOOPBACK
    except ValueError:
        return False
