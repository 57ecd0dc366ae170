"""Values inside records: attribute paths, scalars as facet text, numbers and places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson


def leaves(value: Any) -> Iterator[Any]:
    """Walk the scalars under a value, in order; lists and objects are walked."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif value is not None:
        yield value


def reach(record: Any, path: str) -> Iterator[Any]:
    """Walk the values at a dotted path; lists on the way are walked; a literal dotted key wins."""
    if isinstance(record, list):
        for item in record:
            yield from reach(item, path)
        return
    if not isinstance(record, Mapping):
        return
    if path in record:
        value = record[path]
        if isinstance(value, list):
            yield from value
        else:
            yield value
        return
    head, dot, rest = path.partition(".")
    if dot and head in record:
        yield from reach(record[head], rest)


def scalars(record: Any, path: str) -> Iterator[Any]:
    """Walk the scalars at a dotted path."""
    for value in reach(record, path):
        if isinstance(value, (Mapping, list)):
            yield from leaves(value)
        elif value is not None:
            yield value


def facet_text(value: Any) -> str:
    """Write a facet value as the API shows it: booleans as true/false, whole floats without a point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def is_number(value: Any) -> bool:
    """Tell whether the value is a number (booleans are not)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def places(record: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    """Walk the (latitude, longitude) pairs of `_geoloc`."""
    found = record.get("_geoloc")
    for place in found if isinstance(found, list) else [found]:
        if isinstance(place, Mapping) and is_number(place.get("lat")) and is_number(place.get("lng")):
            yield float(place["lat"]), float(place["lng"])


def packed(value: Any) -> bytes:
    """Write JSON to be kept."""
    return bytes(memoryview(orjson.dumps(value)))  # orjson's own bytes keep their spare room: 32 kB for 3 kB
