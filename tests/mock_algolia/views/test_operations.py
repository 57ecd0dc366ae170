"""Every operation of the official clients answers as documented; nothing they can send breaks the server."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import urllib3
from algoliasearch.http.exceptions import RequestException
from algoliasearch.insights.client import InsightsClientSync
from algoliasearch.insights.config import InsightsConfig
from algoliasearch.recommend.client import RecommendClientSync
from algoliasearch.recommend.config import RecommendConfig
from algoliasearch.search.client import SearchClientSync

from services.mock_algolia import AlgoliaMock

SYNONYM = {"objectID": "s", "type": "synonym", "synonyms": ["a", "b"]}
RULE = {"objectID": "r", "conditions": [{"pattern": "x", "anchoring": "is"}], "consequence": {"params": {"query": "y"}}}
ENTRY = {"objectID": "e", "language": "en", "word": "down"}
RECOMMEND_RULE = {"objectID": "rr", "condition": {}, "consequence": {"hide": [{"objectID": "2"}]}}
EVENT = {"eventType": "click", "eventName": "Opened", "index": "courses", "userToken": "u", "objectIDs": ["1"]}
CLUSTERS = "Multi-cluster management is not available"

# One call for each operation: arguments, and what its answer must hold (or the refusal).
OPERATIONS: dict[str, tuple[tuple[Any, ...], Any]] = {
    "add_api_key": (({"acl": ["search"]},), {"key", "createdAt"}),
    "add_or_update_object": (("courses", "1", {"t": "x"}), {"taskID", "updatedAt", "objectID"}),
    "append_source": (({"source": "127.0.0.1/32"},), {"createdAt"}),
    "assign_user_id": (("u", {"cluster": "c"}), CLUSTERS),
    "batch": (("courses", {"requests": [{"action": "addObject", "body": {"a": 1}}]}), {"taskID", "objectIDs"}),
    "batch_assign_user_ids": (("u", {"cluster": "c", "users": ["a"]}), CLUSTERS),
    "batch_dictionary_entries": (
        ("stopwords", {"requests": [{"action": "addEntry", "body": ENTRY}]}),
        {"taskID", "updatedAt"},
    ),
    "browse": (("courses", {}), {"hits", "nbHits", "page", "nbPages", "hitsPerPage", "query", "params"}),
    "clear_objects": (("courses",), {"taskID", "updatedAt"}),
    "clear_rules": (("courses",), {"taskID", "updatedAt"}),
    "clear_synonyms": (("courses",), {"taskID", "updatedAt"}),
    "custom_delete": (("1/indexes/gone",), {"taskID", "deletedAt"}),
    "custom_get": (("1/indexes",), {"items"}),
    "custom_post": (("1/indexes/courses/query", None, {"query": ""}), {"hits"}),
    "custom_put": (("1/indexes/courses/settings", None, {"hitsPerPage": 5}), {"taskID"}),
    "delete_api_key": (("{key}",), {"deletedAt"}),
    "delete_by": (("courses", {"numericFilters": ["n > 5"]}), {"taskID", "updatedAt"}),
    "delete_index": (("courses",), {"taskID", "deletedAt"}),
    "delete_object": (("courses", "1"), {"taskID", "deletedAt"}),
    "delete_rule": (("courses", "r"), {"taskID", "updatedAt"}),
    "delete_source": (("10.0.0.0/8",), {"deletedAt"}),
    "delete_synonym": (("courses", "s"), {"taskID", "deletedAt"}),
    "get_api_key": (("{key}",), {"value", "createdAt", "acl"}),
    "get_app_task": ((1,), {"status"}),
    "get_dictionary_languages": ((), {"en", "fr", "de"}),
    "get_dictionary_settings": ((), {"disableStandardEntries"}),
    "get_logs": ((), {"logs"}),
    "get_object": (("courses", "1"), {"objectID", "t"}),
    "get_objects": (({"requests": [{"indexName": "courses", "objectID": "1"}]},), {"results"}),
    "get_rule": (("courses", "r"), {"objectID", "consequence"}),
    "get_settings": (("courses",), {"hitsPerPage", "ranking", "attributesForFaceting"}),
    "get_sources": ((), [{"source": "10.0.0.0/8", "description": ""}]),
    "get_synonym": (("courses", "s"), {"objectID", "type", "synonyms"}),
    "get_task": (("courses", 1), {"status"}),
    "get_top_user_ids": ((), CLUSTERS),
    "get_user_id": (("u",), CLUSTERS),
    "has_pending_mappings": ((), CLUSTERS),
    "list_api_keys": ((), {"keys"}),
    "list_clusters": ((), CLUSTERS),
    "list_indices": ((), {"items", "nbPages"}),
    "list_user_ids": ((), CLUSTERS),
    "multiple_batch": (
        ({"requests": [{"action": "addObject", "indexName": "courses", "body": {"a": 1}}]},),
        {"taskID", "objectIDs"},
    ),
    "operation_index": (("courses", {"operation": "copy", "destination": "copy"}), {"taskID", "updatedAt"}),
    "partial_update_object": (
        ("courses", "1", {"n": {"_operation": "Increment", "value": 1}}),
        {"taskID", "updatedAt", "objectID"},
    ),
    "remove_user_id": (("u",), CLUSTERS),
    "replace_sources": (([{"source": "127.0.0.0/8"}],), {"updatedAt"}),
    "restore_api_key": (("{deleted}",), {"key", "createdAt"}),
    "save_object": (("courses", {"t": "x"}), {"taskID", "createdAt", "objectID"}),
    "save_rule": (("courses", "r", RULE), {"taskID", "updatedAt"}),
    "save_rules": (("courses", [RULE]), {"taskID", "updatedAt"}),
    "save_synonym": (("courses", "s", SYNONYM), {"taskID", "updatedAt", "id"}),
    "save_synonyms": (("courses", [SYNONYM]), {"taskID", "updatedAt"}),
    "search": (({"requests": [{"indexName": "courses"}]},), {"results"}),
    "search_dictionary_entries": (("stopwords", {"query": "down"}), {"hits", "nbHits", "page", "nbPages"}),
    "search_for_facet_values": (("courses", "t"), {"facetHits", "exhaustiveFacetsCount", "processingTimeMS"}),
    "search_rules": (("courses",), {"hits", "nbHits", "page", "nbPages"}),
    "search_single_index": (
        ("courses", {"query": "x"}),
        {"hits", "nbHits", "page", "nbPages", "hitsPerPage", "exhaustiveNbHits", "query", "params", "processingTimeMS"},
    ),
    "search_synonyms": (("courses",), {"hits", "nbHits"}),
    "search_user_ids": (({"query": "u"},), CLUSTERS),
    "set_dictionary_settings": (({"disableStandardEntries": {"stopwords": {"en": True}}},), {"taskID", "updatedAt"}),
    "set_settings": (("courses", {"hitsPerPage": 5}), {"taskID", "updatedAt"}),
    "update_api_key": (("{key}", {"acl": ["search"]}), {"key", "updatedAt"}),
}  # fmt: skip


def operations_of(client: type) -> set[str]:
    suffix = "_with_http_info"
    return {name.removesuffix(suffix) for name, _ in inspect.getmembers(client) if name.endswith(suffix)}


def test_the_table_holds_every_operation_of_the_client() -> None:
    assert set(OPERATIONS) == operations_of(SearchClientSync)


@pytest.mark.filterwarnings("ignore:.*clusters.* is deprecated:DeprecationWarning")  # they are; they are called here
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_answers_as_documented(client: SearchClientSync, name: str) -> None:
    client.set_settings("courses", {"attributesForFaceting": ["searchable(t)"]})
    client.save_objects("courses", [{"objectID": "1", "t": "x", "n": 1}, {"objectID": "2", "t": "y", "n": 9}])
    client.save_rules("courses", [RULE])
    client.save_synonyms("courses", [SYNONYM])
    client.append_source({"source": "10.0.0.0/8"})
    names = {"{key}": client.add_api_key({"acl": ["search"]}).key, "{deleted}": client.add_api_key({"acl": []}).key}
    client.delete_api_key(names["{deleted}"])
    arguments, expected = OPERATIONS[name]
    given = [names.get(argument, argument) if isinstance(argument, str) else argument for argument in arguments]
    raw = getattr(client, f"{name}_with_http_info")
    typed = getattr(client, name)

    if isinstance(expected, str):
        with pytest.raises(RequestException, match=expected) as refused:
            raw(*given)
        assert refused.value.status_code == 400
        return
    response = raw(*given)
    assert response.status_code == (201 if name == "save_object" else 200)  # by the specification, of August 2026
    answer = orjson.loads(response.raw_data)
    if isinstance(expected, list):
        assert answer == expected
    else:
        assert expected <= set(answer), answer
    if name not in {"delete_api_key", "delete_source", "restore_api_key"}:
        typed(*given)  # the client's own models read it too


@pytest.fixture
def recommend(algolia: AlgoliaMock) -> Iterator[RecommendClientSync]:
    config = RecommendConfig(algolia.app_id, algolia.admin_key)
    config.hosts = algolia.client_config().hosts
    with RecommendClientSync.create_with_config(config) as made:
        yield made


@pytest.fixture
def insights(algolia: AlgoliaMock) -> Iterator[InsightsClientSync]:
    config = InsightsConfig(algolia.app_id, algolia.admin_key, "us")
    config.hosts = algolia.client_config().hosts
    with InsightsClientSync.create_with_config(config) as made:
        yield made


def event(user: str, *items: str, kind: str = "conversion", **more: Any) -> dict[str, Any]:
    return {
        "eventType": kind,
        "eventName": "Enrolled",
        "index": "courses",
        "userToken": user,
        "objectIDs": list(items),
        **more,
    }


@pytest.fixture
def taught(client: SearchClientSync, insights: InsightsClientSync) -> SearchClientSync:
    client.set_settings("courses", {"attributesForFaceting": ["level", "topic"], "searchableAttributes": ["title"]})
    client.save_objects(
        "courses",
        [
            {"objectID": "algebra", "title": "Linear algebra for engineers", "level": "1", "topic": ["maths"]},
            {"objectID": "matrices", "title": "Matrices and linear algebra", "level": "2", "topic": ["maths"]},
            {"objectID": "poetry", "title": "Poetry of the sea", "level": "1", "topic": ["arts"]},
            {"objectID": "biology", "title": "Cell biology", "level": "1", "topic": ["science"]},
        ],
    )
    insights.push_events(
        {
            "events": [
                event("ann", "algebra", "matrices"),
                event("bob", "algebra", "matrices"),
                event("cem", "algebra", "poetry"),
                event("dee", "biology", kind="click"),
                event("ann", "biology", kind="click"),
            ]
        }
    )
    return client


def recommended(recommend: RecommendClientSync, **request: Any) -> dict[str, float]:
    asked = {"indexName": "courses", "threshold": 0, **request}
    result = recommend.get_recommendations({"requests": [asked]}).results[0]
    return {hit.actual_instance.object_id: hit.actual_instance.score for hit in result.hits}


def test_recommends_from_what_learners_did(taught: SearchClientSync, recommend: RecommendClientSync) -> None:
    assert recommended(recommend, model="bought-together", objectID="algebra") == {"matrices": 66.67, "poetry": 33.33}
    related = recommended(recommend, model="related-products", objectID="algebra")
    assert list(related) == ["matrices", "poetry", "biology"]
    trending = recommended(recommend, model="trending-items")
    assert next(iter(trending)) == "algebra"
    assert trending["algebra"] == 100
    assert list(recommended(recommend, model="trending-items", facetName="topic", facetValue="science")) == ["biology"]


def test_recommends_what_reads_alike(taught: SearchClientSync, recommend: RecommendClientSync) -> None:
    similar = recommended(recommend, model="looking-similar", objectID="algebra")

    assert next(iter(similar)) == "matrices"
    assert 0 < similar["matrices"] <= 100
    assert "algebra" not in similar


def test_recommends_what_means_alike_where_the_index_has_vectors(
    taught: SearchClientSync, recommend: RecommendClientSync
) -> None:
    taught.set_settings("courses", {"mode": "neuralSearch"})
    taught.save_object("courses", {"objectID": "verse", "title": "Verse and rhyme"})

    similar = recommended(recommend, model="looking-similar", objectID="verse")

    assert next(iter(similar)) == "poetry"


def test_recommendations_keep_threshold_number_and_filters(
    taught: SearchClientSync, recommend: RecommendClientSync
) -> None:
    ask = {"model": "bought-together", "objectID": "algebra"}

    assert list(recommended(recommend, **ask, threshold=50)) == ["matrices"]
    assert list(recommended(recommend, **ask, maxRecommendations=1)) == ["matrices"]
    assert list(recommended(recommend, **ask, queryParameters={"filters": "level:1"})) == ["poetry"]
    filled = recommended(
        recommend, **ask, threshold=50, maxRecommendations=2, fallbackParameters={"filters": "topic:science"}
    )
    assert list(filled) == ["matrices", "biology"]


def test_recommends_trending_facets(taught: SearchClientSync, recommend: RecommendClientSync) -> None:
    asked = {"indexName": "courses", "threshold": 0, "model": "trending-facets", "facetName": "topic"}

    hits = recommend.get_recommendations({"requests": [asked]}).results[0].hits

    assert [hit.actual_instance.facet_value for hit in hits] == ["maths", "arts", "science"]
    assert hits[0].actual_instance.score == 100


def test_recommend_rules_hide_and_promote(taught: SearchClientSync, recommend: RecommendClientSync) -> None:
    rule = {
        "objectID": "rr",
        "condition": {"filters": "topic:maths"},
        "consequence": {"hide": [{"objectID": "matrices"}], "promote": [{"objectID": "biology", "position": 0}]},
    }
    task = recommend.batch_recommend_rules("courses", "bought-together", [rule])
    assert recommend.get_recommend_status("courses", "bought-together", task.task_id).status == "published"
    assert recommend.get_recommend_rule("courses", "bought-together", "rr").object_id == "rr"
    assert recommend.search_recommend_rules("courses", "bought-together").nb_hits == 1

    found = recommended(recommend, model="bought-together", objectID="algebra")

    assert "matrices" not in found
    recommend.delete_recommend_rule("courses", "bought-together", "rr")
    assert "matrices" in recommended(recommend, model="bought-together", objectID="algebra")


@pytest.mark.parametrize(
    "bad",
    [
        {"eventType": "sneeze"},
        {"eventName": ""},
        {"eventName": "x" * 65},
        {"index": ""},
        {"userToken": "a b"},
        {"userToken": "x" * 130},
        {"objectIDs": []},
        {"objectIDs": [str(n) for n in range(21)]},
        {"objectIDs": None, "filters": None},
        {"filters": ["a:b"]},
        {"queryID": "short"},
        {"positions": [1]},
        {"timestamp": "yesterday"},
        {"eventSubtype": "gift"},
    ],
)
def test_events_are_checked(insights: InsightsClientSync, bad: dict[str, Any]) -> None:
    with pytest.raises(RequestException) as refused:
        insights.push_events({"events": [event("u", "1") | bad]})

    assert refused.value.status_code == 422


def test_a_users_events_are_forgotten_on_demand(
    taught: SearchClientSync, recommend: RecommendClientSync, insights: InsightsClientSync
) -> None:
    for user in ("ann", "bob"):  # without the typed form, which cannot read any answer in client 4.48
        insights.delete_user_token_with_http_info(user)

    assert recommended(recommend, model="bought-together", objectID="algebra") == {"poetry": 100.0}


def test_logs_show_requests_without_keys(client: SearchClientSync) -> None:
    client.save_object("courses", {"objectID": "1"})
    client.search_single_index("courses", {"query": "x"})

    logs = client.get_logs(length=10).logs

    assert [log.url.partition("?")[0] for log in logs] == ["/1/indexes/courses/query", "/1/indexes/courses"]
    assert all("admin" not in log.query_headers for log in logs)
    assert [log.index for log in client.get_logs(index_name="courses", type="query").logs] == ["courses"]
    assert client.get_logs(type="error").logs == []


def test_custom_stop_words_change_searches(client: SearchClientSync) -> None:
    client.set_settings("courses", {"removeStopWords": ["en"], "queryLanguages": ["en"]})
    client.save_object("courses", {"objectID": "1", "t": "algebra"})
    assert client.search_single_index("courses", {"query": "foobar algebra"}).nb_hits == 0

    client.batch_dictionary_entries(
        "stopwords",
        {"requests": [{"action": "addEntry", "body": {"objectID": "f", "language": "en", "word": "foobar"}}]},
    )

    assert client.search_single_index("courses", {"query": "foobar algebra"}).nb_hits == 1
    assert client.get_dictionary_languages()["en"].stopwords.nb_custom_entries == 1
    assert client.search_dictionary_entries("stopwords", {"query": "foobar"}).hits[0].object_id == "f"


def test_what_cannot_work_here_says_so(client: SearchClientSync) -> None:
    for path, reason in (
        ("2/abtests", "A/B testing"),
        ("2/searches", "Analytics"),
        ("1/strategies/personalization", "Personalization"),
    ):
        with pytest.raises(RequestException, match=reason) as refused:
            client.custom_get(path)
        assert refused.value.status_code == 400


def test_browsers_may_call_from_any_page(algolia: AlgoliaMock) -> None:
    asked = urllib3.request(
        "OPTIONS",
        f"{algolia.url}/1/indexes/*/queries?x-algolia-application-id=mock",
        headers={"origin": "https://shop.example", "access-control-request-method": "POST"},
    )
    refused = urllib3.request("POST", f"{algolia.url}/1/indexes/*/queries", body=b"{}")

    assert asked.status == 200
    for answer in (asked, refused):
        assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert "x-algolia-api-key" in asked.headers["access-control-allow-headers"]
    assert (refused.status, refused.json()["message"]) == (403, "Invalid Application-ID or API key")


def test_each_answer_has_a_name_that_ends_in_the_callers(algolia: AlgoliaMock) -> None:
    def name(request_id: str) -> str:
        headers = {"request-id": request_id} if request_id else {}
        answer = urllib3.request("POST", f"{algolia.url}/1/indexes/*/queries", body=b"{}", headers=headers)
        return str(answer.headers["correlation-id"])

    own, other, malformed = name("abcDEF12345"), name(""), name("too-short")

    assert own.endswith("abcDEF12345")
    assert len(own) == len(other) + 11 == len(malformed) + 11
    assert other != malformed


def test_a_search_with_click_analytics_gets_an_id_that_events_may_name(
    taught: SearchClientSync, insights: InsightsClientSync
) -> None:
    answer = taught.search_single_index("courses", {"query": "algebra", "clickAnalytics": True})
    assert answer.query_id

    click = event("ann", "algebra", kind="click", queryID=answer.query_id, positions=[1])

    assert insights.push_events({"events": [click]}).status == 200
