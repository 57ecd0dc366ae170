"""HTTP on coursematch, over the real database and the real mock Algolia."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from fixtures.files import SAMPLE_RECORDS
from services.course_record.index_settings import index_settings
from services.coursematch.app import assemble
from services.coursematch.course_search import AlgoliaCourseSearch
from services.learner_history.postgres_history import PostgresHistory
from services.mock_algolia import AlgoliaMock
from tests.contracts.fixture_enrollments import active_enrollments
from tests.coursematch.index import INDEX, course_search, publish_model
from tests.coursematch.tokens import bearer, identity, token
from tests.learner_history.sources import openedx_history, postgres_history, running_lms, seed_database
from tests.support.postgres import TestServer

Headers = dict[str, str] | Callable[[], dict[str, str]]
"""A token is made at its use: it lives for an hour, and a run of the tests may be longer."""
PLUGIN_FIELDS = [
    "course_id", "course_run_id", "course_title", "course_publisher", "short_description", "full_description",
    "course_url", "introductory_video_url", "skills_covered",
]  # fmt: skip


def _get(client: FlaskClient, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
    response = client.get(path, query_string=query, headers=headers)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()


def _taken(learner: str) -> set[str]:
    runs = active_enrollments().get(learner, set())
    return {"+".join(run.removeprefix("course-v1:").split("+")[:2]) for run, _, _ in runs}


def test_answers_courses_that_say_the_words(client: FlaskClient) -> None:
    answer = _get(client, "/coursematch", keywords="machine learning", limit=3)
    assert len(answer["matches"]) == 3
    assert all("Machine Learning" in match["title"] for match in answer["matches"])
    assert answer["matches"][0]["explanation"].startswith("Its title names “Machine Learning”.")
    assert [match["score"] for match in answer["matches"]] == sorted(
        (match["score"] for match in answer["matches"]), reverse=True
    )


def test_tells_a_name_of_punctuation_as_it_is_written(client: FlaskClient) -> None:
    (found,) = _get(client, "/coursematch", keywords="C++", limit=1)["matches"]
    assert found["reasons"][0]["words"] == ["C++"]


def test_answers_an_empty_list_where_nothing_matches(client: FlaskClient) -> None:
    assert _get(client, "/coursematch", keywords="qqqqzzzzxxxx")["matches"] == []


@pytest.mark.parametrize(("level", "named"), [("Advanced", "Advanced"), ("introductory", "Introductory")])
def test_answers_only_the_level_asked_for(client: FlaskClient, level: str, named: str) -> None:
    answer = _get(client, "/coursematch", keywords="data", level=level)
    assert {match["level"] for match in answer["matches"]} == {named}
    assert all({"kind": "requested_level", "level": named} in match["reasons"] for match in answer["matches"])


@pytest.mark.parametrize("language", ["Spanish", "es", "español"])
def test_answers_only_the_language_asked_for(client: FlaskClient, language: str) -> None:
    answer = _get(client, "/coursematch", keywords="programación", language=language)
    assert {match["language"] for match in answer["matches"]} == {"Spanish"}


def test_understands_a_level_named_in_the_words(client: FlaskClient) -> None:
    answer = _get(client, "/coursematch", keywords="python for beginners")
    assert answer["query"] == {
        "keywords": "python for beginners",
        "words": "python",
        "level": "Introductory",
        "language": None,
        "organisations": [],
        "excluded": [],
        "personalised": False,
    }
    assert answer["matches"][0]["level"] == "Introductory"


@pytest.mark.parametrize(
    "keywords", ["C++", "naïve 数据 🎓", "what is a 'quoted\" (thing)?", "a", "<b>sql</b>", "%00", "\\"]
)
def test_takes_any_words(client: FlaskClient, keywords: str) -> None:
    assert _get(client, "/coursematch", keywords=keywords)["query"]["keywords"] == keywords


def test_leaves_out_courses_already_taken(client: FlaskClient) -> None:
    for learner in active_enrollments():
        answer = _get(client, "/coursematch", bearer(learner), keywords="introduction", limit=100)
        assert answer["query"]["personalised"]
        assert not _taken(learner) & {match["course_key"] for match in answer["matches"]}


def test_never_recommends_a_taken_course_to_anyone(client: FlaskClient) -> None:
    for learner in active_enrollments():
        answer = _get(client, "/recommendations", bearer(learner), student_id=learner, limit=100)
        keys = [course["course_key"] for course in answer["recommendations"]]
        assert keys
        assert len(keys) == len(set(keys))
        assert not _taken(learner) & set(keys)
        assert answer["based_on"] == len(_taken(learner))
        assert all(course["reasons"] and course["explanation"] for course in answer["recommendations"])


def test_answers_the_same_question_the_same_way(client: FlaskClient) -> None:
    first = _get(client, "/recommendations", bearer("2"), student_id="2")
    assert first == _get(client, "/recommendations", bearer("2"), student_id="2")


def test_lets_staff_read_any_learner(client: FlaskClient) -> None:
    assert _get(client, "/recommendations", bearer("service", staff=True), student_id="1")["recommendations"]


def test_tells_staff_from_learners_in_a_search(client: FlaskClient) -> None:
    answer = _get(client, "/coursematch", bearer("service", staff=True), keywords="sql")
    assert not answer["query"]["personalised"]


def test_answers_the_plugin_in_its_shape(client: FlaskClient) -> None:
    courses = _get(client, "/courses", query="spanish")
    assert isinstance(courses, list)
    assert [list(course) for course in courses] == [PLUGIN_FIELDS] * len(courses)
    assert courses[0]["course_title"] == "Spanish for Travellers"


@pytest.mark.parametrize(
    ("path", "headers", "status", "says"),
    [
        ("/coursematch", {}, 400, "`keywords` is missing"),
        ("/coursematch?keywords=", {}, 400, "`keywords` is empty"),
        ("/coursematch?keywords=" + "x" * 513, {}, 400, "shorten it to 512"),
        ("/coursematch?keywords=a&keywords=b", {}, 400, "given 2 times"),
        ("/coursematch?keywords=a&limit=0", {}, 400, "from 1 to 100"),
        ("/coursematch?keywords=a&limit=ten", {}, 400, "from 1 to 100"),
        ("/coursematch?keywords=a&level=hard", {}, 400, "Introductory, Intermediate, Advanced"),
        ("/coursematch?keywords=a&student_id=1", {}, 400, "`student_id` is not a parameter"),
        ("/coursematch?keywords=a", {"Authorization": "Bearer nonsense"}, 401, "not one that"),
        ("/coursematch?keywords=a", lambda: bearer("1", exp=1), 401, "expired"),
        ("/coursematch?keywords=a", lambda: bearer("nobody"), 404, "no such learner"),
        ("/recommendations?student_id=1", {}, 401, "Send a token"),
        ("/recommendations?student_id=1", lambda: bearer("1", key="k" * 40), 401, "not one that"),
        ("/recommendations", lambda: bearer("1"), 400, "`student_id` is missing"),
        ("/recommendations?student_id=2", lambda: bearer("1"), 404, "no learner of that id"),
        ("/recommendations?student_id=nobody", lambda: bearer("service", staff=True), 404, "no such learner"),
        ("/recommendations?student_id=%00", lambda: bearer("service", staff=True), 400, "empty"),
        ("/courses", {}, 400, "`query` is missing"),
        ("/courses?query=a&limit=3", {}, 400, "`limit` is not a parameter"),
        ("/health?x=1", {}, 400, "takes none"),
        ("/nothing", {}, 404, "openapi.yaml"),
    ],
)
def test_says_what_is_wrong_and_how_to_mend_it(
    client: FlaskClient, path: str, headers: Headers, status: int, says: str
) -> None:
    response = client.get(path, headers=headers() if callable(headers) else headers)
    problem = response.get_json(force=True)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert problem["status"] == status
    assert says in problem["detail"]
    assert ("WWW-Authenticate" in response.headers) == (status == 401)


def test_gives_no_hint_that_another_learner_exists(client: FlaskClient) -> None:
    answers = [
        client.get(f"/recommendations?student_id={learner}", headers=bearer("1")).get_data()
        for learner in ("2", "nobody")
    ]
    assert answers[0] == answers[1]


def test_stays_below_what_chat_clients_take(history: PostgresHistory) -> None:
    with AlgoliaMock() as algolia:
        algolia.seed(
            "courses",
            [
                {
                    "objectID": f"LongX+{number}",
                    "course_key": f"LongX+{number}",
                    "title": "数据 " * 300 + str(number),
                    "short_description": "é " * 1000,
                    "full_description": "x" * 10000,
                    "skills": ["a skill of some length " * 5] * 20,
                }
                for number in range(120)
            ],
        )
        client = assemble(course_search(algolia), history, identity()).test_client()
        for path in ("/coursematch?keywords=数据&limit=100", "/courses?query=数据"):
            assert 1000 < len(client.get(path).get_data(as_text=True)) < 100_000


def test_says_that_the_index_is_down(history: PostgresHistory) -> None:
    with AlgoliaMock() as gone:
        search = course_search(gone)
    client = assemble(search, history, identity()).test_client()
    for path in ("/coursematch?keywords=sql", "/courses?query=sql", "/recommendations?student_id=1"):
        response = client.get(path, headers=bearer("1"))
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
        assert response.get_json(force=True)["source"] == "course_index"
    assert client.get("/health").get_json()["parts"] == {"course_index": "unavailable", "enrollments": "ok"}


def test_says_that_the_index_was_never_filled(algolia: AlgoliaMock, history: PostgresHistory) -> None:
    client = assemble(course_search(algolia, "nothing-here"), history, identity()).test_client()
    response = client.get("/coursematch?keywords=sql")
    assert response.status_code == 503
    assert "not been filled" in response.get_json(force=True)["detail"]


def test_says_that_the_database_is_down_and_still_searches(search: AlgoliaCourseSearch) -> None:
    with postgres_history("postgresql://reader:x@127.0.0.1:1/nothing") as history:
        client = assemble(search, history, identity()).test_client()
        assert client.get("/coursematch?keywords=sql").status_code == 200
        for path in ("/coursematch?keywords=sql", "/recommendations?student_id=1"):
            response = client.get(path, headers=bearer("1"))
            assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
            assert response.get_json(force=True)["source"] == "enrollments"
        assert client.get("/health").status_code == 503


def test_logs_neither_token_nor_learner(client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    secret = token("31")
    client.get("/recommendations?student_id=31", headers={"Authorization": f"Bearer {secret}"})
    logged = capsys.readouterr()
    assert '"route": "/recommendations"' in logged.out
    assert secret not in logged.out + logged.err
    assert "31" not in logged.out.replace('"milliseconds": 31', "").split('"milliseconds"')[0]


def test_recommends_by_what_others_took_whatever_the_source_of_histories(
    search: AlgoliaCourseSearch, postgres: TestServer, client: FlaskClient
) -> None:
    with postgres.fresh_database() as url:
        seed_database(url)
        with running_lms(url) as lms, openedx_history(lms) as history:
            openedx = assemble(search, history, identity()).test_client()
            answer = _get(openedx, "/recommendations", bearer("1"), student_id="1")
    assert answer["missing_sources"] == []
    kinds = {reason["kind"] for course in answer["recommendations"] for reason in course["reasons"]}
    both = _get(client, "/recommendations", bearer("1"), student_id="1")
    assert kinds & {"similar_learners"} == {
        reason["kind"] for course in both["recommendations"] for reason in course["reasons"]
    } & {"similar_learners"}
    assert not _taken("1") & {course["course_key"] for course in answer["recommendations"]}


def test_recommends_before_a_model_was_ever_published(history: PostgresHistory) -> None:
    with AlgoliaMock() as fresh:
        fresh.seed(INDEX, SAMPLE_RECORDS, index_settings())
        early = assemble(course_search(fresh), history, identity()).test_client()
        answer = _get(early, "/recommendations", bearer("1"), student_id="1")
        assert answer["missing_sources"] == ["co_enrollments"]
        assert answer["recommendations"]
        assert not _taken("1") & {course["course_key"] for course in answer["recommendations"]}
        course = early.get("/courses/HaldenX+ML201", headers=bearer("1")).get_json()
        assert course["missing_sources"] == ["co_enrollments"]
        publish_model(fresh)
        assert _get(early, "/recommendations", bearer("1"), student_id="1")["missing_sources"] == []


def test_adds_courses_with_some_of_the_words_where_few_have_them_all(client: FlaskClient) -> None:
    matches = _get(client, "/coursematch", keywords="learn SQL")["matches"]
    said = [{word.casefold() for reason in match["reasons"] for word in reason.get("words", ())} for match in matches]
    assert len(matches) == 10
    assert any("sql" in words for words in said[1:])
