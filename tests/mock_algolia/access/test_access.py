"""Keys: what each may do, what it forces on searches, when it stops working; and the limits on how often."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from algoliasearch.http.exceptions import RequestException
from algoliasearch.search.client import SearchClientSync

from services.mock_algolia import AlgoliaMock
from tests.support.algolia_http import Http


@pytest.fixture
def filled(client: SearchClientSync) -> SearchClientSync:
    client.set_settings("courses", {"attributesForFaceting": ["searchable(org)", "level"]})
    client.save_objects(
        "courses",
        [{"objectID": f"{org}{level}", "org": org, "level": level} for org in ("a", "b") for level in ("x", "y")],
    )
    client.save_object("private", {"objectID": "1"})
    return client


@pytest.fixture
def key(client: SearchClientSync) -> str:
    return client.add_api_key({"acl": ["search", "browse"]}).key


def found(http: Http, key: str, **params: Any) -> list[str]:
    status, answer = http("POST", "/1/indexes/courses/query", params, key=key)
    assert status == 200, answer
    return sorted(hit["objectID"] for hit in answer["hits"])


def refusal(http: Http, key: str, path: str = "/1/indexes/courses/query", body: Any = None) -> tuple[int, str]:
    status, answer = http("POST", path, body or {}, key=key)
    return status, answer.get("message", "")


def test_an_unknown_key_or_application_is_refused_in_algolias_words(http: Http, filled: SearchClientSync) -> None:
    expected = {"message": "Invalid Application-ID or API key", "status": 403}

    assert http("POST", "/1/indexes/courses/query", {}, key="wrong") == (403, expected)
    assert http("POST", "/1/indexes/courses/query", {}, headers={"x-algolia-application-id": "other"}) == (
        403,
        expected,
    )


def test_credentials_are_read_from_the_query_string_too(algolia: AlgoliaMock, filled: SearchClientSync) -> None:
    bare = Http(algolia)
    answer = bare._pool.request(
        "POST",
        f"{algolia.url}/1/indexes/courses/query?X-Algolia-Application-Id=mock&x-algolia-api-key=search&x-algolia-agent=x",
        body=b'{"query":""}',
        headers={"content-type": "text/plain"},
    )
    bare.close()

    assert answer.json()["nbHits"] == 4


def test_a_key_does_only_what_its_acl_says(http: Http, filled: SearchClientSync, key: str) -> None:
    assert found(http, key) == ["ax", "ay", "bx", "by"]
    for method, path, body in (
        ("PUT", "/1/indexes/courses/z", {}),
        ("DELETE", "/1/indexes/courses/ax", None),
        ("PUT", "/1/indexes/courses/settings", {}),
        ("GET", "/1/indexes/courses/settings", None),
        ("GET", "/1/indexes", None),
        ("GET", "/1/keys", None),
        ("GET", "/1/logs", None),
        ("POST", "/1/indexes/courses/clear", None),
        ("DELETE", "/1/indexes/courses", None),
        ("POST", "/_mock/reset", None),
    ):
        assert http(method, path, body, key=key) == (
            403,
            {"message": "Method not allowed with this API key", "status": 403},
        ), path


def test_keys_are_made_read_replaced_deleted_and_restored(algolia: AlgoliaMock, client: SearchClientSync) -> None:
    made = client.add_api_key({"acl": ["search"], "description": "mine", "maxHitsPerQuery": 5, "validity": 3600})
    client.wait_for_api_key(made.key, "add")
    assert client.get_api_key(made.key).description == "mine"
    with SearchClientSync.create_with_config(algolia.client_config(made.key)) as holder:
        assert holder.get_api_key(made.key).description == "<redacted>"
        with pytest.raises(RequestException, match="Method not allowed"):
            holder.get_api_key(algolia.search_key)

    client.update_api_key(made.key, {"acl": ["search", "browse"]})
    client.wait_for_api_key(made.key, "update", {"acl": ["search", "browse"]})
    assert client.get_api_key(made.key).description is None
    client.delete_api_key(made.key)
    client.wait_for_api_key(made.key, "delete")
    with pytest.raises(RequestException, match="Key does not exist"):
        client.get_api_key(made.key)
    client.restore_api_key(made.key)

    assert made.key in {one.value for one in client.list_api_keys().keys}


@pytest.mark.parametrize(
    "body", [{}, {"acl": "search"}, {"acl": ["fly"]}, {"acl": [], "validity": -1}, {"acl": [], "x": 1}]
)
def test_malformed_keys_are_refused(http: Http, body: Any) -> None:
    assert http("POST", "/1/keys", body)[0] == 400


def test_a_key_sees_only_its_indexes(http: Http, filled: SearchClientSync) -> None:
    key = filled.add_api_key({"acl": ["search", "listIndexes"], "indexes": ["cour*"]}).key

    assert len(found(http, key)) == 4
    assert refusal(http, key, "/1/indexes/private/query") == (403, "Index not allowed with this API key")
    many = {"requests": [{"indexName": "courses"}, {"indexName": "private"}]}
    assert refusal(http, key, "/1/indexes/*/queries", many)[0] == 403
    assert (
        refusal(http, key, "/1/indexes/*/objects", {"requests": [{"indexName": "private", "objectID": "1"}]})[0] == 403
    )
    assert [one["name"] for one in http("GET", "/1/indexes", key=key)[1]["items"]] == ["courses"]


def test_a_key_caps_hits_and_adds_its_own_parameters(http: Http, filled: SearchClientSync) -> None:
    acl = ["search", "browse"]
    key = filled.add_api_key({"acl": acl, "maxHitsPerQuery": 1, "queryParameters": "filters=org:a"}).key

    for asked in (
        {"hitsPerPage": 50},
        {"hitsPerPage": "50"},
        {"offset": 0, "length": 50},
        {"params": "hitsPerPage=50"},
    ):
        assert len(found(http, key, **asked)) == 1
    assert len(http("POST", "/1/indexes/courses/browse", {}, key=key)[1]["hits"]) == 1
    assert http("POST", "/1/indexes/courses/query", {"filters": "org:b"}, key=key)[1]["nbHits"] == 0


def test_a_key_expires() -> None:
    now = 1_000_000.0
    with AlgoliaMock(clock=lambda: now) as algolia:
        http = Http(algolia)
        key = http("POST", "/1/keys", {"acl": ["search"], "validity": 60})[1]["key"]
        assert http("GET", f"/1/keys/{key}", key=key)[0] == 200

        now += 61

        assert http("GET", f"/1/keys/{key}", key=key)[0] == 403
        http.close()


def test_a_key_is_limited_per_hour(http: Http, filled: SearchClientSync) -> None:
    key = filled.add_api_key({"acl": ["search"], "maxQueriesPerIPPerHour": 3}).key

    assert [refusal(http, key)[0] for _ in range(4)] == [200, 200, 200, 429]


def test_referers_are_checked(http: Http, filled: SearchClientSync) -> None:
    key = filled.add_api_key({"acl": ["search"], "referers": ["https://school.example/*"]}).key
    path = "/1/indexes/courses/query"

    assert http("POST", path, {}, key=key, headers={"referer": "https://school.example/a"})[0] == 200
    assert http("POST", path, {}, key=key, headers={"referer": "https://evil.example/"})[0] == 403
    assert http("POST", path, {}, key=key)[0] == 403


def secured(client: SearchClientSync, parent: str, **restrictions: Any) -> str:
    return client.generate_secured_api_key(parent, restrictions)


def test_a_secured_keys_filters_hold_whatever_is_asked(http: Http, filled: SearchClientSync, key: str) -> None:
    own = secured(filled, key, filters="org:a")

    assert found(http, own) == ["ax", "ay"]
    assert found(http, own, filters="level:x OR level:y") == ["ax", "ay"]
    assert found(http, own, filters="org:b") == []
    for trick in (
        "level:x) OR (org:b",
        "level:x OR org:b) OR (level:y",
        'org:b OR level:"x") OR (org:b',
        "level:it's) OR (org:b OR level:that's",
        ")",
        "(",
        "level:x OR",
    ):
        status, answer = http("POST", "/1/indexes/courses/query", {"filters": trick}, key=own)
        assert status == 400 or all(hit["org"] == "a" for hit in answer["hits"]), trick
    for other in (
        {"params": "filters=org:b"},
        {"params": {"filters": "org:b"}},
        {"facetFilters": ["org:b"]},
        {"filters": ""},
        {"filters": None},
    ):
        status, answer = http("POST", "/1/indexes/courses/query", other, key=own)
        assert all(hit["org"] == "a" for hit in answer.get("hits", [])), other


def test_a_secured_keys_filters_join_those_that_are_asked_whatever_either_is(
    http: Http, filled: SearchClientSync, key: str
) -> None:
    own = secured(filled, key, filters="org:a AND level:x OR level:y")

    assert found(http, own, filters="level:x") == ["ax"]
    assert found(http, own, filters="org:a AND level:y") == ["ay"]
    assert found(http, own, filters="level:x OR level:y") == ["ax", "ay"]


def test_a_secured_keys_filters_hold_on_every_way_to_a_record(http: Http, filled: SearchClientSync, key: str) -> None:
    own = secured(filled, key, filters="org:a")

    assert http("GET", "/1/indexes/courses/ax", key=own)[0] == 200
    assert http("GET", "/1/indexes/courses/bx", key=own)[0] == 404
    asked = {"requests": [{"indexName": "courses", "objectID": "bx"}]}
    assert http("POST", "/1/indexes/*/objects", asked, key=own)[1]["results"] == [None]
    browsed = http("POST", "/1/indexes/courses/browse", {}, key=own)[1]["hits"]
    assert {hit["org"] for hit in browsed} == {"a"}
    facets = http("POST", "/1/indexes/courses/facets/org/query", {}, key=own)[1]["facetHits"]
    assert [hit["value"] for hit in facets] == ["a"]
    many = http("POST", "/1/indexes/*/queries", {"requests": [{"indexName": "courses", "params": "filters="}]}, key=own)
    assert many[1]["results"][0]["nbHits"] == 2


def test_a_browse_cursor_cannot_carry_someone_elses_filters(http: Http, filled: SearchClientSync, key: str) -> None:
    own = secured(filled, key, filters="org:a")
    page = http("POST", "/1/indexes/courses/browse", {"hitsPerPage": 1})[1]
    seen = []

    while "cursor" in page:
        page = http("POST", "/1/indexes/courses/browse", {"cursor": page["cursor"]}, key=own)[1]
        seen += page["hits"]

    assert seen
    assert all(hit["org"] == "a" for hit in seen)


def test_a_secured_keys_other_parameters_cannot_be_changed(http: Http, filled: SearchClientSync, key: str) -> None:
    own = secured(filled, key, searchParams={"hitsPerPage": 1, "attributesToRetrieve": ["org"]})

    answer = http("POST", "/1/indexes/courses/query", {"hitsPerPage": 3, "attributesToRetrieve": ["*"]}, key=own)[1]

    assert len(answer["hits"]) == 1
    assert "level" not in answer["hits"][0]


def test_a_secured_key_ends_at_valid_until(http: Http, filled: SearchClientSync, key: str) -> None:
    assert refusal(http, secured(filled, key, validUntil=int(time.time()) + 60))[0] == 200
    status, message = refusal(http, secured(filled, key, validUntil=int(time.time()) - 1))
    assert (status, message) == (400, '"validUntil" parameter expired (less than current date)')


def test_a_secured_key_is_held_to_indices_and_sources(http: Http, filled: SearchClientSync, key: str) -> None:
    own = secured(filled, key, restrictIndices=["private", "*urses"])
    assert refusal(http, own)[0] == refusal(http, own, "/1/indexes/private/query")[0] == 200
    assert refusal(http, secured(filled, key, restrictIndices=["private"]))[0] == 403
    assert refusal(http, secured(filled, key, restrictSources="127.0.0.0/8"))[0] == 200
    assert refusal(http, secured(filled, key, restrictSources="10.0.0.0/8"))[0] == 403


def test_a_secured_key_dies_with_its_parent_and_cannot_be_forged(
    http: Http, filled: SearchClientSync, algolia: AlgoliaMock, key: str
) -> None:
    own = secured(filled, key, filters="org:a")
    assert refusal(http, own)[0] == 200
    assert refusal(http, secured(filled, "guess", filters="org:a"))[0] == 403
    assert refusal(http, secured(filled, algolia.admin_key, filters="org:a"))[0] == 403

    filled.delete_api_key(key)

    assert refusal(http, own)[0] == 403


def test_sources_keep_strangers_out_but_not_the_admin(http: Http, filled: SearchClientSync, key: str) -> None:
    filled.append_source({"source": "10.0.0.0/8", "description": "office"})
    assert refusal(http, key)[0] == 403

    filled.replace_sources([{"source": "127.0.0.1/32"}])
    assert refusal(http, key)[0] == 200
    filled.delete_source("127.0.0.1/32")

    assert filled.get_sources() == []


def test_429_on_demand_with_retry_after(algolia: AlgoliaMock, http: Http, filled: SearchClientSync) -> None:
    algolia.refuse_next(2, retry_after=7)

    refused = http.full("POST", "/1/indexes/courses/query", {})

    assert (refused.status, refused.headers["retry-after"]) == (429, "7")
    assert refused.json()["status"] == 429
    assert [refusal(http, algolia.admin_key)[0] for _ in range(2)] == [429, 200]


@pytest.fixture
def limited() -> Iterator[AlgoliaMock]:
    with AlgoliaMock(rate_limit=5) as algolia:
        yield algolia


def test_a_rate_limit_counts_requests(limited: AlgoliaMock) -> None:
    http = Http(limited)

    assert [http("GET", "/1/indexes")[0] for _ in range(6)] == [200] * 5 + [429]
    http.close()


def test_the_mocks_own_pages_refuse_other_sites(http: Http) -> None:
    assert http("GET", "/_mock/requests")[0] == 200
    assert http("POST", "/_mock/reset", headers={"origin": "https://evil.example"})[0] == 403
    assert http("POST", "/_mock/reset", headers={"host": "evil.example"})[0] == 403
    assert http("GET", "/_mock/health", key="none")[:2] == (200, {"status": "ok", "waiting_writes": 0})


def test_reset_empties_everything(algolia: AlgoliaMock, http: Http, filled: SearchClientSync, key: str) -> None:
    filled.set_settings("courses", {"replicas": ["copy", "virtual(v)"]})

    algolia.reset()

    assert http("GET", "/1/indexes")[1]["items"] == []
    assert refusal(http, key)[0] == 403
    assert refusal(http, algolia.search_key)[0] == 404
    assert [request["url"] for request in algolia.requests][:1] == ["/1/indexes"]
