"""Odd requests through the running gateway: each is answered, and a refusal says what was wrong."""

from __future__ import annotations

import httpx
import pytest

from .conftest import Bearer

PLUGIN_FIELDS = [
    "course_id", "course_run_id", "course_title", "course_publisher", "short_description", "full_description",
    "course_url", "introductory_video_url", "skills_covered",
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/coursematch", 400, "keywords"),
        ("/coursematch?keywords=", 400, "`keywords` is empty"),
        ("/coursematch?keywords=a&keywords=b", 400, "given 2 times"),
        ("/coursematch?keywords=a&keyword=b", 400, "`keyword` is not a parameter"),
        ("/coursematch?keywords=" + "x" * 513, 400, "shorten it to 512"),
        ("/coursematch?keywords=a&limit=0", 400, "from 1 to 100"),
        ("/coursematch?keywords=a&level=hard", 400, "Introductory"),
        ("/courses", 400, "query"),
        ("/recommendations?student_id=1", 401, "Send a token"),
        ("/enrollments?student_id=1", 401, "Send a token"),
    ],
)
def test_says_what_is_wrong_and_how_to_mend_it(api: httpx.Client, path: str, status: int, says: str) -> None:
    answer = api.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert says in answer.json()["detail"]
    assert ("www-authenticate" in answer.headers) == (status == 401)


def test_refuses_a_token_that_is_none_of_ours(api: httpx.Client) -> None:
    for path in ("/coursematch?keywords=sql", "/recommendations?student_id=1"):
        answer = api.get(path, headers={"Authorization": "Bearer nonsense"})
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize(
    "keywords", ["C++", "naïve 数据 🎓", "100%", "a&b=c", "what is a 'quoted\" (thing)?", "x" * 512]
)
def test_takes_any_words_as_they_are(api: httpx.Client, keywords: str) -> None:
    answer = api.get("/coursematch", params={"keywords": keywords})
    assert answer.status_code == 200
    assert answer.json()["query"]["keywords"] == keywords


def test_answers_the_plugin_in_its_shape(api: httpx.Client) -> None:
    title = api.get("/coursematch", params={"keywords": "introduction", "limit": 1}).json()["matches"][0]["title"]
    courses = api.get("/courses", params={"query": title}).json()
    assert [list(course) for course in courses] == [PLUGIN_FIELDS] * len(courses)
    assert title in [course["course_title"] for course in courses]


def test_looks_at_a_learners_history_in_a_search(api: httpx.Client, bearer: Bearer) -> None:
    taken = {
        one["course_key"]
        for one in api.get("/enrollments", params={"student_id": "1"}, headers=bearer("1")).json()["enrollments"]
    }
    answer = api.get("/coursematch", params={"keywords": "introduction", "limit": 100}, headers=bearer("1")).json()
    assert answer["query"]["personalised"]
    assert taken.isdisjoint(match["course_key"] for match in answer["matches"])


def test_says_that_every_part_answers(api: httpx.Client) -> None:
    assert api.get("/health").json() == {"status": "ok", "parts": {"course_index": "ok", "enrollments": "ok"}}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_refuses_to_be_written_to(api: httpx.Client, method: str) -> None:
    answer = api.request(method, "/coursematch?keywords=sql", content=b"\x00\xff")
    assert 400 <= answer.status_code < 500


def test_answers_head_without_a_body(api: httpx.Client) -> None:
    answer = api.head("/coursematch", params={"keywords": "sql"})
    assert answer.status_code == 200
    assert answer.content == b""
