"""The running system, asked as a client asks: HTTP, through the front door and through the gateway."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.sandbox_command import asked
from tests.system.conftest import Bearer


def test_answers_a_question_from_the_synced_index(api: httpx.Client) -> None:
    answer = api.get("/coursematch", params={"keywords": "python", "limit": 3})

    assert answer.status_code == 200
    matches = answer.json()["matches"]
    assert 1 <= len(matches) <= 3
    assert all(match["explanation"] and match["reasons"] for match in matches)


@pytest.mark.parametrize(
    "asked",
    [
        {"keywords": "history", "exclude": "the twentieth century", "limit": 10},
        {"keywords": "history but nothing of the twentieth century", "limit": 10},
    ],
)
def test_leaves_out_what_a_refusal_means_in_other_words(api: httpx.Client, asked: dict[str, Any]) -> None:
    until = time.monotonic() + 120
    while "semantic_search" in (answer := api.get("/coursematch", params=asked).json())["missing_sources"]:
        assert time.monotonic() < until, "the index has no vectors yet"
        time.sleep(1)

    found = [course["course_key"] for course in answer["matches"]]
    assert "TarnwoodX+HIS110" in found
    assert "TarnwoodX+HIS101" not in found, "The World Since 1900 is what was refused"


def test_gives_the_same_answer_at_the_gateway_and_at_the_front_door(api: httpx.Client, gateway: httpx.Client) -> None:
    answers = [client.get(client.base_url.join("coursematch") if client is api else f"{client.base_url}coursematch",
                          params={"keywords": "statistics"}).json() for client in (api, gateway)]  # fmt: skip

    assert answers[0]["matches"] == answers[1]["matches"]


def test_never_recommends_a_course_that_was_taken(api: httpx.Client, bearer: Bearer) -> None:
    taken = {
        enrollment["course_id"].removeprefix("course-v1:").rpartition("+")[0]
        for enrollment in api.get("/enrollments", params={"student_id": "1"}, headers=bearer("1")).json()["enrollments"]
    }
    recommended = api.get("/recommendations", params={"student_id": "1"}, headers=bearer("1")).json()["recommendations"]

    assert taken
    assert recommended
    assert taken.isdisjoint(course["course_key"] for course in recommended)


@pytest.mark.parametrize("path", ["/recommendations", "/enrollments"])
def test_asks_for_a_token_where_a_history_shows(api: httpx.Client, path: str) -> None:
    answer = api.get(path, params={"student_id": "1"})

    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("path", ["/recommendations", "/enrollments"])
def test_does_not_say_that_another_learner_exists(api: httpx.Client, bearer: Bearer, path: str) -> None:
    existing = api.get(path, params={"student_id": "2"}, headers=bearer("1"))
    invented = api.get(path, params={"student_id": "nobody"}, headers=bearer("1"))

    assert existing.status_code == invented.status_code == 404


def test_lets_staff_read_any_learner(api: httpx.Client, bearer: Bearer) -> None:
    answer = api.get("/enrollments", params={"student_id": "1"}, headers=bearer("9", staff=True))

    assert answer.status_code == 200


def test_holds_every_course_of_the_lms_in_the_index(endpoints: dict[str, Any]) -> None:
    algolia = endpoints["algolia"]
    headers = {"X-Algolia-Application-Id": algolia["app_id"], "X-Algolia-API-Key": algolia["search_key"]}
    found = httpx.post(
        f"{algolia['url']}/1/indexes/{algolia['index']}/query", headers=headers, json={"query": "", "hitsPerPage": 0},
        trust_env=False,
    ).json()  # fmt: skip
    listed = httpx.get(f"{endpoints['lms']}/api/courses/v1/courses/", params={"page_size": 1}, trust_env=False).json()

    assert 0 < found["nbHits"] <= listed["pagination"]["count"]


def test_writes_nothing_when_nothing_changed(state: Path) -> None:
    done = asked("sync", "--state", state)
    report = json.loads(done.stdout.splitlines()[-1])

    assert (report["created"], report["updated"], report["deleted"]) == (0, 0, 0)
    assert report["unchanged"] == report["read"] > 0
