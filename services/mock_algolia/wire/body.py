"""Request bodies: gzip within bounds, strict JSON."""

from __future__ import annotations

import zlib
from typing import Any

import orjson

from services.mock_algolia.errors import Refused

LARGEST_BODY = 200 * 1024 * 1024
"""Bytes after decompression; above the clients' own batches, below what a hostile body could ask of memory."""
DEEPEST = 200


def inflate(raw: bytes, encoding: str) -> bytes:
    """Undo `Content-Encoding`, never producing more than LARGEST_BODY bytes."""
    if encoding in {"", "identity"}:
        return raw
    if encoding not in {"gzip", "deflate"}:
        raise Refused(f"Unsupported Content-Encoding: {encoding}", 415)
    decoder = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        body = decoder.decompress(raw, LARGEST_BODY)
    except zlib.error as error:
        raise Refused(f"Invalid {encoding} body: {error}") from error
    if decoder.unconsumed_tail:
        raise Refused("Request body is too big once decompressed", 413)
    if not decoder.eof:
        raise Refused(f"Invalid {encoding} body: it ends too early")
    return body


def parse_json(body: bytes) -> Any:
    """Read strict JSON: no NaN, no lone surrogates, no invalid UTF-8, at most DEEPEST levels."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused(f"Invalid JSON: {error.msg} near line:{error.lineno} column:{error.colno}") from error
    if body.count(b"[") + body.count(b"{") > DEEPEST:
        _refuse_deep(value)
    return value


def _refuse_deep(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise Refused(f"Invalid JSON: nested deeper than {DEEPEST} levels")


def json_object(body: bytes) -> dict[str, Any]:
    """Read a body that must be a JSON object; an empty body is an empty object."""
    if not body.strip():
        return {}
    value = parse_json(body)
    if not isinstance(value, dict):
        raise Refused("Invalid JSON: expected an object")
    return value
