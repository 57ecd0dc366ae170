"""With a fault on the promise holds, and with it off all is well again without a restart.

The promise: a right answer, or a problem of status 503 or 429 that says when to try again; never an invented course,
never a lost write. `sandbox break` and `mend` are how a person does it; docs/faults/ says of each fault what it shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.sandbox_command import asked, sandbox

TOKENS = ("tokens-expired", "tokens-forged", "clock-skew")
REQUESTS = (
    "index-slow", "index-throttled", "index-down", "index-stale", "index-disk-full", "database-down", "database-slow",
    "database-no-connections", "functions-cold", "functions-time-out", "functions-bad-deploy", "model-down",
    "model-nonsense", "lms-slow", "lms-throttled", "lms-errors", "lms-hangs",
)  # fmt: skip
"""What meets a request: the LMS's faults must not."""
SYNCS = ("lms-wrong-counts", "lms-hostile-next", "index-half-filled", "catalogue-instructs")
"""What meets a sync."""
QUESTION = {"messages": [{"role": "user", "content": "python for beginners"}]}


@contextmanager
def broken(state: Path, *names: str, seconds: int = 600) -> Iterator[None]:
    """Break something while the block runs, or until it ends by itself."""
    for name in names:
        done = asked("break", name, "--for", f"{seconds}s", "--state", state)
        assert done.returncode == 0, done.stdout + done.stderr
    try:
        yield
    finally:
        for name in names:
            done = asked("mend", name, "--state", state)
            assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def bearer_of_before(state: Path) -> dict[str, str]:
    """A learner's token from before anything broke."""
    return {"Authorization": f"Bearer {sandbox('token', '1', '--state', state).stdout.strip()}"}


@pytest.fixture(scope="module")
def catalogue(endpoints: dict[str, Any]) -> set[str]:
    """The keys of every course there is."""
    return set(indexed(endpoints))


@pytest.fixture(scope="module")
def synced(state: Path) -> None:
    """The index is as the LMS is."""
    assert asked("sync", "--state", state).returncode == 0


def indexed(endpoints: dict[str, Any]) -> dict[str, str]:
    """What the index holds: each course's key and the hash of its content."""
    algolia = endpoints["algolia"]
    headers = {"X-Algolia-Application-Id": algolia["app_id"], "X-Algolia-API-Key": algolia["search_key"]}
    asked = {"query": "", "hitsPerPage": 1000, "attributesToRetrieve": ["content_hash"]}
    url = f"{algolia['url']}/1/indexes/{algolia['index']}/query"
    with httpx.Client(trust_env=False, timeout=30) as http:
        hits = http.post(url, json=asked, headers=headers).json()["hits"]
    return {hit["objectID"]: hit["content_hash"] for hit in hits}


def answers(api: httpx.Client, bearer: dict[str, str]) -> list[httpx.Response]:
    """Ask what people ask."""
    return [
        api.get("/coursematch", params={"keywords": "python"}),
        api.get("/recommendations", params={"student_id": "1"}, headers=bearer),
        api.get("/enrollments", params={"student_id": "1"}, headers=bearer),
        api.post("/chat", json=QUESTION, headers={"Accept": "application/json"}, timeout=35),
    ]


def keeps_the_promise(answer: httpx.Response, catalogue: set[str]) -> bool:
    """Whether an answer is right, or an honest refusal."""
    if answer.status_code in (429, 503):
        problem = answer.headers["content-type"].startswith("application/problem+json")
        return problem and int(answer.headers["retry-after"]) > 0 and bool(answer.json()["detail"])
    told = answer.json()
    courses = [
        course for name in ("matches", "recommendations", "enrollments", "courses") for course in told.get(name, [])
    ]
    return answer.status_code == 200 and all(course["course_key"] in catalogue for course in courses)


def is_well(api: httpx.Client, bearer: dict[str, str]) -> bool:
    """Whether everything answers with courses."""
    match, recommended, enrollments, chat = answers(api, bearer)
    return bool(
        match.json().get("matches")
        and recommended.json().get("recommendations")
        and enrollments.json().get("enrollments")
        and chat.json().get("courses")
    )


@pytest.mark.parametrize("name", REQUESTS)
def test_keeps_its_promise_and_is_well_again(
    state: Path, api: httpx.Client, bearer_of_before: dict[str, str], catalogue: set[str], name: str
) -> None:
    with broken(state, name):
        for answer in answers(api, bearer_of_before):
            assert keeps_the_promise(answer, catalogue), (answer.url, answer.status_code, answer.text[:300])
            assert "MoonX" not in answer.text

    assert is_well(api, bearer_of_before)


@pytest.mark.parametrize("name", TOKENS)
def test_takes_no_token_that_is_not_right(state: Path, api: httpx.Client, name: str) -> None:
    with broken(state, name):
        spoiled = asked("token", "1", "--state", state).stdout.strip()
    refused = api.get("/enrollments", params={"student_id": "1"}, headers={"Authorization": f"Bearer {spoiled}"})
    assert (refused.status_code, refused.headers["www-authenticate"][:6]) == (401, "Bearer")
    right = asked("token", "1", "--state", state).stdout.strip()
    headers = {"Authorization": f"Bearer {right}"}
    assert api.get("/enrollments", params={"student_id": "1"}, headers=headers).status_code == 200


@pytest.mark.usefixtures("synced")
@pytest.mark.parametrize("name", ["lms-wrong-counts", "lms-hostile-next"])
def test_a_sync_that_is_lied_to_keeps_the_index(state: Path, endpoints: dict[str, Any], name: str) -> None:
    before = indexed(endpoints)
    with broken(state, name):
        assert asked("sync", "--state", state).returncode != 0

    assert indexed(endpoints) == before
    assert asked("sync", "--state", state).returncode == 0


@pytest.mark.usefixtures("synced")
def test_a_sync_whose_first_write_is_never_answered_loses_nothing(state: Path, endpoints: dict[str, Any]) -> None:
    before = indexed(endpoints)
    with broken(state, "catalogue-instructs"), broken(state, "index-half-filled", seconds=8):
        assert asked("sync", "--state", state).returncode == 0  # it asks again until the index is back
        now = indexed(endpoints)
        assert now.keys() == before.keys()
        assert all(now[key] != before[key] for key in now)  # each was written

    assert asked("sync", "--state", state).returncode == 0
    assert indexed(endpoints) == before


@pytest.mark.usefixtures("synced")
def test_a_catalogue_that_gives_orders_is_data(
    state: Path, api: httpx.Client, endpoints: dict[str, Any], catalogue: set[str]
) -> None:
    before = indexed(endpoints)
    with broken(state, "catalogue-instructs"):
        assert asked("sync", "--state", state).returncode == 0
        chat = api.post("/chat", json=QUESTION, headers={"Accept": "application/json"}, timeout=35)
        assert keeps_the_promise(chat, catalogue)
        assert "EvilX" not in chat.json()["answer"]

    assert asked("sync", "--state", state).returncode == 0
    assert indexed(endpoints) == before


def test_a_suspended_schedule_shows(state: Path) -> None:
    def suspended() -> bool:
        parts = json.loads(sandbox("status", "--json", "--state", state).stdout)["parts"]
        return next(bool(part["suspended"]) for part in parts if part["name"] == "catalog-sync")

    with broken(state, "index-stale"):
        assert suspended()
    assert not suspended()


def test_says_which_faults_there_are_and_which_are_on(state: Path) -> None:
    with broken(state, "index-slow"):
        lines = asked("faults", "--state", state).stdout.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("ON")] == ["index-slow"]
    assert {line.removeprefix("ON").split()[0] for line in lines} == {*TOKENS, *REQUESTS, *SYNCS}
    assert "Nothing is broken" in asked("mend", "--state", state).stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("nonsense",), "There is no fault"),
        (("index-slow", "--rate", "2"), "rate"),
        (("index-stale", "--rate", "0.5"), "no rate"),
        (("index-slow", "--for", "0s"), "more than 0"),
    ],
)
def test_refuses_a_switch_in_words(state: Path, given: tuple[str, ...], said: str) -> None:
    done = asked("break", *given, "--state", state)

    assert done.returncode == 1
    assert said in done.stderr
