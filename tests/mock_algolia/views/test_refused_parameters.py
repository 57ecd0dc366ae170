"""What an endpoint does not document is refused there, never ignored; what one request may ask is bounded."""

from __future__ import annotations

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
