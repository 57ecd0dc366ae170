"""Why a hit stands where it does: the row of the tie-break that decided against its neighbour, and no other."""

from __future__ import annotations

from typing import Any

import pytest

from services.mock_algolia import AlgoliaMock
from tests.support.algolia_http import Http

SETTINGS = {
    "searchableAttributes": ["title", "about"],
    "customRanking": ["desc(likes)"],
    "attributeForDistinct": "brand",
}
RECORDS: list[dict[str, Any]] = [
    {"objectID": "likes", "title": "red shoe", "likes": 9, "brand": "x"},
    {"objectID": "few", "title": "red shoe", "likes": 1, "brand": "x"},
    {"objectID": "tie", "title": "red shoe", "likes": 1},
    {"objectID": "far", "title": "red old shoe", "likes": 99},
    {"objectID": "typo", "title": "red shooe", "likes": 99},
]


def explained(http: Http, **params: Any) -> list[dict[str, Any]]:
    status, answer = http("POST", "/_mock/indexes/products/explain", params)
    assert status == 200, answer
    hits: list[dict[str, Any]] = answer["hits"]
    return hits


@pytest.fixture
def products(algolia: AlgoliaMock) -> AlgoliaMock:
    algolia.seed("products", RECORDS, SETTINGS)
    return algolia


def test_names_the_row_that_decided(products: AlgoliaMock, http: Http) -> None:
    hits = explained(http, query="red shoe")

    assert [(hit["objectID"], hit["_because"]["decidedBy"]) for hit in hits] == [
        ("likes", "desc(likes)"), ("few", "arrival"), ("tie", "proximity"), ("far", "typo"), ("typo", None),
    ]  # fmt: skip


def test_shows_what_each_criterion_saw_of_both(products: AlgoliaMock, http: Http) -> None:
    rows = {row["criterion"]: row for row in explained(http, query="red shoe")[0]["_because"]["rows"]}

    assert list(rows) == ["typo", "words", "proximity", "attribute", "exact", "desc(likes)", "arrival"]
    assert (rows["desc(likes)"]["value"], rows["desc(likes)"]["next"]) == (9, 1)
    assert (rows["words"]["value"], rows["proximity"]["value"]) == (2, 1)


def test_answers_as_the_search_does(products: AlgoliaMock, http: Http) -> None:
    params = {"query": "red shoe", "getRankingInfo": True, "distinct": 2, "hitsPerPage": 2}
    hits = explained(http, **params)
    asked = http("POST", "/1/indexes/products/query", params)[1]["hits"]

    assert [{name: value for name, value in hit.items() if name != "_because"} for hit in hits] == asked
    assert [hit["_because"]["place"] for hit in hits] == ["", "group", ""]


def test_says_that_a_rule_put_it_there(products: AlgoliaMock, http: Http) -> None:
    rule = {"objectID": "r", "consequence": {"promote": [{"objectID": "typo", "position": 0}]}}
    assert http("PUT", "/1/indexes/products/rules/r", rule)[0] == 200

    first = explained(http, query="red")[0]

    assert (first["objectID"], first["_because"]["place"], first["_because"]["decidedBy"]) == ("typo", "rule", None)


def test_is_the_admins_alone_and_no_other_sites(products: AlgoliaMock, http: Http) -> None:
    path = "/_mock/indexes/products/explain"
    for headers in ({"x-algolia-api-key": "search"}, {"origin": "http://elsewhere.example"}, {"host": "evil.example"}):
        assert http("POST", path, {"query": ""}, headers=headers)[0] == 403
    assert http("POST", "/_mock/indexes/nowhere/explain", {})[0] == 404
