"""What a server was asked, as a test speaks of it: searches with their parameters, writes with their actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

from services.mock_algolia.errors import Refused
from services.mock_algolia.parameters import search_parameters, typed
from services.mock_algolia.wire.request_log import Entry

Body = dict[str, Any]
_ENVELOPE = ("indexName", "type", "facet")
_KNOWN_AFTER_INDEX = {"query", "queries", "batch", "browse", "settings", "clear", "operation", "deleteByQuery"}


@dataclass(frozen=True)
class Asked:
    """One search or one write among what the server saw."""

    kind: str
    """`search`, or the action of a write (`addObject`, `deleteObject`, …)."""
    index: str
    values: Mapping[str, Any]
    """The parameters of a search, or the record of a write."""

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.kind} {self.index}: {shown or '-'}"


def all_asked(entries: Iterable[Entry]) -> list[Asked]:
    """List searches and writes of records, oldest first; what was refused (4xx) is left out."""
    return [one for entry in entries if entry.status < 400 for one in _asked(entry)]


def chosen(asked: Iterable[Asked], kind: str, index: str, values: Mapping[str, Any]) -> list[Asked]:
    """Keep those of a kind, an index, and with these values among theirs."""
    return [
        one
        for one in asked
        if one.kind == kind
        and one.index == index
        and all(name in one.values and one.values[name] == value for name, value in values.items())
    ]


def told(asked: Iterable[Asked]) -> str:
    """Say for a failing test what the server saw."""
    rows = [f"  {one}" for one in asked]
    return "the server saw:\n" + "\n".join(rows) if rows else "the server saw no search and no write"


def _asked(entry: Entry) -> Iterator[Asked]:
    url = urlsplit(entry.url)
    path = [unquote(segment) for segment in url.path.split("/")[1:]]
    if len(path) < 3 or path[:2] != ["1", "indexes"]:
        return
    try:
        body = orjson.loads(entry.body) if entry.body else {}
    except orjson.JSONDecodeError:  # longer than what the log keeps
        return
    if not isinstance(body, dict):
        return
    index, rest = path[2], path[3:]
    if rest in (["queries"], ["query"]):
        for request in body.get("requests", [body]):
            name = request.get("indexName", index)
            yield Asked("search", name, _parameters(request))
    elif rest == ["batch"]:
        for request in body.get("requests", []):
            yield Asked(request.get("action", ""), request.get("indexName", index), request.get("body") or {})
    elif entry.method == "POST" and not rest:
        yield Asked("addObject", index, body)
    elif len(rest) == 1 and rest[0] not in _KNOWN_AFTER_INDEX:
        if entry.method == "PUT":
            yield Asked("updateObject", index, {"objectID": rest[0], **body})
        elif entry.method == "DELETE":
            yield Asked("deleteObject", index, {"objectID": rest[0]})
    elif len(rest) == 2 and rest[1] == "partial":
        yield Asked("partialUpdateObject", index, {"objectID": rest[0], **body})


def _parameters(request: Mapping[str, Any]) -> Body:
    try:
        flat = search_parameters(request)
    except Refused:
        return dict(request)
    texts = {name: value for name, value in flat.items() if isinstance(value, str)}
    return {name: value for name, value in {**flat, **typed(texts)}.items() if name not in _ENVELOPE}
