"""The Enrollment API answers as Open edX does (openedx/core/djangoapps/enrollments)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest

from tests.lms.platform import CLIENT_ID, CLIENT_SECRET, LEARNER_PASSWORD, SIGNING_KEY, Platform

ALL = "/api/enrollment/v1/enrollments"
OWN = "/api/enrollment/v1/enrollment"
PAGED = "/api/enrollment/v2/enrollment/"


def test_gives_staff_all_enrollments_by_cursor_and_back_again(platform: Platform) -> None:
    token = platform.token()
    body = platform.get(ALL, token=token).json()
    pages = [body]
    while body["next"]:
        body = httpx.get(body["next"], headers={"Authorization": f"Bearer {token}"}).json()
        pages.append(body)

    assert [len(page["results"]) for page in pages] == [100, 100, 32]
    assert list(pages[0]["results"][0]) == ["created", "mode", "is_active", "user", "course_id"]
    back = httpx.get(pages[2]["previous"], headers={"Authorization": f"Bearer {token}"}).json()
    assert back["results"] == pages[1]["results"]
    first = httpx.get(back["previous"], headers={"Authorization": f"Bearer {token}"}).json()
    assert (first["results"], first["previous"]) == (pages[0]["results"], None)


@pytest.mark.parametrize(
    ("params", "users"),
    [
        ({"username": "anna"}, ["anna", "anna"]),
        ({"username": "anna,nobody", "course_id": "course-v1:demoX+001+r1"}, ["anna"]),
        ({"course_id": "course-v1:demoX+001+r1"}, ["anna", "many"]),
        ({"course_ids": "demoX+001,course-v1:demoX+005+r1"}, ["anna", "many", "many"]),
        ({"course_id": "course-v1:No+Such+Run"}, []),
        ({"email": "anna@example.org"}, []),
    ],
)
def test_filters(platform: Platform, params: dict[str, Any], users: list[str]) -> None:
    body = platform.get(ALL, token=platform.token(), **params).json()

    assert sorted(enrollment["user"] for enrollment in body["results"]) == users


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"course_id": "demoX"}, 400),
        ({"username": ",".join(str(number) for number in range(101))}, 400),
        ({"cursor": "nonsense"}, 404),
        ({"cursor": "cD0tMQ=="}, 404),
    ],
)
def test_refuses_bad_parameters(platform: Platform, params: dict[str, Any], status: int) -> None:
    assert platform.get(ALL, token=platform.token(), **params).status_code == status


def test_is_for_staff_only(platform: Platform) -> None:
    assert platform.get(ALL).status_code == 401
    assert platform.get(ALL, token=platform.token("anna")).status_code == 403


def test_gives_learners_their_own_active_enrollments_with_details(platform: Platform) -> None:
    (enrollment,) = platform.get(OWN, token=platform.token("anna")).json()

    assert (enrollment["user"], enrollment["mode"], enrollment["is_active"]) == ("anna", "verified", True)
    assert enrollment["created"] == "2025-03-04T05:06:07Z"
    assert enrollment["course_details"]["course_id"] == "course-v1:demoX+001+r1"
    assert enrollment["course_details"]["course_name"] == "Course 001"


def test_never_hints_at_another_learner(platform: Platform) -> None:
    token = platform.token("anna")

    for other in ("many", "nobody"):
        assert platform.get(OWN, token=token, user=other).json() == []
        assert platform.get(PAGED, token=token, user=other).json()["count"] == 0
        one = platform.get(f"{OWN}/{other},course-v1:demoX+001+r1", token=token)
        assert (one.status_code, one.content) == (404, b"")
    assert len(platform.get(OWN, token=platform.token(), user="many").json()) == 230


def test_answers_one_enrollment_or_null(platform: Platform) -> None:
    token = platform.token("anna")

    assert platform.get(f"{OWN}/anna,course-v1:demoX+002+r1", token=token).json()["is_active"] is False
    assert platform.get(f"{OWN}/course-v1:demoX+009+r1", token=token).json() is None


def test_pages_the_minimal_view_of_version_2_with_inactive_ones(platform: Platform) -> None:
    body = platform.get(PAGED, token=platform.token("anna"), view="minimal", page_size=1).json()

    assert list(body) == ["next", "previous", "count", "num_pages", "current_page", "start", "results"]
    assert (body["count"], body["num_pages"], body["current_page"], body["start"]) == (2, 2, 1, 0)
    assert set(body["results"][0]) == {"created", "mode", "is_active", "user", "course_id"}
    (second,) = httpx.get(body["next"], headers={"Authorization": f"JWT {platform.token('anna')}"}).json()["results"]
    assert second["is_active"] is False


def test_wants_a_token_everywhere(platform: Platform) -> None:
    for path in (OWN, PAGED, f"{OWN}/anna,course-v1:demoX+001+r1"):
        answer = platform.get(path)
        assert answer.status_code == 401
        assert answer.json()["detail"] == "Authentication credentials were not provided."


def claims(**changed: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    good = {"iss": "coursematch", "aud": "coursematch", "sub": "anna", "iat": now, "exp": now + timedelta(hours=1)}
    return good | changed


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({}, 200, ""),
        ({"exp": datetime(2020, 1, 1, tzinfo=UTC)}, 401, "Token has expired."),
        ({"aud": "other"}, 401, "Error decoding token."),
        ({"iss": "other"}, 401, "Error decoding token."),
        ({"sub": ""}, 401, "Invalid payload."),
        ({"sub": None}, 401, "Error decoding token."),
    ],
)
def test_believes_only_its_own_fresh_tokens(
    platform: Platform, changed: dict[str, Any], status: int, said: str
) -> None:
    answer = platform.get(OWN, token=jwt.encode(claims(**changed), SIGNING_KEY, algorithm="HS256"))

    assert answer.status_code == status
    if said:
        assert answer.json()["detail"] == said


def test_takes_no_unsigned_token(platform: Platform) -> None:
    token = jwt.encode(claims(administrator=True), "", algorithm="none")

    assert platform.get(OWN, token=token).status_code == 401


def ask_token(platform: Platform, **fields: str) -> httpx.Response:
    form = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET} | fields
    return httpx.post(platform.url + "/oauth2/access_token", data=form)


def test_issues_tokens_with_the_claims_of_the_interface(platform: Platform) -> None:
    answer = ask_token(platform, token_type="jwt").json()

    assert (answer["token_type"], answer["expires_in"]) == ("JWT", 3600)
    read = jwt.decode(answer["access_token"], SIGNING_KEY, algorithms=["HS256"], audience="coursematch")
    assert (read["sub"], read["preferred_username"], read["administrator"]) == (CLIENT_ID, CLIENT_ID, True)
    learner = jwt.decode(platform.token("anna"), SIGNING_KEY, algorithms=["HS256"], audience="coursematch")
    assert (learner["sub"], learner["administrator"]) == ("anna", False)


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"grant_type": "magic"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"token_type": "magic"}, 400, "invalid_request"),
        ({"grant_type": "password", "username": "anna", "password": "wrong"}, 400, "invalid_grant"),
        ({"grant_type": "password", "username": "nobody", "password": LEARNER_PASSWORD}, 400, "invalid_grant"),
    ],
)
def test_refuses_tokens_as_oauth_says(platform: Platform, fields: dict[str, str], status: int, error: str) -> None:
    answer = ask_token(platform, **fields)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_takes_the_client_from_basic_authentication(platform: Platform) -> None:
    answer = httpx.post(
        platform.url + "/oauth2/access_token",
        data={"grant_type": "client_credentials"},
        auth=(CLIENT_ID, CLIENT_SECRET),
    )

    assert answer.json()["token_type"] == "Bearer"


@pytest.mark.parametrize("path", ["/nothing", "/api/enrollment/v1/unknown"])
def test_answers_404_as_json(platform: Platform, path: str) -> None:
    answer = platform.get(path)

    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})
