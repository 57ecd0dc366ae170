"""What was there when a snapshot was taken is there again, whatever happened in between."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pg8000.native
import pytest

from tests.support.sandbox_command import sandbox

QUESTIONS = ("python", "how do machines learn", "climate", "zzzz")


@pytest.fixture(scope="module")
def taken(state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A snapshot of the sandbox as this module finds it; put back at the end."""
    file = tmp_path_factory.mktemp("snapshot") / "before.snapshot"
    done = sandbox("snapshot", file, "--state", state)
    assert done.returncode == 0, done.stderr
    yield file
    assert sandbox("restore", file, "--state", state).returncode == 0


def answers(api: httpx.Client, headers: dict[str, str]) -> list[Any]:
    found = [api.get("/coursematch", params={"keywords": words}).json() for words in QUESTIONS]
    return [*found, api.get("/recommendations", params={"student_id": "1"}, headers=headers).json()]


def told(found: list[Any], what: str) -> list[dict[str, Any]]:
    """One fact of each course that answers list, by its key."""
    lists = [one.get("matches") or one.get("recommendations") or [] for one in found]
    return [{course["course_key"]: course[what] for course in listed} for listed in lists]


def assert_alike(after: list[Any], before: list[Any]) -> None:
    """Compare answers of an index made anew: a vector depends a little on what is embedded beside it."""
    for now, then in zip(told(after, "explanation"), told(before, "explanation"), strict=True):
        same = now.keys() & then.keys()
        assert len(same) >= len(then) - 1, "the last place may turn, and no other"
        assert {key: now[key] for key in same} == {key: then[key] for key in same}
    for now, then in zip(told(after, "score"), told(before, "score"), strict=True):
        same = now.keys() & then.keys()
        assert {key: now[key] for key in same} == pytest.approx({key: then[key] for key in same}, abs=0.05)


def database(endpoints: dict[str, Any]) -> pg8000.native.Connection:
    url = httpx.URL(endpoints["postgres"])
    return pg8000.native.Connection(url.username, url.host, url.path.strip("/"), url.port or 5432, url.password)


def test_brings_back_tables_and_index(
    state: Path, api: httpx.Client, endpoints: dict[str, Any], bearer: Any, taken: Path, tmp_path: Path
) -> None:
    before = answers(api, bearer("1"))
    with database(endpoints) as connection:
        connection.run("DELETE FROM enrollments WHERE learner_id = '1'")
        connection.run("DELETE FROM courses WHERE title LIKE '%Python%'")
        connection.run("UPDATE loads SET loaded = clock_timestamp()")
    at = endpoints["algolia"]
    cleared = httpx.post(
        f"{at['url']}/1/indexes/{at['index']}/clear", trust_env=False,
        headers={"X-Algolia-Application-Id": at["app_id"], "X-Algolia-API-Key": at["admin_key"]},
    )  # fmt: skip
    assert cleared.status_code == 200
    assert answers(api, bearer("1")) != before

    done = sandbox("restore", taken, "--state", state)

    assert done.returncode == 0, done.stderr
    assert_alike(answers(api, bearer("1")), before)
    report = json.loads(sandbox("sync", "--state", state).stdout)
    assert (report["status"], report["created"], report["updated"], report["deleted"]) == ("ok", 0, 0, 0)
    sandbox("snapshot", tmp_path / "again", "--state", state)
    first, second = (json.loads(gzip.decompress(path.read_bytes())) for path in (taken, tmp_path / "again"))
    assert (first["tables"], first["index"]) == (second["tables"], second["index"])
    assert taken.stat().st_size < 1_000_000, "small enough to mail"


@pytest.mark.parametrize("part", ["courses", "records"])
def test_leaves_everything_as_it_was_when_a_part_is_refused(
    part: str, state: Path, api: httpx.Client, bearer: Any, taken: Path, tmp_path: Path
) -> None:
    document = json.loads(gzip.decompress(taken.read_bytes()))
    rows = document["tables"]["courses"] if part == "courses" else document["index"]["records"]
    del rows[0]["key" if part == "courses" else "objectID"]
    if part == "records":
        rows[0] = {"objectID": "x", "text": "x" * 200_000}  # more than a record may hold
    (tmp_path / "wrong").write_bytes(gzip.compress(json.dumps(document).encode()))
    before = answers(api, bearer("1"))
    assert sandbox("snapshot", tmp_path / "before", "--state", state).returncode == 0

    done = sandbox("restore", tmp_path / "wrong", "--state", state)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "does not take this snapshot" in done.stderr or "refuses this snapshot" in done.stderr
    assert sandbox("snapshot", tmp_path / "again", "--state", state).returncode == 0
    first, second = (
        json.loads(gzip.decompress(path.read_bytes())) for path in (tmp_path / "before", tmp_path / "again")
    )
    assert (first["tables"], first["index"]) == (second["tables"], second["index"])
    assert_alike(answers(api, bearer("1")), before)
