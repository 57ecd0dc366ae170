"""What an endpoint does not document is refused there, never ignored; what one request may ask is bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.algolia_http import Http

SEARCH_ONLY = {
    "query": "drop", "hitsPerPage": 1, "page": 0, "offset": 0, "length": 1, "distinct": True,
    "optionalFilters": ["t:a"], "attributesToRetrieve": ["t"], "facets": ["t"], "enableRules": False,
    "ranking": ["custom"],
}  # fmt: skip


@pytest.mark.parametrize("name", SEARCH_ONLY)
@pytest.mark.parametrize("encoded", [False, True], ids=["in the body", "in params"])
def test_deleting_by_filters_takes_nothing_but_filters(http: Http, name: str, encoded: bool) -> None:
    http("PUT", "/1/indexes/i/settings", {"attributesForFaceting": ["t"]})
    http("PUT", "/1/indexes/i/1", {"t": "a"})
    asked = {"filters": "t:a", name: SEARCH_ONLY[name]}

    status, answer = http("POST", "/1/indexes/i/deleteByQuery", {"params": asked} if encoded else asked)

    assert (status, answer["message"]) == (400, f"DeleteByQuery endpoint does not support {name}")
    assert http("GET", "/1/indexes/i/1")[0] == 200


def test_deleting_by_filters_knows_object_ids(http: Http) -> None:
    for object_id in ("1", "2"):
        http("PUT", f"/1/indexes/i/{object_id}", {"t": "a"})

    assert http("POST", "/1/indexes/i/deleteByQuery", {"filters": "NOT objectID:2"})[0] == 200
    assert [http("GET", f"/1/indexes/i/{object_id}")[0] for object_id in ("1", "2")] == [404, 200]


@pytest.mark.parametrize("path", ["/1/indexes/i/batch", "/1/indexes/*/batch"])
def test_a_batch_takes_no_fields_that_do_not_belong(http: Http, path: str) -> None:
    request = {"action": "partialUpdateObject", "indexName": "i", "body": {"objectID": "1"}, "createIfNotExists": False}

    status, answer = http("POST", path, {"requests": [request]})

    assert status == 400
    assert "Invalid object attributes" in answer["message"]


@pytest.mark.parametrize("path", ["/1/indexes/*/queries", "/1/indexes/i/queries", "/1/indexes/*/recommendations"])
def test_fifty_queries_are_answered_and_one_more_is_refused(http: Http, path: str) -> None:
    http("PUT", "/1/indexes/i/1", {"t": "a"})
    one: dict[str, Any] = {"indexName": "i", "query": "a"}
    if "recommendations" in path:
        one = {"indexName": "i", "model": "trending-items", "threshold": 0}

    status, answer = http("POST", path, {"requests": [one] * 50})
    assert (status, len(answer["results"])) == (200, 50)
    status, answer = http("POST", path, {"requests": [one] * 51})
    assert (status, answer["message"]) == (400, "Too many queries in multi query request")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8082"])
@pytest.mark.parametrize("path", ["/_mock/health", "/_mock/requests"])
def test_the_mocks_own_paths_answer_no_foreign_host(http: Http, path: str, host: str) -> None:
    assert http("GET", path, headers={"Host": host})[0] == 403
    assert http("GET", path)[0] == 200


def test_the_key_that_may_see_them_is_shown_unretrievable_attributes(http: Http) -> None:
    http("PUT", "/1/indexes/i/settings", {"unretrievableAttributes": ["s"]})
    http("PUT", "/1/indexes/i/1", {"t": "a", "s": "secret"})
    rights: dict[str, list[str]] = {"plain": ["search", "browse"]}
    rights["seeing"] = [*rights["plain"], "seeUnretrievableAttributes"]
    keys = {name: http("POST", "/1/keys", {"acl": acl})[1]["key"] for name, acl in rights.items()}

    for key, seen in ((None, True), (keys["seeing"], True), (keys["plain"], False)):
        found = http("POST", "/1/indexes/i/query", {"query": "a"}, key=key)[1]["hits"][0]
        assert ("s" in found) is seen
        assert ("s" in found["_highlightResult"]) is seen
        assert ("s" in http("POST", "/1/indexes/i/browse", {}, key=key)[1]["hits"][0]) is seen
        assert ("s" in http("GET", "/1/indexes/i/1", key=key)[1]) is seen


LONE = '["a:\\ud800"]'


@pytest.mark.parametrize("name", ["facetFilters", "optionalFilters", "numericFilters", "tagFilters", "facets"])
def test_a_lone_surrogate_inside_a_text_of_json_is_no_text(http: Http, name: str) -> None:
    http("PUT", "/1/indexes/i/1", {"t": "a"})
    assert http("POST", "/1/indexes/i/query", {name: LONE})[0] == 400
    assert http("POST", "/1/indexes/i/query", {"params": f"{name}=%5B%22a:%5Cud800%22%5D"})[0] == 400


UNDOCUMENTED: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/1/indexes/i/batch", {"requests": []}),
    ("POST", "/1/indexes/*/batch", {"requests": []}),
    ("POST", "/1/indexes/*/queries", {"requests": [{"indexName": "i"}], "strategy": "none"}),
    ("POST", "/1/indexes/i/queries", {"requests": []}),
    ("POST", "/1/indexes/*/objects", {"requests": []}),
    ("POST", "/1/indexes/i/clear", {}),
    ("POST", "/1/indexes/i/operation", {"operation": "copy", "destination": "j", "scope": ["rules"]}),
    ("POST", "/1/indexes/i/query", {"query": ""}),
    ("POST", "/1/indexes/i/browse", {"query": ""}),
    ("POST", "/1/indexes/i/facets/t/query", {"facetQuery": ""}),
    ("POST", "/1/indexes/i/rules/search", {"query": "", "anchoring": "is", "context": "c", "enabled": True}),
    ("POST", "/1/indexes/i/rules/clear", {}),
    ("POST", "/1/indexes/i/synonyms/search", {"query": "", "type": "synonym", "page": 0, "hitsPerPage": 3}),
    ("POST", "/1/indexes/i/synonyms/clear", {}),
    ("PUT", "/1/indexes/i/settings", {"hitsPerPage": 3}),
    ("POST", "/1/keys", {"acl": ["search"]}),
    ("PUT", "/1/dictionaries/*/settings", {"disableStandardEntries": {"plurals": {"fr": False}}}),
    ("POST", "/1/dictionaries/stopwords/batch", {"requests": [], "clearExistingDictionaryEntries": False}),
    ("POST", "/1/dictionaries/stopwords/search", {"query": "", "language": "en", "page": 0, "hitsPerPage": 3}),
    ("POST", "/1/indexes/*/recommendations", {"requests": []}),
]
"""Each operation with what it documents, in a body that it takes."""


@pytest.mark.parametrize(("method", "path", "body"), UNDOCUMENTED)
def test_an_operation_takes_what_it_documents_and_nothing_else(
    http: Http, method: str, path: str, body: dict[str, Any]
) -> None:
    http("PUT", "/1/indexes/i/settings", {"attributesForFaceting": ["searchable(t)"]})

    assert http(method, path, body)[0] in (200, 201), "what is documented is taken"
    status, answer = http(method, path, {**body, "noSuchField": 1})
    assert (status, "noSuchField" in answer["message"]) == (400, True), answer


def test_records_are_asked_for_by_nothing_else(http: Http) -> None:
    http("PUT", "/1/indexes/i/1", {"t": "a"})
    asked = {"indexName": "i", "objectID": "1", "attributesToRetrieve": ["t"]}

    assert http("POST", "/1/indexes/*/objects", {"requests": [asked]})[0] == 200
    assert http("POST", "/1/indexes/*/objects", {"requests": [{**asked, "filters": "t:a"}]})[0] == 400


def test_a_cursor_belongs_to_browsing(http: Http) -> None:
    http("PUT", "/1/indexes/i/1", {"t": "a"})
    assert http("POST", "/1/indexes/i/query", {"cursor": "x"})[1]["message"] == "Unknown parameter: cursor"


BROWSED: list[tuple[dict[str, Any], list[int] | None]] = [
    ({}, [0, 25]),
    ({"hitsPerPage": 10}, [0, 10]),
    ({"hitsPerPage": 10, "page": 2}, [20, 25]),
    ({"offset": 3, "length": 4}, [3, 7]),
    ({"offset": 3}, [3, 25]),
    ({"length": 4}, [0, 25]),
    ({"length": 4, "hitsPerPage": 10}, [0, 10]),
    ({"offset": 2, "page": 1, "hitsPerPage": 10}, [2, 25]),
    ({"offset": 30}, [25, 25]),
    ({"hitsPerPage": 0}, None),
    ({"hitsPerPage": 1001}, None),
    ({"length": 0}, None),
    ({"length": 1001}, None),
    ({"offset": -1}, None),
    ({"page": -1}, None),
    ({"cursor": "nonsense"}, None),
]
"""What a browse asks for, and from which to which of 25 records it is given; None: refused (documented bounds)."""


@pytest.mark.parametrize(("asked", "given"), BROWSED, ids=str)
def test_browsing_takes_pages_or_an_offset(http: Http, asked: dict[str, Any], given: list[int] | None) -> None:
    _fill(http)
    status, answer = http("POST", "/1/indexes/i/browse", asked)

    if given is None:
        assert status == 400
        return
    assert [hit["n"] for hit in answer["hits"]] == list(range(*given))
    rest = list(range(given[1], 25))
    while "cursor" in answer:  # whatever stands beside a cursor, the cursor says what comes next
        answer = http("POST", "/1/indexes/i/browse", {**asked, "cursor": answer["cursor"]})[1]
        numbers = [hit["n"] for hit in answer["hits"]]
        assert numbers == rest[: len(numbers)]
        del rest[: len(numbers)]
    assert rest == [], "the last page alone has no cursor"


def _fill(http: Http) -> None:
    http("PUT", "/1/indexes/i/settings", {"customRanking": ["asc(n)"]})
    requests = [{"action": "addObject", "body": {"objectID": str(n), "n": n}} for n in range(25)]
    http("POST", "/1/indexes/i/batch", {"requests": requests})


RULE: dict[str, Any] = {
    "objectID": "r",
    "conditions": [{"pattern": "a", "anchoring": "is", "alternatives": True, "context": "c", "filters": "t:a"}],
    "consequence": {
        "params": {
            "query": {"remove": ["b"], "edits": [{"type": "replace", "delete": "a", "insert": "c"}]},
            "automaticFacetFilters": [{"facet": "t", "score": 1, "disjunctive": True, "negative": False}],
            "hitsPerPage": 3,
        },
        "promote": [{"objectID": "1", "position": 0}],
        "hide": [{"objectID": "2"}],
        "redirect": {"indexName": "j"},
        "filterPromotes": True,
        "userData": {"anything": "goes"},
    },
    "validity": [{"from": 1, "until": 2}],
    "description": "d",
    "enabled": True,
    "tags": ["x"],
    "scope": "s",
    "_metadata": {"lastUpdate": 1599137775},
}
SYNONYMS: list[dict[str, Any]] = [
    {"objectID": "s", "type": "synonym", "synonyms": ["a", "b"]},
    {"objectID": "s", "type": "oneWaySynonym", "input": "a", "synonyms": ["b"]},
    {"objectID": "s", "type": "altCorrection1", "word": "a", "corrections": ["b"]},
    {"objectID": "s", "type": "placeholder", "placeholder": "<a>", "replacements": ["b"]},
]
FREE = {("consequence", "userData"), ("_metadata",)}


def _with_one_more(value: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give a value with an unknown field in each of its objects, one at a time."""
    if at in FREE:
        return
    if isinstance(value, dict):
        yield at, {**value, "noSuchField": 1}
        for name, inner in value.items():
            for where, changed in _with_one_more(inner, (*at, name)):
                yield where, {**value, name: changed}
    elif isinstance(value, list):
        for where, changed in _with_one_more(value[0], at) if value else ():
            yield where, [changed, *value[1:]]


@pytest.mark.parametrize("synonym", SYNONYMS, ids=lambda one: str(one["type"]))
def test_a_synonym_holds_nothing_but_what_is_documented(http: Http, synonym: dict[str, Any]) -> None:
    assert http("PUT", "/1/indexes/i/synonyms/s", synonym)[0] == 200
    assert http("POST", "/1/indexes/i/synonyms/batch", [{**synonym, "noSuchField": 1}])[0] == 400


def test_a_rule_holds_nothing_but_what_is_documented(http: Http) -> None:
    assert http("PUT", "/1/indexes/i/rules/r", RULE)[0] == 200

    changed = list(_with_one_more(RULE))
    assert len(changed) == 11
    for where, rule in changed:
        status, answer = http("POST", "/1/indexes/i/rules/batch", [rule])
        assert (status, "noSuchField" in answer["message"]) == (400, True), (where, answer)


@pytest.mark.parametrize(
    "wrong", [{"consequence": {}}, {"consequence": None}, {"objectID": "a b"}, {"objectID": "é"}], ids=str
)
def test_a_rule_does_something_and_has_a_plain_name(http: Http, wrong: dict[str, Any]) -> None:
    assert http("POST", "/1/indexes/i/rules/batch", [{**RULE, **wrong}])[0] == 400
