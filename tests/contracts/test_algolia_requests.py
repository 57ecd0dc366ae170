"""Every documented option of every request body is taken, and the official client's models read what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from algoliasearch.insights.models import EventsResponse
from algoliasearch.recommend.models import FallbackParams, GetRecommendationsResponse, RecommendRule
from algoliasearch.search.models import (
    AddApiKeyResponse,
    ApiKey,
    BrowseParamsObject,
    BrowseResponse,
    DeleteByParams,
    DictionaryEntry,
    GetApiKeyResponse,
    IndexSettings,
    Rule,
    SearchDictionaryEntriesResponse,
    SearchForFacetValuesResponse,
    SearchForHits,
    SearchParamsObject,
    SearchResponse,
    SearchResponses,
    SearchSynonymsResponse,
    SettingsResponse,
    SynonymHit,
)
from pydantic import BaseModel

from services.mock_algolia import AlgoliaMock
from tests.contracts.algolia import requests
from tests.support.algolia_http import Http

SEARCH = {**requests.SEARCH_ONLY, **requests.SETTING_OR_SEARCH}
SETTINGS = {**requests.SETTING_OR_SEARCH, **requests.SETTING_ONLY}
ENVELOPE = {"indexName", "type", "params", "extensions"}
COURSES = [
    {"objectID": "1", "title": "Linear algebra", "level": "Beginner", "price": 5, "author": "Ada", "_tags": ["new"]},
    {"objectID": "2", "title": "Algebra and geometry", "level": "Advanced", "price": 9, "author": "Emmy"},
    {"objectID": "3", "title": "Geometry", "level": "Beginner", "price": 12, "_geoloc": {"lat": 47.32, "lng": 4.97}},
]


@pytest.fixture(scope="module")
def http() -> Iterator[Http]:
    with AlgoliaMock() as algolia:
        algolia.seed(
            "options", COURSES, {"attributesForFaceting": ["searchable(level)"], "attributeForDistinct": "author"}
        )
        made = Http(algolia)
        yield made
        made.close()


def options(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def rows(table: dict[str, list[Any]]) -> list[Any]:
    return [
        pytest.param(name, value, id=f"{name}-{at}")
        for name, values in table.items()
        for at, value in enumerate(values)
    ]


def read(model: type[Any], answer: Any) -> Any:
    """What the client makes of an answer; the model refuses a missing field or one of the wrong type."""
    return model.from_json(orjson.dumps(answer).decode())


@pytest.mark.parametrize(
    ("model", "known"),
    [
        (SearchParamsObject, set(SEARCH)),
        (SearchForHits, set(SEARCH) | ENVELOPE),
        (BrowseParamsObject, {*SEARCH, "cursor"}),
        (IndexSettings, set(SETTINGS)),
        (DeleteByParams, set(SEARCH)),
        (FallbackParams, set(SEARCH) | set(SETTINGS)),
        (Rule, set(requests.RULE)),
        (SynonymHit, set().union(*requests.SYNONYMS)),
        (DictionaryEntry, {name for entries in requests.ENTRIES.values() for entry in entries for name in entry}),
        (ApiKey, set(requests.API_KEY)),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_the_table_holds_every_option_of_the_client(model: type[BaseModel], known: set[str]) -> None:
    assert options(model) <= known


@pytest.mark.parametrize(("name", "value"), rows(SEARCH))
def test_a_search_option_is_taken_in_every_form(http: Http, name: str, value: Any) -> None:
    encoded = urlencode({name: value if isinstance(value, str) else orjson.dumps(value).decode()})
    one = {"indexName": "options", name: value}

    status, flat = http("POST", "/1/indexes/options/query", {name: value})
    assert status == 200, flat
    read(SearchResponse, {**flat, "hits": flat.get("hits", [])} if name == "responseFields" else flat)
    ids = [hit["objectID"] for hit in flat["hits"]]
    for path, body in (
        ("/1/indexes/options/query", {"params": encoded}),
        ("/1/indexes/options/query", {"params": {name: value}}),
        ("/1/indexes/*/queries", {"requests": [one]}),
        ("/1/indexes/*/queries", {"requests": [{"indexName": "options", "params": encoded}]}),
    ):
        status, answer = http("POST", path, body)
        assert status == 200, answer
        result = answer["results"][0] if "results" in answer else answer
        assert [hit["objectID"] for hit in result["hits"]] == ids, (path, body)
    status, answer = http("GET", f"/1/indexes/options?{encoded}")
    assert (status, [hit["objectID"] for hit in answer.get("hits", [])]) == (200, ids), answer


def test_facet_queries_stand_beside_others(http: Http) -> None:
    facet = {"type": "facet", "facet": "level", "facetQuery": "beg", "maxFacetHits": 5}
    sent = [{"indexName": "options", **facet}, {"indexName": "options", "type": "default", "extensions": {}}]

    status, answer = http("POST", "/1/indexes/*/queries", {"requests": sent, "strategy": "none"})

    assert status == 200, answer
    read(SearchResponses, answer)
    assert answer["results"][0]["facetHits"][0]["value"] == "Beginner"


@pytest.mark.parametrize(("name", "value"), rows(SEARCH))
def test_browsing_and_facet_searches_take_the_options_of_searches(http: Http, name: str, value: Any) -> None:
    status, answer = http("POST", "/1/indexes/options/browse", {name: value})
    assert status == 200, answer
    read(BrowseResponse, answer)
    status, answer = http("POST", "/1/indexes/options/facets/level/query", {"params": urlencode({name: _text(value)})})
    assert status == 200, answer
    read(SearchForFacetValuesResponse, answer)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


@pytest.mark.parametrize(("name", "value"), rows(SETTINGS))
def test_a_setting_is_kept_as_it_was_sent(http: Http, name: str, value: Any) -> None:
    assert http("PUT", "/1/indexes/settings/settings", {name: value})[0] == 200
    status, answer = http("GET", "/1/indexes/settings/settings")
    assert (status, answer[name]) == (200, value)
    read(SettingsResponse, answer)
    assert http("POST", "/1/indexes/settings/query", {"query": "algebra"})[0] == 200
    assert http("PUT", "/1/indexes/settings/settings?forwardToReplicas=true", {name: None})[0] == 200


@pytest.mark.parametrize(("name", "value"), rows(requests.RULE))
def test_a_rule_is_kept_as_it_was_sent(http: Http, name: str, value: Any) -> None:
    rule = {"objectID": "r", "consequence": {"hide": [{"objectID": "9"}]}, name: value}

    assert http("PUT", "/1/indexes/options/rules/r?forwardToReplicas=true", rule)[0] == 200
    status, answer = http("GET", "/1/indexes/options/rules/r")

    assert (status, answer[name]) == (200, value)
    read(Rule, answer)
    asked = {"query": "cheap beginner", "ruleContexts": ["mobile"], "filters": "level:Beginner"}
    assert http("POST", "/1/indexes/options/query", asked)[0] == 200
    assert http("POST", "/1/indexes/options/rules/clear")[0] == 200


@pytest.mark.parametrize(("name", "value"), rows(SEARCH))
def test_a_rule_may_set_every_option_of_a_search(http: Http, name: str, value: Any) -> None:
    rule = {"objectID": "r", "consequence": {"params": {name: value}}}

    assert http("PUT", "/1/indexes/rules/rules/r", rule)[0] == 200
    status, answer = http("POST", "/1/indexes/rules/query", {"query": "algebra"})
    assert status == 200, answer


@pytest.mark.parametrize("synonym", requests.SYNONYMS, ids=lambda one: one["type"])
def test_a_synonym_is_kept_as_it_was_sent(http: Http, synonym: dict[str, Any]) -> None:
    path = f"/1/indexes/options/synonyms/{synonym['objectID']}"
    assert http("PUT", f"{path}?forwardToReplicas=true", synonym)[0] == 200
    status, answer = http("GET", path)
    assert (status, answer) == (200, synonym)
    read(SynonymHit, answer)
    status, found = http("POST", "/1/indexes/options/synonyms/search", {"type": synonym["type"].lower(), "query": ""})
    assert any(synonym.items() <= hit.items() for hit in found["hits"])
    read(SearchSynonymsResponse, found)


@pytest.mark.parametrize("dictionary", requests.ENTRIES)
def test_dictionary_entries_are_kept_as_they_were_sent(http: Http, dictionary: str) -> None:
    entries = requests.ENTRIES[dictionary]
    sent = [{"action": "addEntry", "body": entry} for entry in entries]
    body = {"clearExistingDictionaryEntries": True, "requests": sent}
    assert http("POST", f"/1/dictionaries/{dictionary}/batch", body)[0] == 200
    for entry in entries:
        asked = {"query": "", "language": entry["language"], "page": 0, "hitsPerPage": 1000}
        _, found = http("POST", f"/1/dictionaries/{dictionary}/search", asked)
        assert any(entry.items() <= hit.items() for hit in found["hits"]), found
        read(SearchDictionaryEntriesResponse, found)
    gone = [{"action": "deleteEntry", "body": {"objectID": entry["objectID"]}} for entry in entries]
    assert http("POST", f"/1/dictionaries/{dictionary}/batch", {"requests": gone})[0] == 200


@pytest.mark.parametrize(("name", "value"), rows(requests.API_KEY))
def test_an_api_key_is_kept_as_it_was_sent(http: Http, name: str, value: Any) -> None:
    status, made = http("POST", "/1/keys", {"acl": ["search"], name: value})
    assert status in (200, 201), made
    read(AddApiKeyResponse, made)
    status, answer = http("GET", f"/1/keys/{made['key']}")
    assert status == 200
    assert 0 < answer[name] <= value if name == "validity" else answer[name] == value
    read(GetApiKeyResponse, answer)


@pytest.mark.parametrize("event", requests.EVENTS, ids=lambda one: one["eventType"])
def test_an_event_is_taken(http: Http, event: dict[str, Any]) -> None:
    status, answer = http("POST", "/1/events", {"events": [event]})

    assert status == 200, answer
    read(EventsResponse, answer)


@pytest.mark.parametrize(("name", "value"), rows({**SEARCH, **requests.SETTING_ONLY}))
def test_recommendations_take_the_options_of_searches(http: Http, name: str, value: Any) -> None:
    asked = {"indexName": "options", "model": "related-products", "objectID": "1", "threshold": 0}

    for where in ("queryParameters", "fallbackParameters"):
        body = {"requests": [{**asked, "maxRecommendations": 2, where: {name: value}}]}
        status, answer = http("POST", "/1/indexes/*/recommendations", body)
        assert status == 200, answer
        read(GetRecommendationsResponse, answer)


def test_a_recommend_rule_is_kept_as_it_was_sent(http: Http) -> None:
    rule = {
        "objectID": "rr",
        "description": "hides",
        "enabled": True,
        "condition": {"filters": "level:Beginner", "context": "mobile"},
        "consequence": {
            "hide": [{"objectID": "2"}],
            "promote": [{"objectID": "3", "position": 0}],
            "params": {
                "automaticFacetFilters": [{"facet": "level", "negative": False}],
                "filters": "price < 100",
                "optionalFilters": ["level:Beginner"],
            },
        },
        "validity": [{"from": 1, "until": 4656670277}],
    }
    base = "/1/indexes/options/related-products/recommend/rules"
    assert http("POST", f"{base}/batch?clearExistingRules=true", [rule])[0] == 200
    status, answer = http("GET", f"{base}/rr")
    assert status == 200
    assert rule.items() <= answer.items()
    read(RecommendRule, answer)
    asked = {
        "query": "",
        "context": "mobile",
        "page": 0,
        "hitsPerPage": 5,
        "enabled": True,
        "filters": "",
        "facets": [],
    }
    assert http("POST", f"{base}/search", {**asked, "maxValuesPerFacet": 5})[1]["nbHits"] == 1
