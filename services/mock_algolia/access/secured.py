"""Secured API keys: a parent key's HMAC over restrictions, made by the client, checked here without a database.

Base64 of `hmac_sha256(parent key, restrictions) in hex + restrictions`, where restrictions is a query string.
https://www.algolia.com/doc/guides/security/api-keys/#secured-api-keys
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from services.mock_algolia.errors import Refused
from services.mock_algolia.parameters import typed

_DIGEST = 64


@dataclass(frozen=True)
class Restrictions:
    """What a secured key adds to its parent."""

    valid_until: int | None
    indices: tuple[str, ...]
    source: str
    user_token: str
    filters: str
    params: Mapping[str, Any]


def split(key: str) -> tuple[str, str] | None:
    """Split a secured key into its digest and its restrictions, or tell that it is none."""
    if len(key) <= _DIGEST:
        return None
    try:
        text = base64.b64decode(key, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    digest, restrictions = text[:_DIGEST], text[_DIGEST:]
    if len(digest) < _DIGEST or not all(letter in "0123456789abcdef" for letter in digest):
        return None
    return digest, restrictions


def signed_by(parent: str, digest: str, restrictions: str) -> bool:
    """Tell whether `parent` made this digest."""
    expected = hmac.new(parent.encode(), restrictions.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, digest)


def read(query_string: str) -> Restrictions:
    """Read restrictions; what is not a restriction is a search parameter that the caller cannot change."""
    pairs = dict(parse_qsl(query_string, keep_blank_values=True))
    until = pairs.pop("validUntil", None)
    if until is not None and not until.isdecimal():
        raise Refused("Invalid Application-ID or API key", 403)
    indices = typed({"restrictIndices": pairs.pop("restrictIndices", "")})["restrictIndices"]
    source = pairs.pop("restrictSources", "")
    filters = pairs.pop("filters", "")
    params = typed(pairs)
    return Restrictions(
        int(until) if until is not None else None,
        tuple(str(name) for name in indices),
        source,
        pairs.get("userToken", ""),
        filters,
        params,
    )
