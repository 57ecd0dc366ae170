"""What views read the same way: an index that must exist, pages, numbers in a request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from services.mock_algolia.errors import Refused, missing_index
from services.mock_algolia.store import LiveIndex, Store

_VIRTUAL = re.compile(r"virtual\((.*)\)")


def live_index(store: Store, name: str) -> LiveIndex:
    """Find an index; raise Refused(404) if there is none of this name."""
    live = store.catalog.get(name)
    if live is None:
        raise missing_index(name)
    return live


def valid_name(name: str) -> str:
    """Check the name of an index that may be created."""
    if not name.strip():
        raise Refused("indexName is not valid")
    if len(name.encode("utf-8", "replace")) > 256:
        raise Refused("Index name is too long: at most 256 bytes")
    return name


def replica_name(entry: str) -> str:
    """Give the name of the index in an entry of `replicas`: `virtual(NAME)` or itself."""
    virtual = _VIRTUAL.fullmatch(entry)
    return virtual[1] if virtual else entry


def whole_number(source: Mapping[str, Any], name: str, default: int, low: int = 0, high: int = 2**31 - 1) -> int:
    """Read an integer of a request; raise Refused(400) if it is none or out of bounds."""
    value = source.get(name, default)
    if value is None:
        return default
    if isinstance(value, str) and value.lstrip("-").isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Refused(f'Invalid value for "{name}" parameter, expected integer between {low} and {high}')
    return value


MOST_QUERIES = 50
"""Queries in one request, as documented; more would also let one caller hold a worker for long."""


def listed_requests(source: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Read the `requests` of a request for many answers; raise Refused(400) if they are none or too many."""
    requests = source.get("requests")
    if not isinstance(requests, list) or not all(isinstance(request, Mapping) for request in requests):
        raise Refused("Invalid request: 'requests' must be an array of objects")
    if len(requests) > MOST_QUERIES:
        raise Refused("Too many queries in multi query request")
    return requests


def paged(items: Sequence[Any], source: Mapping[str, Any], default: int = 20, most: int = 1000) -> dict[str, Any]:
    """Cut one page out of a list: hits, nbHits, page, nbPages."""
    page = whole_number(source, "page", 0)
    size = whole_number(source, "hitsPerPage", default, low=1, high=most)
    return {
        "hits": list(items[page * size : (page + 1) * size]),
        "nbHits": len(items),
        "page": page,
        "nbPages": -(-len(items) // size),
    }
