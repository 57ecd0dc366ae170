"""Requests that nobody sends in good faith: each is refused, and none spoils the answers of those that follow."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lms.platform import SIGNING_KEY, Platform, serving

LIST = "/api/courses/v1/courses/"
HALF = "\ud83d"


def post_json(platform: Platform, body: str) -> httpx.Response:
    return httpx.post(platform.url + LIST, content=body, headers={"Content-Type": "application/json"})


def test_refuses_a_search_of_too_many_words_and_then_answers_everybody_their_own_rows(platform: Platform) -> None:
    words = " ".join(f"w{number}" for number in range(14_000))
    for _ in range(9):  # once for each connection
        refused = post_json(platform, json.dumps({"search_term": words}))
        assert (refused.status_code, list(refused.json()["field_errors"])) == (400, ["search_term"])
    for number in range(24):
        key = f"course-v1:demoX+{number:03}+r1"
        assert [run["id"] for run in platform.get(LIST, course_keys=key).json()["results"]] == [key]


def test_refuses_more_course_keys_than_one_statement_takes(platform: Platform) -> None:
    keys = [f"course-v1:a+b+{number}" for number in range(40_000)]
    assert post_json(platform, json.dumps({"course_keys": keys})).status_code == 400
    assert platform.get(LIST).status_code == 200


def test_counts_a_word_once_however_often_it_is_said(platform: Platform) -> None:
    assert platform.get(LIST, search_term="python " * 500).json()["pagination"]["count"] == 2


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"search_term": f"a{HALF}"}),
        json.dumps({"org": HALF}),
        json.dumps({"course_keys": ["course-v1:a+b+c", HALF]}),
        json.dumps({HALF: "x"}),
        json.dumps({"search_term": "a\x00b"}),
        '{"search_term": ' + "[" * 30_000 + "]" * 30_000 + "}",
    ],
    ids=["half in text", "half alone", "half in a list", "half in a name", "NUL", "deep"],
)
def test_refuses_json_that_holds_no_text(platform: Platform, body: str) -> None:
    answer = post_json(platform, body)
    assert answer.status_code == 400
    assert "json" in answer.headers["Content-Type"]


@pytest.mark.parametrize(
    "path",
    [
        f"{LIST}%00/",
        f"{LIST}course-v1:a+b+c%00/",
        f"{LIST}?username=%00",
        f"{LIST}?unknown=%00",
        f"{LIST}?%00=x",
        "/api/v1/courses/%00/",
        "/api/v1/courses/?keys=%00",
        "/api/user/v1/accounts/a%00",
        "/api/enrollment/v1/enrollment/a%00,course-v1:demoX+001+r1",
        "/api/enrollment/v1/enrollment/course-v1:demoX+001+r1%00",
        "/api/enrollment/v1/enrollment?user=%00",
        "/api/enrollment/v2/enrollment/?user=a%00",
        "/api/enrollment/v1/enrollments?username=a%00",
        "/api/enrollment/v1/course/course-v1:demoX+001+r1%00",
    ],
)
def test_refuses_a_nul_wherever_a_request_may_hold_one(platform: Platform, path: str) -> None:
    answer = httpx.get(platform.url + path, headers={"Authorization": f"JWT {platform.token()}"})
    assert answer.status_code == 400
    assert answer.json()


def test_refuses_a_nul_in_a_form_and_says_so_as_oauth_does(platform: Platform) -> None:
    answer = httpx.post(platform.url + "/oauth2/access_token", data={"grant_type": "password", "username": "a\x00"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("subject", ["a\x00b", HALF])
def test_believes_no_token_for_somebody_who_cannot_be_written_down(platform: Platform, subject: str) -> None:
    now = datetime.now(UTC)
    claims = {"iss": "coursematch", "aud": "coursematch", "sub": subject, "iat": now, "exp": now + timedelta(hours=1)}
    token = jwt.encode(claims, SIGNING_KEY, algorithm="HS256")
    assert platform.get("/api/enrollment/v1/enrollment", token=token).status_code == 401


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(
    body=st.dictionaries(
        st.sampled_from(["search_term", "org", "username", "mobile", "permissions", "course_keys", "active_only"]),
        values,
        max_size=3,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_never_fails_at_a_json_body_whatever_it_holds(platform: Platform, body: dict[str, Any]) -> None:
    assert post_json(platform, json.dumps(body)).status_code < 500


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8083", "127.0.0.1.evil.example", "192.0.2.7", "a@127.0.0.1", "::1", ""]
)
@pytest.mark.parametrize("path", [LIST, "/health", "/alive", "/nowhere"])
def test_answers_no_page_that_came_by_a_foreign_name(platform: Platform, host: str, path: str) -> None:
    assert httpx.get(platform.url + path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "lms.localhost", "127.0.0.1:80", "[::1]", "127.1.2.3"])
def test_answers_by_every_name_of_this_machine(platform: Platform, host: str) -> None:
    assert httpx.get(platform.url + LIST, headers={"Host": host}).status_code == 200


def test_answers_by_the_names_that_its_settings_give(platform: Platform) -> None:
    names = {"LMS_PUBLIC_URL": "https://lms.example.org", "LMS_ALLOWED_HOSTS": "lms, .svc.cluster.local"}
    with serving(platform.database_url, **names) as named:
        for host, status in {
            "lms.example.org": 200, "lms:8083": 200, "lms.coursematch.svc.cluster.local": 200, "10.0.0.7:8083": 400,
            "svc.cluster.local": 200, "notsvc.cluster.local": 400, "example.org": 400,
        }.items():  # fmt: skip
            assert httpx.get(named.url + LIST, headers={"Host": host}).status_code == status, host


def test_answers_a_probe_by_address_where_it_listens_on_every_address(platform: Platform) -> None:
    with serving(platform.database_url, LMS_HOST="0.0.0.0") as pod:  # noqa: S104  what a pod does
        assert httpx.get(pod.url + "/alive", headers={"Host": "10.0.0.7:8083"}).status_code == 200
        assert httpx.get(pod.url + "/alive", headers={"Host": "evil.example"}).status_code == 400


@contextlib.contextmanager
def half_open(platform: Platform, number: int) -> Iterator[None]:
    address = urlsplit(platform.url)
    with contextlib.ExitStack() as open_sockets:
        for _ in range(number):
            connection = socket.create_connection((address.hostname, address.port or 80))
            open_sockets.enter_context(connection)
            connection.sendall(f"POST {LIST} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{{".encode())
        yield


def test_answers_while_three_hundred_posts_are_never_finished(platform: Platform) -> None:
    with half_open(platform, 300):
        assert httpx.get(platform.url + LIST, timeout=20).status_code == 200
