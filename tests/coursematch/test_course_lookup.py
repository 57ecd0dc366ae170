"""`GET /courses/{course_key}`: one course and everything a person asks about it, over the real parts."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from fixtures.files import COURSES, ENROLLMENTS
from services.coursematch.app import assemble
from services.learner_history.postgres_history import PostgresHistory
from services.mock_algolia import AlgoliaMock
from tests.contracts.fixture_enrollments import active_enrollments
from tests.coursematch.index import course_search
from tests.coursematch.tokens import bearer, identity

CATALOGUE: dict[str, dict[str, Any]] = {
    course["key"]: course for course in map(json.loads, COURSES.read_text(encoding="utf-8").splitlines())
}
HIDDEN = {key for key, course in CATALOGUE.items() if all(run["hidden"] for run in course["runs"])}
LISTED = sorted(set(CATALOGUE) - HIDDEN)
INVITED = {key for key in LISTED if all(run["invitation_only"] or run["hidden"] for run in CATALOGUE[key]["runs"])}
OFFERED = sorted(set(LISTED) - INVITED)


def _read(client: FlaskClient, key: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    response = client.get(f"/courses/{key}", headers=headers)
    assert response.status_code == 200, response.get_data(as_text=True)
    course: dict[str, Any] = response.get_json()
    return course


def _standings(learner: str) -> dict[str, str]:
    """What the fixtures' files say of a learner, by course key."""
    found: dict[str, str] = {}
    with ENROLLMENTS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["student_id"] == learner and row["is_active"] == "true":
                done = row["completed"] or found.get(row["course_key"]) == "completed"
                found[row["course_key"]] = "completed" if done else "enrolled"
    return found


def test_tells_of_every_course_what_the_catalogue_holds(client: FlaskClient) -> None:
    for key in LISTED:
        course, source = _read(client, key), CATALOGUE[key]
        assert course["course_key"] == key
        for field in ("title", "level", "language", "subjects", "skills", "enrollment_count", "url"):
            assert course[field] == source[field], (key, field)
        assert course["organisation"] == source["org"]
        assert course["description"] == source["full_description"]
        shown = {f"course-v1:{key}+{run['run']}": run for run in source["runs"] if not run["hidden"]}
        assert {run["course_id"] for run in course["runs"]} == {*shown}
        for run in course["runs"]:
            for field in ("start", "end", "enrollment_start", "enrollment_end", "invitation_only", "pacing"):
                assert run[field] == shown[run["course_id"]][field], (key, field)
            assert run["availability"]
        assert course["invitation_only"] == all(run["invitation_only"] for run in shown.values())
        assert course["course_id"] in {run["course_id"] for run in course["runs"]}
        assert [before["course_key"] for before in course["prerequisites"]] == source["prerequisites"]
        assert {after["course_key"] for after in course["leads_to"]} == {
            other for other in OFFERED if key in CATALOGUE[other]["prerequisites"]
        }
        for related in (*course["prerequisites"], *course["leads_to"]):
            assert related["in_catalogue"] == (related["course_key"] in LISTED)
            if related["in_catalogue"]:
                assert related["title"] == CATALOGUE[related["course_key"]]["title"]
                assert related["level"] == CATALOGUE[related["course_key"]]["level"]
        assert course["reasons"]
        assert course["explanation"]


def test_says_nothing_of_a_learner_to_the_public(client: FlaskClient) -> None:
    course = _read(client, "HaldenX+CS201")
    assert course["standing"] is None
    assert {related["standing"] for related in (*course["prerequisites"], *course["leads_to"])} == {None}


@pytest.mark.parametrize("learner", ["1", "2", "3", "7"])
def test_says_what_a_learner_has_of_a_course_and_of_those_around_it(client: FlaskClient, learner: str) -> None:
    standings = _standings(learner)
    for key in {*list(standings)[:6], *LISTED[:20]} & set(LISTED):
        course = _read(client, key, bearer(learner))
        for one in (course, *course["prerequisites"], *course["leads_to"]):
            assert one["standing"] == standings.get(one["course_key"], "not_taken")
        for reason in course["reasons"]:
            assert reason.get("course_key") != key, "a course is no reason for itself"
            if reason["kind"] == "prerequisite_missing":
                assert reason["course_key"] not in standings


@pytest.mark.parametrize(
    "written",
    [
        "HaldenX+CS101",
        "HaldenX%2BCS101",
        "HaldenX CS101",
        "HaldenX%20CS101",
        "course-v1:HaldenX+CS101+2026_T1",
        "course-v1%3AHaldenX%2BCS101%2B2026_T1",
        "course-v1:HaldenX+CS101+no-such-run",
        "haldenx+cs101",
        "HALDENX+CS101",
    ],
)
def test_reads_a_key_however_it_is_written(client: FlaskClient, written: str) -> None:
    assert _read(client, written)["course_key"] == "HaldenX+CS101"


@pytest.mark.parametrize(
    "unknown",
    ["NoX+1", "HaldenX", "+", "%20", "HaldenX+CS101+more", "数据", "%FF", "a%00b", "x" * 4000, *sorted(HIDDEN)],
)
def test_says_that_there_is_no_such_course(client: FlaskClient, unknown: str) -> None:
    response = client.get(f"/courses/{unknown}")
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"
    problem = response.get_json(force=True)
    assert problem["type"].endswith(":course-unknown")
    assert "/coursematch" in problem["detail"]


def test_refuses_what_it_does_not_take(client: FlaskClient) -> None:
    assert client.get("/courses/HaldenX+CS101?limit=3").status_code == 400
    assert client.get("/courses/HaldenX+CS101", headers={"Authorization": "Bearer nonsense"}).status_code == 401
    assert client.get("/courses/HaldenX+CS101", headers=bearer("nobody")).status_code == 404


@pytest.fixture
def sparse(history: PostgresHistory) -> Iterator[FlaskClient]:
    """A catalogue that says as little as one can, and a course that says too much."""
    records: list[dict[str, Any]] = [
        {"objectID": "BareX+1", "title": "Bare"},
        {"objectID": "BareX+2", "title": "Builds on what is gone", "prerequisites": ["GoneX+1", "BareX+1"]},
        {"objectID": "SignX+C#", "title": "C#"},
        {
            "objectID": "LongX+1",
            "title": "数据 " * 300,
            "short_description": "é " * 9000,
            "full_description": "x" * 30000,
            "skills": ["a skill of some length " * 20] * 80,
        },
    ]
    with AlgoliaMock() as algolia:
        settings = {"attributesForFaceting": ["filterOnly(prerequisites)", "filterOnly(course_key)"]}
        algolia.seed("courses", [{**record, "course_key": record["objectID"]} for record in records], settings)
        yield assemble(course_search(algolia), history, identity()).test_client()


def test_tells_what_a_bare_record_lacks_as_unknown(sparse: FlaskClient) -> None:
    course = _read(sparse, "BareX+1")
    assert (course["level"], course["language"], course["url"], course["start"]) == (None, None, None, None)
    assert (course["runs"], course["prerequisites"]) == ([], [])
    assert [after["course_key"] for after in course["leads_to"]] == ["BareX+2"]


def test_names_a_prerequisite_that_the_catalogue_does_not_offer(sparse: FlaskClient) -> None:
    gone, there = _read(sparse, "BareX+2")["prerequisites"]
    assert (gone["course_key"], gone["title"], gone["in_catalogue"]) == ("GoneX+1", "GoneX+1", False)
    assert (there["course_key"], there["title"], there["in_catalogue"]) == ("BareX+1", "Bare", True)


def test_reads_a_key_with_signs(sparse: FlaskClient) -> None:
    assert _read(sparse, quote("SignX+C#"))["title"] == "C#"


def test_stays_below_what_chat_clients_take(sparse: FlaskClient) -> None:
    assert 1000 < len(sparse.get("/courses/LongX+1").get_data(as_text=True)) < 100_000


def test_says_that_a_part_is_down(history: PostgresHistory) -> None:
    with AlgoliaMock() as gone:
        search = course_search(gone)
    response = assemble(search, history, identity()).test_client().get("/courses/HaldenX+CS101")
    assert response.status_code == 503
    assert response.get_json(force=True)["source"] == "course_index"


def test_offers_no_course_that_nobody_may_enrol_in_uninvited(client: FlaskClient) -> None:
    assert {"LarkspurX+TRA301", "StClementX+CT301"} <= INVITED
    never = INVITED | HIDDEN
    for key in sorted(never):
        title = CATALOGUE[key]["title"]
        for words in (title, key, " ".join(CATALOGUE[key]["skills"]), f"advanced {title}"):
            matches = client.get("/coursematch", query_string={"keywords": words, "limit": 100}).get_json()["matches"]
            plugin = client.get("/courses", query_string={"query": words}).get_json()
            assert not never & {match["course_key"] for match in matches}
            assert not never & {course["course_id"] for course in plugin}
    for learner in active_enrollments():
        query = {"student_id": learner, "limit": 100}
        answer = client.get("/recommendations", query_string=query, headers=bearer(learner)).get_json()
        assert not never & {course["course_key"] for course in answer["recommendations"]}


@pytest.mark.parametrize("key", ["LarkspurX+TRA301", "larkspurx+tra301", "course-v1:LarkspurX+TRA301+2025_T3_partners"])
def test_tells_who_has_the_key_that_a_course_is_by_invitation(client: FlaskClient, key: str) -> None:
    course = _read(client, key)
    assert course["invitation_only"]
    assert all(run["invitation_only"] for run in course["runs"])
