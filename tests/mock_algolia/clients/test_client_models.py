"""Requests made at random from the official client's own models: no 5xx, no HTML, whatever they may hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from algoliasearch.insights.models import InsightsEvents
from algoliasearch.recommend.models import RecommendRule, RecommendSearchParams, SearchRecommendRulesParams
from algoliasearch.search.models import (
    ApiKey,
    BatchDictionaryEntriesParams,
    BatchParams,
    BatchWriteParams,
    BrowseParamsObject,
    DeleteByParams,
    DictionarySettingsParams,
    GetObjectsParams,
    IndexSettings,
    OperationIndexParams,
    Rule,
    SearchDictionaryEntriesParams,
    SearchForFacets,
    SearchForFacetValuesRequest,
    SearchForHits,
    SearchParamsObject,
    SearchRulesParams,
    SearchSynonymsParams,
    Source,
    SynonymHit,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from services.mock_algolia import AlgoliaMock
from tests.mock_algolia.clients.from_schema import values
from tests.support.algolia_http import Http

ROUTES: list[tuple[str, str, type[BaseModel]]] = [
    ("POST", "/1/indexes/courses/query", SearchParamsObject),
    ("POST", "/1/indexes/courses/browse", BrowseParamsObject),
    ("POST", "/1/indexes/courses/deleteByQuery", DeleteByParams),
    ("POST", "/1/indexes/courses/facets/level/query", SearchForFacetValuesRequest),
    ("POST", "/1/indexes/courses/batch", BatchWriteParams),
    ("POST", "/1/indexes/*/batch", BatchParams),
    ("POST", "/1/indexes/*/objects", GetObjectsParams),
    ("PUT", "/1/indexes/other/settings", IndexSettings),
    ("PUT", "/1/indexes/other/rules/r", Rule),
    ("POST", "/1/indexes/other/rules/search", SearchRulesParams),
    ("PUT", "/1/indexes/other/synonyms/s", SynonymHit),
    ("POST", "/1/indexes/other/synonyms/search", SearchSynonymsParams),
    ("POST", "/1/indexes/other/operation", OperationIndexParams),
    ("POST", "/1/keys", ApiKey),
    ("POST", "/1/dictionaries/plurals/batch", BatchDictionaryEntriesParams),
    ("POST", "/1/dictionaries/plurals/search", SearchDictionaryEntriesParams),
    ("PUT", "/1/dictionaries/*/settings", DictionarySettingsParams),
    ("POST", "/1/security/sources/append", Source),
    ("POST", "/1/indexes/courses/related-products/recommend/rules/search", SearchRecommendRulesParams),
    ("POST", "/1/events", InsightsEvents),
]


@pytest.fixture(scope="module")
def http() -> Iterator[Http]:
    with AlgoliaMock() as algolia:
        made = Http(algolia)
        made("PUT", "/1/indexes/courses/settings", {"attributesForFaceting": ["searchable(level)"]})
        algolia.seed("courses", [{"objectID": str(n), "title": f"course {n}", "level": n % 3} for n in range(20)])
        algolia.seed("other", [{"objectID": "1", "title": "x"}])
        yield made
        made.close()


def strategy(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    schema = model.model_json_schema(by_alias=True)
    return values(schema, schema)


@pytest.mark.parametrize(("method", "path", "model"), ROUTES, ids=lambda one: getattr(one, "__name__", None))
def test_a_model_of_the_client_never_breaks_the_server(
    http: Http, method: str, path: str, model: type[BaseModel]
) -> None:
    statuses: set[int] = set()

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(strategy(model))
    def send(body: Any) -> None:
        statuses.add(http(method, path, body)[0])
        statuses.add(http("POST", "/1/indexes/other/query", {"query": "course a title"})[0])

    send()

    assert max(statuses) < 500


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(strategy(SearchForHits), strategy(SearchForFacets)), max_size=3))
def test_many_queries_never_break_the_server(http: Http, requests: list[Any]) -> None:
    named = [{**request, "indexName": "courses"} for request in requests]

    assert http("POST", "/1/indexes/*/queries", {"requests": named})[0] < 500


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    model=st.sampled_from(
        ["related-products", "bought-together", "looking-similar", "trending-items", "trending-facets"]
    ),
    params=strategy(RecommendSearchParams),
    rule=strategy(RecommendRule),
)
def test_recommend_requests_never_break_the_server(http: Http, model: str, params: Any, rule: Any) -> None:
    request = {"indexName": "courses", "model": model, "threshold": 0, "objectID": "1", "facetName": "level"}

    http("POST", f"/1/indexes/courses/{model}/recommend/rules/batch", [rule])

    assert http("POST", "/1/indexes/*/recommendations", {"requests": [{**request, "queryParameters": params}]})[0] < 500
