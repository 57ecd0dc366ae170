"""The protocol's revisions, its error codes, and the names of its fields (https://modelcontextprotocol.io/specification)."""

from __future__ import annotations

from typing import Any

MODERN = ("2026-07-28",)
"""Stateless revisions: each request carries its envelope in `params._meta`."""
HANDSHAKE = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
"""Revisions that begin with `initialize`; newest first."""
SUPPORTED = [*MODERN, *HANDSHAKE]

VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities"
SERVER_INFO_KEY = "io.modelcontextprotocol/serverInfo"

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
HEADER_MISMATCH = -32020
UNSUPPORTED_VERSION = -32022
TOKEN_NEEDED = -32010
"""Ours (implementation-defined band): the HTTP status is 401, as the specification's authorization page says."""

HTTP_STATUS = {
    PARSE_ERROR: 400,
    INVALID_REQUEST: 400,
    INVALID_PARAMS: 400,
    HEADER_MISMATCH: 400,
    UNSUPPORTED_VERSION: 400,
    METHOD_NOT_FOUND: 404,
    TOKEN_NEEDED: 401,
}
"""What the 2026-07-28 revision sends with each code; others go with 200."""


class ProtocolError(Exception):
    """A JSON-RPC error to be answered."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.data = data

    def body(self, request_id: str | int | None) -> dict[str, Any]:
        """Return the error as a JSON-RPC response."""
        error: dict[str, Any] = {"code": self.code, "message": str(self)}
        if self.data is not None:
            error["data"] = self.data
        return {"jsonrpc": "2.0", "id": request_id, "error": error}


def unsupported(requested: Any) -> ProtocolError:
    """Make the error of a version that is not spoken here."""
    return ProtocolError(
        UNSUPPORTED_VERSION, "Unsupported protocol version", {"supported": SUPPORTED, "requested": str(requested)[:50]}
    )
