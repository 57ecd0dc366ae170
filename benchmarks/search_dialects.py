"""How each search server is started, filled and asked: its documented API, written down once."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson

Ask = Callable[..., bytes]
Records = list[dict[str, Any]]
FACETS = ["subject", "level"]
SEARCHED = ["title", "skills", "subject", "org", "description"]
KEY = "a-key-of-this-benchmark"


@dataclass(frozen=True)
class Dialect:
    """One server: `setting` begins the names of its environment variables (none for our own)."""

    name: str
    command: str
    setting: str
    health: str
    headers: Mapping[str, str]
    start: Callable[[int, str], list[str]]
    variables: Callable[[int, str], dict[str, str]]
    fill: Callable[[Ask, Records, Mapping[str, Any]], None]
    search: Callable[[str], tuple[str, str, bytes | None]]


def _key(setting: str) -> str:
    return os.environ.get(f"{setting}_KEY", KEY)


def _none(_port: int, _folder: str) -> dict[str, str]:
    return {}


def _fill_algolia(ask: Ask, made: Records, settings: Mapping[str, Any]) -> None:
    ask("PUT", "/1/indexes/bench/settings", orjson.dumps(settings))
    task = 0
    for some in _batches(made):
        requests = [{"action": "addObject", "body": record} for record in some]
        task = orjson.loads(ask("POST", "/1/indexes/bench/batch", orjson.dumps({"requests": requests})))["taskID"]
    while orjson.loads(ask("GET", f"/1/indexes/bench/task/{task}"))["status"] != "published":
        time.sleep(0.05)


def _search_algolia(query: str) -> tuple[str, str, bytes | None]:
    return "POST", "/1/indexes/bench/query", orjson.dumps({"query": query, "facets": FACETS, "hitsPerPage": 20})


def _fill_meilisearch(ask: Ask, made: Records, _settings: Mapping[str, Any]) -> None:
    wanted = {
        "searchableAttributes": SEARCHED,
        "filterableAttributes": FACETS,
        "rankingRules": ["words", "typo", "proximity", "attribute", "exactness", "enrollment_count:desc"],
    }
    tasks = [ask("PATCH", "/indexes/bench/settings", orjson.dumps(wanted))]
    tasks += [
        ask("POST", "/indexes/bench/documents?primaryKey=objectID", orjson.dumps(some)) for some in _batches(made)
    ]
    for task in tasks:
        number = orjson.loads(task)["taskUid"]
        while (status := orjson.loads(ask("GET", f"/tasks/{number}"))["status"]) != "succeeded":
            if status == "failed":
                raise RuntimeError(f"Meilisearch could not index: task {number}")
            time.sleep(0.05)


def _search_meilisearch(query: str) -> tuple[str, str, bytes | None]:
    body = {"q": query, "facets": FACETS, "attributesToHighlight": ["*"], "limit": 20}
    return "POST", "/indexes/bench/search", orjson.dumps(body)


def _fill_typesense(ask: Ask, made: Records, _settings: Mapping[str, Any]) -> None:
    names = ("title", "description", "subject", "level", "language", "org")
    schema = {
        "name": "bench",
        "default_sorting_field": "enrollment_count",
        "fields": [
            *({"name": name, "type": "string", "facet": name in FACETS} for name in names),
            {"name": "skills", "type": "string[]"},
            {"name": "enrollment_count", "type": "int32"},
        ],
    }
    ask("POST", "/collections", orjson.dumps(schema))
    for some in _batches(made):
        lines = b"\n".join(orjson.dumps({**record, "id": record["objectID"]}) for record in some)
        ask("POST", "/collections/bench/documents/import", lines)


def _search_typesense(query: str) -> tuple[str, str, bytes | None]:
    asked = {"q": query, "query_by": ",".join(SEARCHED), "facet_by": ",".join(FACETS), "per_page": 20}
    return "GET", f"/collections/bench/documents/search?{urlencode(asked)}", None


def _batches(made: Records) -> Iterable[list[dict[str, Any]]]:
    return (made[at : at + 1000] for at in range(0, len(made), 1000))


_JSON = {"Content-Type": "application/json"}
DIALECTS = (
    Dialect(
        "mock-algolia", sys.executable, "", "/_mock/health",
        {**_JSON, "x-algolia-application-id": "mock", "x-algolia-api-key": KEY},
        lambda port, folder: [
            sys.executable, "-m", "services.mock_algolia", "--port", str(port), "--admin-key", KEY, "--data", folder,
        ],
        _none, _fill_algolia, _search_algolia,
    ),
    Dialect(
        "Flapjack", "flapjack", "FLAPJACK", "/health",
        {**_JSON, "x-algolia-application-id": "flapjack", "x-algolia-api-key": _key("FLAPJACK")},
        lambda _port, _folder: ["flapjack"],
        lambda port, folder: {
            "FLAPJACK_BIND_ADDR": f"127.0.0.1:{port}", "FLAPJACK_DATA_DIR": folder, "FLAPJACK_ADMIN_KEY": KEY,
        },
        _fill_algolia, _search_algolia,
    ),
    Dialect(
        "Meilisearch", "meilisearch", "MEILISEARCH", "/health",
        {**_JSON, "Authorization": f"Bearer {_key('MEILISEARCH')}"},
        lambda port, folder: [
            "meilisearch", "--http-addr", f"127.0.0.1:{port}", "--db-path", f"{folder}/data", "--master-key", KEY,
            "--no-analytics",
        ],
        _none, _fill_meilisearch, _search_meilisearch,
    ),
    Dialect(
        "Typesense", "typesense-server", "TYPESENSE", "/health",
        {**_JSON, "X-TYPESENSE-API-KEY": _key("TYPESENSE")},
        lambda port, folder: [
            "typesense-server", "--data-dir", folder, "--api-key", KEY, "--api-address", "127.0.0.1",
            "--api-port", str(port),
        ],
        _none, _fill_typesense, _search_typesense,
    ),
)  # fmt: skip
