"""The Courses API answers as Open edX does (lms/djangoapps/course_api)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.lms.platform import Platform, serving

LIST = "/api/courses/v1/courses/"
PUBLIC_RUNS = 233  # 230 plain ones, two of MITx+6.00.1x, one by invitation


def ids(answer: httpx.Response) -> list[str]:
    answer.raise_for_status()
    return [course["id"] for course in answer.json()["results"]]


def test_lists_a_run_with_every_field_in_order(platform: Platform) -> None:
    (run,) = platform.get(LIST, course_keys="course-v1:MITx+6.00.1x+2024T1").json()["results"]

    assert list(run) == [
        "blocks_url",
        "effort",
        "end",
        "enrollment_start",
        "enrollment_end",
        "id",
        "media",
        "name",
        "number",
        "org",
        "short_description",
        "start",
        "start_display",
        "start_type",
        "pacing",
        "mobile_available",
        "hidden",
        "invitation_only",
        "course_id",
    ]
    assert run["id"] == run["course_id"] == "course-v1:MITx+6.00.1x+2024T1"
    assert (run["name"], run["number"], run["org"]) == ("Introduction to &lt;Python&gt; & R", "6.00.1x", "MITx")
    assert (run["start"], run["start_display"], run["start_type"]) == (
        "2024-01-11T00:00:00Z",
        "Jan 11, 2024",
        "timestamp",
    )
    assert (run["end"], run["pacing"], run["hidden"]) == ("2024-06-01T00:00:00Z", "instructor", False)
    assert run["blocks_url"].endswith("/blocks/?course_id=course-v1%3AMITx%2B6.00.1x%2B2024T1")
    assert set(run["media"]) == {"banner_image", "course_image", "course_video", "image"}


def test_pages_with_absolute_links(platform: Platform) -> None:
    body = platform.get(LIST, page_size=100, page=2, org="demox").json()

    assert body["pagination"] == {
        "next": f"{platform.url}{LIST}?page_size=100&org=demox&page=3",
        "previous": f"{platform.url}{LIST}?page_size=100&org=demox",
        "count": 230,
        "num_pages": 3,
    }
    assert len(body["results"]) == 100


def test_shows_each_run_on_exactly_one_page(platform: Platform) -> None:
    url: str | None = f"{platform.url}{LIST}?page_size=33"
    seen = []
    while url:
        body = httpx.get(url).json()
        seen += [course["id"] for course in body["results"]]
        url = body["pagination"]["next"]

    assert seen == sorted(set(seen))
    assert len(seen) == PUBLIC_RUNS


@pytest.mark.parametrize(
    ("written", "size"), [(None, 10), ("0", 10), ("-1", 10), ("x", 10), ("7", 7), ("100", 100), ("1000", 100)]
)
def test_reads_page_size_as_open_edx_does(platform: Platform, written: str | None, size: int) -> None:
    answer = platform.get(LIST, **({"page_size": written} if written else {}))

    assert len(answer.json()["results"]) == size


@pytest.mark.parametrize("page", ["0", "-1", "999", "x", "1.5", "9" * 30])
def test_answers_404_to_a_page_that_is_not_there(platform: Platform, page: str) -> None:
    answer = platform.get(LIST, page=page)

    assert (answer.status_code, answer.json()) == (404, {"developer_message": "Invalid page."})


def test_knows_the_last_page(platform: Platform) -> None:
    assert platform.get(LIST, page="last", page_size=100).json()["pagination"]["next"] is None


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"org": "mitx"}, ["course-v1:MITx+6.00.1x+2024T1", "course-v1:MITx+6.00.1x+2030T1"]),
        ({"org": "nobody"}, []),
        ({"search_term": "python everyone"}, ["course-v1:MITx+6.00.1x+2024T1", "course-v1:MITx+6.00.1x+2030T1"]),
        ({"search_term": "python nothing"}, []),
        ({"search_term": "100%"}, []),
        ({"mobile": "true"}, ["course-v1:MITx+6.00.1x+2024T1"]),
        ({"active_only": "1", "org": "MITx"}, ["course-v1:MITx+6.00.1x+2030T1"]),
        ({"permissions": "staff"}, []),
        ({"permissions": "enroll", "org": "ClosedX"}, []),
        ({"permissions": "see_in_catalog", "org": "ClosedX"}, ["course-v1:ClosedX+1+a"]),
        ({"course_keys": ["course-v1:demoX+001+r1", "course-v1:demoX+777+r1"]}, ["course-v1:demoX+001+r1"]),
        ({"course_keys": "course-v1:HiddenX+1+a"}, []),
    ],
)
def test_filters(platform: Platform, params: dict[str, Any], found: list[str]) -> None:
    assert ids(platform.get(LIST, **params)) == found


@pytest.mark.parametrize(
    ("name", "value"),
    [("mobile", "perhaps"), ("course_keys", "demoX+001"), ("permissions", "fly"), ("org", "a\x00b")],
)
def test_answers_400_and_the_field_to_a_bad_parameter(platform: Platform, name: str, value: str) -> None:
    answer = platform.get(LIST, **{name: value})

    assert answer.status_code == 400
    assert answer.json()["field_errors"][name]["developer_message"]


@pytest.mark.parametrize("kind", ["form", "json"])
def test_reads_the_same_parameters_from_a_post(platform: Platform, kind: str) -> None:
    fields = {"org": "demoX", "course_keys": ["course-v1:demoX+001+r1", "course-v1:demoX+002+r1"]}
    url = platform.url + LIST
    answer = httpx.post(url, data=fields) if kind == "form" else httpx.post(url, json=fields | {"mobile": False})

    assert ids(answer) == ["course-v1:demoX+001+r1", "course-v1:demoX+002+r1"]


@pytest.mark.parametrize("body", ["[1]", "nonsense"])
def test_refuses_a_post_that_is_no_object(platform: Platform, body: str) -> None:
    answer = httpx.post(platform.url + LIST, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400


def test_shows_hidden_runs_to_staff_on_their_own_behalf_only(platform: Platform) -> None:
    token = platform.token()
    hidden = "course-v1:HiddenX+1+a"

    assert ids(platform.get(LIST, token=token, org="HiddenX", username="coursematch-service")) == [hidden]
    assert ids(platform.get(LIST, token=token, org="HiddenX")) == []
    assert ids(platform.get(LIST, token=token, org="HiddenX", username="anna")) == []
    assert platform.get(f"{LIST}{hidden}/").status_code == 404
    assert platform.get(f"{LIST}{hidden}/", token=token, username="coursematch-service").json()["hidden"] is True


def test_lets_nobody_but_staff_ask_for_another(platform: Platform) -> None:
    assert platform.get(LIST, username="anna").status_code == 403
    assert platform.get(LIST, token=platform.token("anna"), username="many").status_code == 403
    assert platform.get(LIST, token=platform.token("anna"), username="anna").status_code == 200
    assert platform.get(LIST, token=platform.token(), username="nobody").status_code == 404


def test_answers_401_to_a_bad_token_even_where_none_is_needed(platform: Platform) -> None:
    answer = platform.get(LIST, token="not.a.token")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'JWT realm="api"'


def test_adds_the_long_description_to_one_course(platform: Platform) -> None:
    detail = platform.get(f"{LIST}course-v1:MITx+6.00.1x+2030T1").json()

    assert detail["overview"] == "<p>A verbose description.</p>"
    assert detail["pacing"] == "self"


@pytest.mark.parametrize(
    ("course", "status"), [("course-v1:No+Such+Run", 404), ("nonsense", 400), ("MITx+6.00.1x", 400)]
)
def test_tells_a_missing_course_from_a_bad_key(platform: Platform, course: str, status: int) -> None:
    assert platform.get(f"{LIST}{course}/").status_code == status


def test_counts_requests_against_the_throttle(platform: Platform) -> None:
    with serving(platform.database_url, "--throttle", "2/hour") as throttled:
        token = throttled.token()
        anonymous = [throttled.get(LIST).status_code for _ in range(3)]
        staff = [throttled.get(LIST, token=token).status_code for _ in range(5)]
        refused = throttled.get(LIST)

    assert anonymous == [200, 200, 429]
    assert staff == [200, 200, 200, 200, 429]
    assert "Request was throttled. Expected available in" in refused.json()["developer_message"]
    assert 0 < int(refused.headers["Retry-After"]) <= 3600


def test_makes_links_of_its_public_url(platform: Platform) -> None:
    with serving(platform.database_url, LMS_PUBLIC_URL="https://lms.example.org/") as public:
        body = public.get(LIST).json()

    assert body["pagination"]["next"] == "https://lms.example.org/api/courses/v1/courses/?page=2"


def test_logs_no_learner_and_no_token(platform: Platform) -> None:
    token = platform.token("anna")
    platform.get("/api/enrollment/v1/enrollment", token=token, user="anna")
    platform.get("/api/enrollment/v1/enrollment/anna,course-v1:demoX+001+r1", token=token)

    log = "".join(platform.log)
    assert '"event": "lms_request"' in log
    assert "anna" not in log
    assert token not in log


def test_discovery_has_what_the_list_lacks(platform: Platform) -> None:
    token = platform.token()

    course = platform.get("/api/v1/courses/MITx+6.00.1x/", token=token).json()

    assert course["level_type"] == "Introductory"
    assert course["subjects"] == [{"name": "Computer Science", "slug": "computer-science"}]
    assert course["skill_names"] == ["Python"]
    assert course["prerequisites"] == ["demoX+000", "Unknown+1"]
    assert course["prerequisites_raw"] == "Course 000"
    assert course["marketing_url"] == "https://example.org/6.00.1x"
    assert [run["key"] for run in course["course_runs"]] == [
        "course-v1:MITx+6.00.1x+2024T1",
        "course-v1:MITx+6.00.1x+2030T1",
    ]
    assert [run["availability"] for run in course["course_runs"]] == ["Archived", "Upcoming"]


def test_discovery_pages_by_limit_and_offset_without_hidden_courses(platform: Platform) -> None:
    token = platform.token()
    body = platform.get("/api/v1/courses/", token=token, limit=100).json()
    pages = [body]
    while body["next"]:
        body = httpx.get(body["next"], headers={"Authorization": f"JWT {token}"}).json()
        pages.append(body)
    keys = [course["key"] for page in pages for course in page["results"]]

    assert list(body) == ["count", "next", "previous", "results"]
    assert [len(page["results"]) for page in pages] == [100, 100, 32]
    assert len(set(keys)) == body["count"] == 232
    assert "HiddenX+1" not in keys


def test_discovery_wants_a_token(platform: Platform) -> None:
    assert platform.get("/api/v1/courses/").status_code == 401
