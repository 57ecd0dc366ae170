"""What a job sends is what the official client sends: method, path, parameters, body, headers, and to which hosts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from algoliasearch.http.api_response import ApiResponse
from algoliasearch.http.transporter_sync import EchoTransporterSync
from algoliasearch.search.client import SearchClientSync
from algoliasearch.search.config import SearchConfig

from services.index_writer.operations import Operations

NAME = "courses/ü ?"
QUERY = {"query": "", "page": 2, "hitsPerPage": 1000}
RECORDS = [
    {"action": "updateObject", "body": {"objectID": "Ü+1", "title": "“Ünïcode” \u2028", "number": 1.5, "none": None}},
    {"action": "deleteObject", "body": {"objectID": "X+1"}},
]
SYNONYMS = [{"objectID": "s", "type": "synonym", "synonyms": ["ai", "artificial intelligence"]}]
RULES = [{"objectID": "r", "conditions": [{"pattern": "easy"}], "consequence": {"params": {"filters": "level:a"}}}]
WANTED = [{"indexName": NAME, "objectID": "X+1"}]
MOVE = {"operation": "move", "destination": "courses"}
CHANGE = {"version": {"_operation": "IncrementFrom", "value": 3}, "holder": "me"}

Ours = Callable[[Operations], ApiResponse[str]]
Theirs = Callable[[SearchClientSync], ApiResponse[str]]
OPERATIONS: dict[str, tuple[Ours, Theirs]] = {
    "list_indices": (lambda ours: ours.list_indices(), lambda they: they.list_indices_with_http_info()),
    "browse": (lambda ours: ours.browse(NAME, QUERY), lambda they: they.browse_with_http_info(NAME, QUERY)),
    "get_objects": (
        lambda ours: ours.get_objects(WANTED),
        lambda they: they.get_objects_with_http_info({"requests": WANTED}),
    ),
    "get_object": (lambda ours: ours.get_object(NAME, "a/b"), lambda they: they.get_object_with_http_info(NAME, "a/b")),
    "partial_update_object": (
        lambda ours: ours.partial_update_object(NAME, "a/b", CHANGE),
        lambda they: they.partial_update_object_with_http_info(NAME, "a/b", CHANGE),
    ),
    "batch": (
        lambda ours: ours.batch(NAME, RECORDS),
        lambda they: they.batch_with_http_info(NAME, {"requests": RECORDS}),
    ),
    "get_settings": (lambda ours: ours.get_settings(NAME), lambda they: they.get_settings_with_http_info(NAME, 2)),
    "set_settings": (
        lambda ours: ours.set_settings(NAME, {"hitsPerPage": 3}),
        lambda they: they.set_settings_with_http_info(NAME, {"hitsPerPage": 3}),
    ),
    "search_synonyms": (
        lambda ours: ours.search_synonyms(NAME, QUERY),
        lambda they: they.search_synonyms_with_http_info(NAME, QUERY),
    ),
    "replace_synonyms": (
        lambda ours: ours.replace_synonyms(NAME, SYNONYMS),
        lambda they: they.save_synonyms_with_http_info(NAME, SYNONYMS, replace_existing_synonyms=True),
    ),
    "search_rules": (
        lambda ours: ours.search_rules(NAME, QUERY),
        lambda they: they.search_rules_with_http_info(NAME, QUERY),
    ),
    "replace_rules": (
        lambda ours: ours.replace_rules(NAME, RULES),
        lambda they: they.save_rules_with_http_info(NAME, RULES, clear_existing_rules=True),
    ),
    "operation_index": (
        lambda ours: ours.operation_index(NAME, MOVE),
        lambda they: they.operation_index_with_http_info(NAME, MOVE),
    ),
    "delete_index": (lambda ours: ours.delete_index(NAME), lambda they: they.delete_index_with_http_info(NAME)),
    "get_task": (lambda ours: ours.get_task(NAME, 7), lambda they: they.get_task_with_http_info(NAME, 7)),
}


def sent(answer: ApiResponse[str]) -> dict[str, Any]:
    """Give what the echo says was to be sent, but for the id that each request has."""
    told: dict[str, Any] = vars(answer)
    return told | {"headers": {name: value for name, value in (answer.headers or {}).items() if "id" not in name}}


def test_every_operation_is_compared() -> None:
    assert set(OPERATIONS) == {name for name in vars(Operations) if not name.startswith("_")} - {"close"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_sends_what_the_official_client_sends(name: str) -> None:
    ours, theirs = OPERATIONS[name]
    mine, official = SearchConfig("app", "key"), SearchConfig("app", "key")

    answer = sent(ours(Operations(EchoTransporterSync(mine), mine)))

    assert answer == sent(theirs(SearchClientSync(transporter=EchoTransporterSync(official), config=official)))
    assert answer["path"].startswith("/1/indexes")


def test_asks_the_hosts_that_algolia_documents_for_the_application() -> None:
    mine, official = SearchConfig("app", "key"), SearchConfig("app", "key")

    Operations(EchoTransporterSync(mine), mine)
    SearchClientSync(transporter=EchoTransporterSync(official), config=official)

    assert mine.hosts is not None
    assert official.hosts is not None
    assert {host.url for host in mine.hosts.write()} == {host.url for host in official.hosts.write()}
    assert {host.url for host in mine.hosts.read()} == {host.url for host in official.hosts.read()}
