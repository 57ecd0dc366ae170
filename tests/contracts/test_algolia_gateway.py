"""Our thin gateway against Algolia's official client: the same answers, hosts and retries."""

from __future__ import annotations

from collections.abc import Iterator
from random import SystemRandom
from typing import Any

import pytest
from algoliasearch.http.exceptions import AlgoliaUnreachableHostException, RequestException
from algoliasearch.http.hosts import CallType, Host, HostsCollection
from algoliasearch.search.client import SearchClientSync
from algoliasearch.search.config import SearchConfig

from services.coursematch.algolia_http import AlgoliaHttp, AlgoliaRefused, AlgoliaUnreachable, documented_hosts
from services.coursematch.course_search import search_parameters
from services.coursematch.search_port import CourseQuery
from services.mock_algolia import AlgoliaMock
from tests.coursematch.algolia_host import Answer, host
from tests.coursematch.index import seeded_algolia

QUERIES = [
    CourseQuery(words="machine learning", limit=5),
    CourseQuery(words="python for beginners", limit=5, level="Introductory"),
    CourseQuery(words="datos", language="Spanish", limit=3),
    CourseQuery(words="SQL Python", any_words=("SQL", "Python"), without=("HaldenX+CS101",), limit=4),
    CourseQuery(requiring=("HaldenX+CS101",), limit=10),
    CourseQuery(skills=("Python", "SQL", "Statistics"), without=("HaldenX+CS101",), limit=10),
    CourseQuery(subjects=("Statistics",), limit=10),
    CourseQuery(words="python", organisations=("Halden", "MeridianX"), limit=10),
    CourseQuery(words="python", without_organisations=("haldenx",), limit=10),
    CourseQuery(limit=0, languages=True, providers=True),
    CourseQuery(limit=2),
]


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def algolia() -> Iterator[AlgoliaMock]:
    with seeded_algolia() as algolia:
        yield algolia


def _ours(algolia: AlgoliaMock, hosts: list[str] | None = None, clock: Clock | None = None) -> AlgoliaHttp:
    return AlgoliaHttp(
        algolia.app_id, lambda: algolia.search_key, hosts or [algolia.url], clock or Clock(), SystemRandom()
    )


def _search(gateway: AlgoliaHttp, query: CourseQuery) -> dict[str, Any]:
    requests = [{"indexName": "courses", **search_parameters(query, semantic=False)}]
    answer: dict[str, Any] = gateway.post("/1/indexes/*/queries", {"requests": requests})["results"][0]
    return answer


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.words or "no words")
def test_finds_what_the_official_client_finds(algolia: AlgoliaMock, query: CourseQuery) -> None:
    request = {"indexName": "courses", **search_parameters(query, semantic=False)}
    with SearchClientSync.create_with_config(algolia.client_config(algolia.search_key)) as client:
        theirs = client.search({"requests": [request]}).to_dict()["results"][0]
    ours = _search(_ours(algolia), query)
    assert [hit["objectID"] for hit in ours["hits"]] == [hit["objectID"] for hit in theirs["hits"]]
    assert ours["nbHits"] == theirs["nbHits"] > 0


def test_is_refused_as_the_official_client_is(algolia: AlgoliaMock) -> None:
    with (
        SearchClientSync.create_with_config(algolia.client_config("wrong")) as client,
        pytest.raises(RequestException) as theirs,
    ):
        client.search({"requests": [{"indexName": "courses", "query": "x"}]})
    gateway = AlgoliaHttp(algolia.app_id, lambda: "wrong", [algolia.url], Clock(), SystemRandom())
    with pytest.raises(AlgoliaRefused) as ours:
        _search(gateway, CourseQuery(words="x"))
    assert ours.value.status == theirs.value.status_code == 403


def test_lists_the_hosts_that_the_official_client_lists() -> None:
    config = SearchConfig("app", "key")
    config.set_default_hosts()
    official = [f"https://{host.url}" for host in config.hosts.read()]
    ours = documented_hosts("app", SystemRandom())
    assert ours[0] == official[0] == "https://app-dsn.algolia.net"
    assert sorted(ours) == sorted(official)


def always(status: int, content: object = None) -> Answer:
    """An answer for `host` that is the same whatever is asked."""
    return lambda _path, _body: (status, content or {"message": "told so", "status": status})


def _theirs(algolia: AlgoliaMock, urls: list[str]) -> SearchConfig:
    config = SearchConfig(algolia.app_id, algolia.search_key)
    both = CallType.READ | CallType.WRITE
    config.hosts = HostsCollection(
        [Host(url="127.0.0.1", scheme="http", port=int(url.rsplit(":", 1)[1]), accept=both) for url in urls]
    )
    return config


@pytest.mark.parametrize("status", [500, 502, 503])
def test_passes_a_failing_host_over_and_remembers_it_as_the_official_client_does(
    algolia: AlgoliaMock, status: int
) -> None:
    with host(always(status)) as (failing, asked):
        gateway = _ours(algolia, [failing, algolia.url])
        for _ in range(3):
            assert _search(gateway, QUERIES[0])["nbHits"] > 0
        assert len(asked) == 1
        with SearchClientSync.create_with_config(_theirs(algolia, [failing, algolia.url])) as client:
            for _ in range(3):
                client.search({"requests": [{"indexName": "courses", "query": "x"}]})
        assert len(asked) == 2


def test_asks_a_host_again_after_five_minutes(algolia: AlgoliaMock) -> None:
    clock = Clock()
    with host(always(503)) as (failing, asked):
        gateway = _ours(algolia, [failing, algolia.url], clock)
        _search(gateway, QUERIES[0])
        clock.now += 301
        _search(gateway, QUERIES[0])
    assert len(asked) == 2


def test_passes_over_a_host_that_refuses_connections(algolia: AlgoliaMock) -> None:
    assert _search(_ours(algolia, ["http://127.0.0.1:1", algolia.url]), QUERIES[0])["nbHits"] > 0


@pytest.mark.parametrize("status", [400, 403, 404])
def test_asks_no_other_host_after_a_client_error(algolia: AlgoliaMock, status: int) -> None:
    with host(always(status)) as (refusing, asked):
        with pytest.raises(AlgoliaRefused, match="told so"):
            _search(_ours(algolia, [refusing, algolia.url]), QUERIES[0])
        with (
            SearchClientSync.create_with_config(_theirs(algolia, [refusing, algolia.url])) as client,
            pytest.raises(RequestException),
        ):
            client.search({"requests": [{"indexName": "courses", "query": "x"}]})
    assert len(asked) == 2


def test_says_so_when_no_host_answers_as_the_official_client_does(algolia: AlgoliaMock) -> None:
    with host(always(503)) as (failing, asked):
        with pytest.raises(AlgoliaUnreachable, match="status 503"):
            _search(_ours(algolia, [failing]), QUERIES[0])
        with (
            SearchClientSync.create_with_config(_theirs(algolia, [failing])) as client,
            pytest.raises(AlgoliaUnreachableHostException),
        ):
            client.search({"requests": [{"indexName": "courses", "query": "x"}]})
        assert len(asked) == 2


@pytest.mark.parametrize("content", ["no object", ["a list"]])
def test_takes_an_answer_of_another_form_for_no_answer(algolia: AlgoliaMock, content: object) -> None:
    with host(always(200, content)) as (odd, _), pytest.raises(AlgoliaUnreachable):
        _search(_ours(algolia, [odd]), QUERIES[0])
