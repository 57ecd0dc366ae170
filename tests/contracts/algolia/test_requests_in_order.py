"""Requests one after the other, and what each must answer: written from the API's specification before the views.

A row: method, path, body, status, and what the answer holds (a mapping: among other things; `Names`: these alone).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.mock_algolia import AlgoliaMock
from tests.contracts.algolia.asking import Names, ask, holds

Row = tuple[str, str, Any, int, Any]
BATCH, SETTINGS = "/1/indexes/b/batch", "/1/indexes/b/settings"
WRITTEN = Names({"objectID", "taskID", "updatedAt"})
UPDATED, DELETED = Names({"taskID", "updatedAt"}), Names({"taskID", "deletedAt"})
STRANGE = "Invalid object attributes"
BANNER = {"userData": {"banner": 1}}
BY_DEFAULT = {  # as Algolia's own tests read the settings of an index of theirs
    "minWordSizefor1Typo": 4, "minWordSizefor2Typos": 8, "hitsPerPage": 20, "maxValuesPerFacet": 100,
    "paginationLimitedTo": 1000, "exactOnSingleWordQuery": "attribute", "separatorsToIndex": "",
    "ranking": ["typo", "geo", "words", "filters", "proximity", "attribute", "exact", "custom"],
    "removeWordsIfNoResults": "none", "queryType": "prefixLast", "highlightPreTag": "<em>", "highlightPostTag": "</em>",
    "alternativesAsExact": ["ignorePlurals", "singleWordSynonym"],
}  # fmt: skip


def _operation(kind: str, value: Any, name: str = "n", **more: Any) -> dict[str, Any]:
    return {name: {"_operation": kind, "value": value}, **more}


def _changes(rows: list[tuple[str, dict[str, Any], dict[str, Any] | int]]) -> list[Row]:
    """Change record by record, and read what became of each: fields it has, or the status that says it is not there."""
    out: list[Row] = []
    for asked, change, after in rows:
        identity, mark, args = asked.partition("?")
        out.append(("POST", f"/1/indexes/b/{identity}/partial{mark}{args}", change, 200, WRITTEN))
        status, holds = (after, {}) if isinstance(after, int) else (200, after)
        out.append(("GET", f"/1/indexes/b/{identity}", None, status, holds))
    return out


FIRST = {"objectID": "1", "n": 1, "v": 1, "t": ["a", "b", "a"], "x": {"y": 1, "z": 2}}
SAVED: Row = ("POST", BATCH, {"requests": [{"action": "addObject", "body": FIRST}]}, 200, {"objectIDs": ["1"]})

NO_QUERY_ID = "Query ID must be a search query ID (32 characters hexadecimal string)"
RECOMMENDATION = {"indexName": "b", "model": "trending-items"}
EVENT = {
    "eventType": "click", "eventName": "Opened", "index": "b", "userToken": "u", "objectIDs": ["1"],
    "queryID": "0" * 32, "positions": [1],
}  # fmt: skip

TABLES: dict[str, list[Row]] = {
    "partial updates": [
        SAVED,
        *_changes(
            [
                ("1", _operation("Increment", 4), {"n": 5}),
                ("1", _operation("Decrement", 2), {"n": 3}),
                ("1", _operation("Add", "c", "t"), {"t": ["a", "b", "a", "c"]}),
                ("1", _operation("AddUnique", "c", "t"), {"t": ["a", "b", "a", "c"]}),
                ("1", _operation("Remove", "a", "t"), {"t": ["b", "c"]}),
                ("1", _operation("IncrementFrom", 2, "v", n=100), {"v": 1, "n": 3}),
                ("1", _operation("IncrementFrom", 1, "v"), {"v": 2}),
                ("1", _operation("IncrementSet", 2, "v", n=100), {"v": 2, "n": 3}),
                ("1", _operation("IncrementSet", 9, "v"), {"v": 9}),
                ("1", {"x": {"y": 5}}, {"x": {"y": 5}}),
                ("from-0", _operation("IncrementFrom", 0, "v"), {"objectID": "from-0"}),
                ("from-3", _operation("IncrementFrom", 3, "v"), 404),
                ("set-1", _operation("IncrementSet", 1, "v"), {"v": 1}),
                ("new", _operation("Increment", 7), {"n": 7}),
                ("never?createIfNotExists=false", {"n": 1}, 404),
            ]
        ),
    ],
    "records": [
        SAVED,
        ("POST", "/1/indexes/b", {"t": "x"}, 201, Names({"createdAt", "objectID", "taskID"})),
        ("PUT", "/1/indexes/b/2", {"t": "x"}, 200, WRITTEN),
        ("GET", "/1/indexes/b/1?attributesToRetrieve=n,v", None, 200, Names({"n", "v", "objectID"})),
        (
            "POST", "/1/indexes/*/objects",
            {"requests": [{"indexName": "b", "objectID": "2"}, {"indexName": "b", "objectID": "nobody"}]},
            200, {"results": [{"objectID": "2", "t": "x"}, None]},
        ),
        ("DELETE", "/1/indexes/b/nobody", None, 200, Names({"deletedAt", "taskID"})),
        ("GET", "/1/indexes/b/nobody", None, 404, {"message": "ObjectID does not exist", "status": 404}),
        ("POST", "/1/indexes/none/query", {}, 404, {"message": "Index none does not exist", "status": 404}),
        (
            "POST", BATCH,
            {
                "requests": [
                    {"action": "partialUpdateObject", "body": {"objectID": "2", "c": 1}},
                    {"action": "partialUpdateObjectNoCreate", "body": {"objectID": "9", "c": 1}},
                    {"action": "deleteObject", "body": {"objectID": "1"}},
                ]
            },
            200, {"objectIDs": ["2", "9", "1"]},
        ),
        ("GET", "/1/indexes/b/2", None, 200, {"objectID": "2", "t": "x", "c": 1}),
        ("GET", "/1/indexes/b/9", None, 404, {}),
        ("POST", BATCH, {"requests": [{"action": "explode", "body": {}}]}, 400, {}),
        ("POST", BATCH, {"requests": [{"action": "updateObject", "body": {"t": "no id"}}]}, 400, {}),
        ("POST", BATCH, {"requests": [{"action": "clear", "body": {}}]}, 200, {}),
        ("POST", "/1/indexes/b/query", {}, 200, {"nbHits": 0}),
        ("POST", BATCH, {"requests": [{"action": "delete", "body": {}}]}, 200, {}),
        ("POST", "/1/indexes/b/query", {}, 404, {}),
    ],
    "indices": [
        SAVED,
        ("GET", "/1/indexes/b/settings?getVersion=2", None, 200, BY_DEFAULT),
        ("GET", "/1/indexes/b/settings?getVersion=2", None, 200, Names({*BY_DEFAULT, "version"})),
        ("PUT", "/1/indexes/b/settings", {"searchableAttributes": ["t"], "hitsPerPage": 5}, 200, UPDATED),
        ("PUT", "/1/indexes/b/settings", {"hitsPerPage": None}, 200, {}),
        ("GET", "/1/indexes/b/settings", None, 200, {"hitsPerPage": 20, "searchableAttributes": ["t"]}),
        ("PUT", "/1/indexes/b/settings", {"searchableAttributes": "t"}, 400, {}),
        ("PUT", "/1/indexes/b/settings", {"nothing": 1}, 400, {}),
        (
            "POST", "/1/indexes/b/operation",
            {"operation": "copy", "destination": "only-settings", "scope": ["settings"]}, 200, {},
        ),
        ("GET", "/1/indexes/only-settings/settings", None, 200, {"searchableAttributes": ["t"]}),
        ("POST", "/1/indexes/only-settings/query", {}, 200, {"nbHits": 0}),
        ("POST", "/1/indexes/b/operation", {"operation": "move", "destination": "moved"}, 200, {}),
        ("POST", "/1/indexes/b/query", {}, 404, {}),
        ("POST", "/1/indexes/moved/query", {}, 200, {"nbHits": 1}),
        ("PUT", "/1/indexes/moved/settings", {"replicas": ["by-n", "virtual(near)"]}, 200, {}),
        ("GET", "/1/indexes/by-n/settings", None, 200, {"primary": "moved"}),
        ("DELETE", "/1/indexes/moved", None, 200, Names({"deletedAt", "taskID"})),
    ],
    "rules and synonyms": [
        SAVED,
        ("PUT", "/1/indexes/b/rules/r", {"objectID": "r", "conditions": []}, 400, {}),
        (
            "PUT", "/1/indexes/b/rules/r",
            {
                "objectID": "r", "conditions": [{"pattern": "a", "anchoring": "middle"}],
                "consequence": BANNER,
            },
            400, {},
        ),
        ("GET", "/1/indexes/b/rules/r", None, 404, {}),
        (
            "PUT", "/1/indexes/b/rules/r",
            {"objectID": "r", "conditions": [{"pattern": "", "anchoring": "contains"}], "consequence": BANNER},
            400, {"message": "An empty pattern is only allowed when `anchoring` = `is`"},
        ),
        (
            "PUT", "/1/indexes/b/rules/r",
            {"objectID": "r", "conditions": [{"pattern": "{facet:t}"}], "consequence": BANNER},
            200, UPDATED,
        ),
        ("DELETE", "/1/indexes/b/rules/r", None, 200, UPDATED),
        ("POST", "/1/indexes/b/rules/clear", None, 200, UPDATED),
        ("PUT", "/1/indexes/b/synonyms/s", {"objectID": "s", "type": "antonym", "synonyms": ["a", "z"]}, 400, {}),
        (
            "PUT", "/1/indexes/b/synonyms/s", {"objectID": "s", "type": "synonym", "synonyms": ["a", "z"]},
            200, Names({"id", "taskID", "updatedAt"}),
        ),
        ("DELETE", "/1/indexes/b/synonyms/nobody", None, 200, DELETED),
        ("POST", "/1/indexes/b/synonyms/search", {"query": "", "type": "onewaysynonym"}, 200, {"nbHits": 0}),
        (
            "POST", "/1/indexes/b/synonyms/batch?replaceExistingSynonyms=true",
            [{"objectID": "q", "type": "synonym", "synonyms": ["q", "w"]}], 200, {},
        ),
        ("POST", "/1/indexes/b/synonyms/search", {"query": ""}, 200, {"nbHits": 1}),
        ("GET", "/1/indexes/b/synonyms/s", None, 404, {}),
    ],
    "browsing has no typos to rank by": [
        (
            "POST", BATCH,
            {"requests": [{"action": "addObject", "body": {"objectID": t, "t": t}} for t in ("phone", "phane")]},
            200, {},
        ),
        ("POST", "/1/indexes/b/browse", {"query": "phone", "typoTolerance": "min"}, 200, {"nbHits": 2}),
        ("POST", "/1/indexes/b/browse", {"query": "phone", "typoTolerance": "strict"}, 200, {"nbHits": 2}),
        ("POST", "/1/indexes/b/browse", {"query": "phone", "typoTolerance": False}, 200, {"nbHits": 1}),
        ("PUT", "/1/indexes/b/settings", {"typoTolerance": "min"}, 200, {}),
        ("POST", "/1/indexes/b/browse", {"query": "phone"}, 200, {"nbHits": 2}),
        ("POST", "/1/indexes/b/query", {"query": "phone"}, 200, {"nbHits": 1}),
    ],
    "events that Insights refuses": [
        ("POST", "/1/events", {"events": [EVENT | change]}, 422, {"message": said, "status": 422})
        for change, said in (
            ({"eventType": None}, "EventType is required"),
            (
                {"eventType": "sneeze"},
                'EventType must be one of "click", "conversion", "view" or "instantsearch"',
            ),
            ({"eventName": None}, "EventName is required"),
            (
                {"eventName": "é"},
                "EventName must contain only visible ASCII characters, and be between 1 and 64 characters long",
            ),
            ({"index": None}, "The index field is required"),
            ({"userToken": None}, "The userToken field is required"),
            (
                {"userToken": "a b"},
                "UserToken must contain only alphanumeric, equal, plus, slash, hyphen, or underscore characters, "
                "and be between 1 and 128 characters long",
            ),
            ({"objectIDs": None}, "Event should specify either some ObjectIDs or some Filters"),
            ({"filters": ["a:b"]}, "Event should specify ObjectIDs or Filters, but not both"),
            (
                {"eventType": "view", "positions": [1]},
                "Only event of type click should specify the positions attribute",
            ),
            ({"queryID": None}, "Event of type click with positions should specify a queryID"),
            ({"positions": [0]}, "Event of type click may only have strictly positive positions"),
            ({"positions": [1, 2]}, "Event of type click should have the same number of ObjectIDs and Positions"),
            ({"queryID": "short"}, NO_QUERY_ID),
            ({"queryID": "message_" + "x" * 121}, NO_QUERY_ID),
        )
    ],
    "words of refusals, as clients and their users have reported them": [
        SAVED,
        ("PUT", SETTINGS, {"zadaz": "zadza"}, 400, {"message": f"{STRANGE}: zadaz near line:1 column:8"}),
        ("PUT", SETTINGS, {"settings": {}}, 400, {"message": f"{STRANGE}: settings near line:1 column:11"}),
        (
            "PUT", SETTINGS, {"attributesToIndex": ["t"], "searchableAttributes": ["t"]}, 400,
            {
                "message": 'You cannot specify "attributesToIndex" and "searchableAttributes" at the same time. '
                '"attributesToIndex" is deprecated you should only use "searchableAttributes"'
            },
        ),
        (
            "POST", BATCH,
            {"requests": [{"action": "clear"}, {"action": "updateObject", "body": {}}]},
            400,
            {
                "message": "The 'objectID' attribute is required to use action=updateObject "
                "near line:1 column:67"
            },
        ),
        (
            "POST", BATCH, {"requests": [{"action": "addObject", "body": {}, "createIfNotExists": False}]}, 400,
            {"message": f"{STRANGE}: createIfNotExists near line:1 column:64"},
        ),
        (
            "POST", BATCH,
            {
                "requests": [
                    {"action": "addObject", "body": body} for body in (FIRST, {"objectID": "big", "t": "x" * 100_000})
                ]
            },
            400,
            {
                "position": 1, "objectID": "big", "status": 400,
                "message": "Record at the position 1 objectID=big is too big size=100025/100000 bytes. "
                "Please have a look at https://www.algolia.com/doc/guides/sending-and-managing-data/prepare-your-data/in-depth/"
                "index-and-records-size-and-usage-limitations/#record-size-limits",
            },
        ),
        (
            "POST", "/1/indexes/b/rules/batch",
            [{"objectID": "r", "consequence": BANNER}, {"objectID": "s", "consequence": {}}], 400,
            {"message": "A rule must have at least one consequence (`consequence.*`) (in `[1]`)"},
        ),
        (
            "POST", "/1/indexes/b/facets/t/query", {"maxFacetHits": 1000}, 400,
            {"message": 'Invalid value for "maxFacetHits" parameter, expected integer between 1 and 100'},
        ),
        (
            "POST", "/1/indexes/b/query", {"query": "x" * 513}, 400,
            {"message": 'Invalid value for "query" parameter, expected string shorter than 512 bytes'},
        ),
        (
            "GET", "/1/nonsense", None, 404,
            {
                "message": "Path not supported by Algolia REST API. Please have a look at "
                "http://www.algolia.com/doc/rest_api for the list of valid commands"
            },
        ),
    ],
    "what is refused": [
        SAVED,
        ("POST", "/1/indexes/b/browse", {"cursor": "nonsense"}, 400, {}),
        ("POST", "/1/indexes/b/deleteByQuery", {}, 400, {}),
        ("POST", "/1/indexes/b/deleteByQuery", {"filters": "n > 100"}, 200, UPDATED),
        ("POST", "/1/indexes/b/facets/t/query", {"facetQuery": "a"}, 400, {}),
        ("POST", "/1/indexes/*/recommendations", {"requests": [RECOMMENDATION | {"threshold": 0}]}, 200, {}),
        ("POST", "/1/indexes/*/recommendations", {"requests": [RECOMMENDATION]}, 400, {}),
        ("POST", "/1/keys", {"acl": ["fly"]}, 400, {}),
        ("GET", "/1/nonsense", None, 404, {}),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[AlgoliaMock]:
    with AlgoliaMock() as made:
        yield made


@pytest.mark.parametrize("name", TABLES)
def test_answers_each_as_documented(server: AlgoliaMock, name: str) -> None:
    server.reset()
    for row in TABLES[name]:
        method, path, body, status, expected = row
        found_status, found = ask(server, method, path, body)
        assert found_status == status, (row, found)
        assert holds(found, expected), (row, found)
