"""Which attributes of a record a reader gets: `attributesToRetrieve` under `unretrievableAttributes`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Body = dict[str, Any]


def projected(record: Mapping[str, Any], wanted: Sequence[str] | None, hidden: Iterable[str] = ()) -> Body:
    """Show a record: `wanted` names attributes (dots go inside, `*` is all, `-name` leaves one out); objectID stays."""
    shown: Body = dict(record)
    if wanted is not None and "*" not in wanted:
        shown = {}
        for path in wanted:
            if not path.startswith("-"):
                _pick(record, path.split("."), shown)
    for path in [*(name[1:] for name in wanted or () if name.startswith("-")), *hidden]:
        shown = _without(shown, path.split("."))
    if "objectID" in record:
        shown["objectID"] = record["objectID"]
    return shown


def _pick(source: Mapping[str, Any], path: Sequence[str], target: Body) -> None:
    name, rest = path[0], path[1:]
    if name not in source:
        return
    value = source[name]
    if not rest:
        target[name] = value
    elif isinstance(value, Mapping):
        inner = target.setdefault(name, {})
        if isinstance(inner, dict):
            _pick(value, rest, inner)
    elif isinstance(value, list):
        picked = []
        for item in value:
            if isinstance(item, Mapping):
                part: Body = {}
                _pick(item, rest, part)
                picked.append(part)
        target[name] = picked


def _without(source: Mapping[str, Any], path: Sequence[str]) -> Body:
    name, rest = path[0], path[1:]
    if name not in source:
        return dict(source)
    if not rest:
        return {key: value for key, value in source.items() if key != name}
    value = source[name]
    if isinstance(value, Mapping):
        return {**source, name: _without(value, rest)}
    if isinstance(value, list):
        return {**source, name: [_without(item, rest) if isinstance(item, Mapping) else item for item in value]}
    return dict(source)
