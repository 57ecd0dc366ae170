"""The gateway to the index: what it asks, what it reads from an answer, and how it does without semantic search."""

from __future__ import annotations

import time
from random import SystemRandom
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coursematch.algolia_http import AlgoliaHttp
from services.coursematch.course_search import AlgoliaCourseSearch, search_parameters
from services.coursematch.matching import Matching
from services.coursematch.recommendation.refusals import Refusals
from services.coursematch.recommendation.weights import POPULAR_CANDIDATES
from services.coursematch.search_port import CatalogUnavailable, CourseQuery
from services.learner_history.postgres_history import PostgresHistory
from tests.coursematch.algolia_host import host

NEURAL = {"neuralScore": 0.5, "semanticScore": 0.6, "keywordScore": 0.0}


def _gateway(url: str) -> AlgoliaCourseSearch:
    return AlgoliaCourseSearch(AlgoliaHttp("app", lambda: "key", [url], time.monotonic, SystemRandom()), "courses")


def _answer(*hits: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"results": [{"hits": list(hits), "nbHits": len(hits), "query": "x", **others}]}


def _document(key: str, **others: Any) -> dict[str, Any]:
    return {"objectID": key, "course_key": key, "title": f"Course {key}", **others}


def _modes(asked: list[dict[str, Any]]) -> list[str | None]:
    return [body["requests"][0].get("mode") for body in asked]


def test_leaves_the_mode_to_the_index_and_takes_semantic_search_back_where_it_is_not_wanted() -> None:
    assert "mode" not in search_parameters(CourseQuery(words="x"), semantic=True)
    assert search_parameters(CourseQuery(words="x"), semantic=False)["mode"] == "keywordSearch"


def test_goes_on_by_words_alone_where_the_plan_lacks_semantic_search_and_remembers_it() -> None:
    def answer(_: str, body: dict[str, Any]) -> tuple[int, Any]:
        if body["requests"][0].get("mode") == "keywordSearch":
            return 200, _answer(_document("A+1"))
        return 400, {"message": "neuralSearch is not available on this plan", "status": 400}

    with host(answer) as (url, asked):
        gateway = _gateway(url)
        for _ in range(2):
            found = gateway.search(CourseQuery(words="x", semantic=True))
            assert [hit.record.course_key for hit in found.hits] == ["A+1"]
            assert not found.semantic
    assert _modes(asked) == [None, "keywordSearch", "keywordSearch"]


def test_does_not_take_another_refusal_for_a_missing_plan() -> None:
    with (
        host(lambda *_: (403, {"message": "Invalid Application-ID or API key", "status": 403})) as (url, asked),
        pytest.raises(CatalogUnavailable, match="status 403"),
    ):
        _gateway(url).search(CourseQuery(words="x", semantic=True))
    assert len(asked) == 1


def test_reads_relevance_from_a_semantic_answer() -> None:
    with host(lambda *_: (200, _answer(_document("A+1", _rankingInfo=NEURAL)))) as (url, _):
        found = _gateway(url).search(CourseQuery(words="x", semantic=True))
    assert found.semantic
    assert (found.hits[0].relevance, found.hits[0].by_meaning) == (0.5, True)


def test_reads_what_a_rule_understood() -> None:
    answer = _answer(_document("A+1"), userData=[{"level": "Advanced"}, {"language": "Spanish"}], parsedQuery="sql")
    with host(lambda *_: (200, answer)) as (url, _):
        found = _gateway(url).search(CourseQuery(words="advanced sql in spanish"))
    assert (found.words, found.level, found.language) == ("sql", "Advanced", "Spanish")


def test_quotes_matched_words_as_they_stand_and_whole() -> None:
    highlights = {
        "title": {"value": "\ue000Machine\ue001 \ue000Learn\ue001ing for \ue000Cats\ue001", "matchLevel": "full"},
        "skills": [{"value": "SQL", "matchLevel": "none"}, {"value": "\ue000Cat\ue001 care", "matchLevel": "full"}],
    }
    with host(lambda *_: (200, _answer(_document("A+1", _highlightResult=highlights)))) as (url, _):
        found = _gateway(url).search(CourseQuery(words="machine learn cats"))
    assert found.hits[0].matched == {"title": ("Machine Learning", "Cats"), "skills": ("Cat",)}


def test_puts_the_language_named_in_the_words_first_though_its_courses_are_less_near(
    history: PostgresHistory,
) -> None:
    near = _document("A+1", language="English", _rankingInfo={**NEURAL, "neuralScore": 0.6})
    asked_for = _document("A+2", language="Spanish", _rankingInfo={**NEURAL, "neuralScore": 0.5})

    def answer(_: str, body: dict[str, Any]) -> tuple[int, Any]:
        strict = ['language:"Spanish"' in request.get("filters", "") for request in body["requests"]]
        results = [_answer(asked_for if spanish else near)["results"][0] for spanish in strict]
        return 200, {"results": results}

    with host(answer) as (url, _):
        matches = Matching(_gateway(url), history).match("programming in Spanish", 5)
    assert [course.record.course_key for course in matches.courses] == ["A+2", "A+1"]
    assert matches.courses[0].explanation.endswith("It is taught in Spanish, as you asked.")


@given(st.text(), st.lists(st.text(min_size=1), max_size=3))
def test_asks_for_any_words_and_keys_in_a_form_that_is_json_and_within_limits(words: str, keys: list[str]) -> None:
    parameters = search_parameters(CourseQuery(words=words, without=tuple(keys), level='a"b\\'), semantic=False)
    assert len(parameters["query"].encode()) <= 512
    assert parameters["filters"].count("NOT course_key:") >= len(keys)
    assert r'level:"a\"b\\"' in parameters["filters"]


def test_recommends_in_two_calls_and_reads_long_texts_only_of_what_is_answered_without_a_short_one(
    history: PostgresHistory,
) -> None:
    related = {"objectID": "x", "certainty": 1, "related": [{"course_key": "B+1", "weight": 1.0, "together": 9}]}
    school = {"objectID": ":school", "popular": [{"course_key": "B+2", "learners": 9}]}

    def object_asked(request: dict[str, Any]) -> dict[str, Any]:
        key = request["objectID"]
        if request["indexName"].endswith("_related"):
            return school if key == ":school" else {**related, "objectID": key}
        return _document(key, full_description="Long.", level="Advanced")

    def answer(path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if path.endswith("/objects"):
            return 200, {"results": [object_asked(request) for request in body["requests"]]}
        found = {"hits": [_document("B+1"), _document("B+2", short_description="Short.")], "query": ""}
        return 200, {"results": [found] * len(body["requests"])}

    with host(answer) as (url, asked):
        found = Matching(_gateway(url), history).recommend("1", 5)
    first, searches, whole = asked
    of_taken = [one for one in first["requests"] if one["indexName"] == "courses"]
    assert of_taken
    assert all("full_description" not in one["attributesToRetrieve"] for one in of_taken)
    assert searches["requests"][-1]["filters"] == '(course_key:"B+1" OR course_key:"B+2")'
    assert [one["objectID"] for one in whole["requests"]] == ["B+1"]
    assert {one.record.course_key: one.record.full_description for one in found.courses} == {"B+1": "Long.", "B+2": ""}


@pytest.mark.parametrize(
    ("told", "narrowed", "asked_more"),
    [
        (POPULAR_CANDIDATES - 1, {}, True),
        (POPULAR_CANDIDATES, {}, False),
        (POPULAR_CANDIDATES, {"refused": Refusals(languages=frozenset({"English"}))}, True),
        (POPULAR_CANDIDATES, {"organisations": ("RivesX",)}, True),
    ],
)
def test_asks_for_what_is_popular_by_the_catalogue_where_the_model_tells_too_few(
    history: PostgresHistory, told: int, narrowed: dict[str, Any], asked_more: bool
) -> None:
    taken = history.enrollments_of("1")[0].course_key
    popular = [{"course_key": key, "learners": 9} for key in (taken, *(f"P+{at}" for at in range(told)))]

    def answer(path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if path.endswith("/objects"):
            school = {"objectID": ":school", "popular": popular}
            return 200, {"results": [school if one["objectID"] == ":school" else None for one in body["requests"]]}
        return 200, {"results": [{"hits": [], "query": ""}] * len(body["requests"])}

    with host(answer) as (url, asked):
        Matching(_gateway(url), history).recommend("1", 5, **narrowed)
    searches = [one["filters"] for one in asked[1]["requests"]]

    assert f'course_key:"P+{told - 1}"' in searches[-1]
    assert f'(course_key:"{taken}"' not in searches[-1]
    of_something = ("prerequisites:", "skills:", "subjects:", "P+0")
    by_catalogue = [one for one in searches if not any(part in one for part in of_something)]
    assert bool(by_catalogue) == asked_more


def test_finds_courses_of_some_skills_those_first_that_teach_more_of_them(search: AlgoliaCourseSearch) -> None:
    wanted = ("Python", "SQL", "data visualization", "statistics")

    found = search.search(CourseQuery(skills=wanted, limit=50)).hits

    folded = {skill.casefold() for skill in wanted}
    shared = [len(folded & {skill.casefold() for skill in hit.record.skills}) for hit in found]
    assert shared == sorted(shared, reverse=True)
    assert shared[0] > shared[-1] > 0


def test_reads_a_course_once_that_several_answers_of_a_call_hold_but_a_whole_one_apart() -> None:
    def answer(path: str, body: dict[str, Any]) -> tuple[int, Any]:
        return 200, {
            "results": [
                {
                    "hits": [_document("B+1", **({"uuid": "u"} if "*" in one["attributesToRetrieve"] else {}))],
                    "query": "",
                }
                for one in body["requests"]
            ]
        }

    with host(answer) as (url, _):
        found = _gateway(url).search_all([CourseQuery(), CourseQuery(level="Advanced"), CourseQuery(whole=True)])
    first, second, whole = (one.hits[0].record for one in found)
    assert first is second
    assert (first.uuid, whole.uuid) == (None, "u")
