"""Read JSON-RPC messages and the 2026-07-28 envelope, in the order in which the specification wants faults told."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.advisor.mcp.revisions import (
    CAPABILITIES_KEY,
    HANDSHAKE,
    HEADER_MISMATCH,
    INVALID_PARAMS,
    INVALID_REQUEST,
    MODERN,
    PARSE_ERROR,
    VERSION_KEY,
    ProtocolError,
    unsupported,
)
from services.web_edge.json_text import NotJson, read_json

NAME_PARAMETERS = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
"""Whose parameter the `Mcp-Name` header repeats."""
_SENTINEL = re.compile(r"=\?base64\?(.*)\?=")


@dataclass(frozen=True)
class Message:
    """A request, or a notification (`id` None). `modern`: it belongs to the stateless era."""

    method: str
    params: dict[str, Any]
    id: str | int | None
    notification: bool
    modern: bool


def read_message(content: bytes | str) -> dict[str, Any]:
    """Read one JSON-RPC object. Raises ProtocolError."""
    try:
        decoded = read_json(content)
    except NotJson as error:
        raise ProtocolError(PARSE_ERROR, f"Parse error: {error}") from error
    if not isinstance(decoded, dict):
        raise ProtocolError(INVALID_REQUEST, "The body must be a single JSON-RPC request or notification object")
    return decoded


def request_id(decoded: Mapping[str, Any]) -> str | int | None:
    """Return the id that an answer to this object carries."""
    given = decoded.get("id")
    return given if isinstance(given, str | int) and not isinstance(given, bool) else None


def understand(decoded: dict[str, Any], headers: Mapping[str, str] | None) -> Message:
    """Check a JSON-RPC object and its headers (None: no HTTP, as on stdio). Raises ProtocolError.

    `headers` have lower-case names. The era is the header's; on stdio it is the envelope's.
    """
    method, params = decoded.get("method"), decoded.get("params")
    notification = "id" not in decoded
    if decoded.get("jsonrpc") != "2.0" or not isinstance(method, str) or not isinstance(params, dict | None):
        raise ProtocolError(INVALID_REQUEST, "The body must be a single JSON-RPC request or notification object")
    if not notification and request_id(decoded) is None:
        raise ProtocolError(INVALID_REQUEST, "The id must be a string or a whole number")
    modern = _modern(params or {}, headers, notification=notification)
    if modern and not notification:
        _check_envelope(method, params or {}, headers)
    return Message(method, params or {}, request_id(decoded), notification, modern)


def _modern(params: dict[str, Any], headers: Mapping[str, str] | None, *, notification: bool) -> bool:
    meta = params.get("_meta")
    enveloped = isinstance(meta, dict) and VERSION_KEY in meta
    if headers is None:
        return enveloped
    version = headers.get("mcp-protocol-version")
    if version is None:
        return enveloped  # then the envelope's check says which header is missing
    if version in MODERN:
        return True
    if version in HANDSHAKE and not enveloped:
        return False
    if enveloped and not notification:
        return True
    raise unsupported(version)


def _check_envelope(method: str, params: dict[str, Any], headers: Mapping[str, str] | None) -> None:
    meta = params.get("_meta")
    if not isinstance(meta, dict):
        raise ProtocolError(INVALID_PARAMS, f"params._meta must be an object with {VERSION_KEY} and {CAPABILITIES_KEY}")
    missing = [key for key in (VERSION_KEY, CAPABILITIES_KEY) if key not in meta]
    if missing:
        raise ProtocolError(INVALID_PARAMS, f"params._meta lacks {', '.join(missing)}")
    version = meta[VERSION_KEY]
    if headers is not None:
        _check_headers(method, params, version, headers)
    if not isinstance(version, str):
        raise ProtocolError(INVALID_PARAMS, "the envelope's protocol version must be a string")
    if version not in MODERN:
        raise unsupported(version)


def _check_headers(method: str, params: dict[str, Any], version: Any, headers: Mapping[str, str]) -> None:
    if headers.get("mcp-protocol-version") is None or headers["mcp-protocol-version"] != version:
        raise ProtocolError(HEADER_MISMATCH, "the MCP-Protocol-Version header does not match the envelope's version")
    if headers.get("mcp-method") != method:
        raise ProtocolError(HEADER_MISMATCH, "the Mcp-Method header does not match the body's method")
    parameter = NAME_PARAMETERS.get(method)
    named = params.get(parameter) if parameter else None
    if named is not None and _decoded(headers.get("mcp-name")) != named:
        raise ProtocolError(HEADER_MISMATCH, f"the Mcp-Name header does not match the body's {parameter!r}")


def _decoded(value: str | None) -> str | None:
    """Read a header value that may be base64 in the specification's sentinel; None for a malformed one."""
    match = _SENTINEL.fullmatch(value) if value is not None else None
    if match is None:
        return value
    try:
        return base64.b64decode(match[1], validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
