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

from tests.support.sandbox_command import asked, sandbox, started

QUESTIONS = ("python", "how do machines learn", "climate", "zzzz")


@pytest.fixture(scope="module")
def taken(state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A snapshot of the sandbox as this module finds it, in step; put back at the end.

    What a broken-off run has left is mended first: in a sandbox whose index is behind its tables, the sync that follows
    a restore has something to do.
    """
    file = tmp_path_factory.mktemp("snapshot") / "before.snapshot"
    assert asked("mend", "--state", state).returncode == 0
    assert synced(state)["status"] == "ok"
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


def contents(snapshot: Path) -> tuple[Any, Any]:
    document = json.loads(gzip.decompress(snapshot.read_bytes()))
    return document["tables"], document["index"]


def held(state: Path, folder: Path) -> tuple[Any, Any]:
    """Give what the sandbox holds now."""
    assert sandbox("snapshot", folder / "now", "--state", state).returncode == 0
    return contents(folder / "now")


def synced(state: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(asked("sync", "--state", state).stdout)
    return report


def assert_in_step(state: Path) -> None:
    report = synced(state)
    assert (report["status"], report["created"], report["updated"], report["deleted"]) == ("ok", 0, 0, 0)


def parts(state: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(sandbox("status", "--json", "--state", state).stdout)["parts"]
    return found


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
    assert_in_step(state)
    assert held(state, tmp_path) == contents(taken)
    assert taken.stat().st_size < 1_000_000, "small enough to mail"


def test_waits_for_a_sync_that_is_under_way(
    state: Path, endpoints: dict[str, Any], taken: Path, tmp_path: Path
) -> None:
    """The sync had read the tables of before, and wrote them over the restored index."""
    with database(endpoints) as connection:
        connection.run("UPDATE courses SET title = title || ' (new)'")
        connection.run("UPDATE loads SET loaded = clock_timestamp()")
    syncing = started("sync", "--state", state, output=tmp_path / "sync")
    while not any(part["name"] == "catalog-sync" and part["state"] == "running" for part in parts(state)):
        assert syncing.poll() is None, "the sync ended before anybody looked"

    done = sandbox("restore", taken, "--state", state)

    assert syncing.poll() is not None, "a restore ended while a sync was writing"
    assert done.returncode == 0, done.stderr
    assert_in_step(state)
    assert held(state, tmp_path) == contents(taken)


def test_goes_on_where_nobody_waits_for_it_any_more(
    state: Path, endpoints: dict[str, Any], taken: Path, tmp_path: Path
) -> None:
    with database(endpoints) as connection:
        connection.run("DELETE FROM enrollments")
    port = json.loads((state / "sandbox.pid").read_text())["control_port"]
    key = json.loads((state / "secrets.json").read_text())["control_key"]
    with httpx.stream(
        "POST", f"http://127.0.0.1:{port}/restore", json={"file": str(taken)},
        headers={"Authorization": f"Bearer {key}"}, trust_env=False,
    ) as asked:  # fmt: skip
        next(asked.iter_lines())

    assert held(state, tmp_path) == contents(taken)


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
    before, held_before = answers(api, bearer("1")), held(state, tmp_path)

    done = sandbox("restore", tmp_path / "wrong", "--state", state)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "does not take this snapshot" in done.stderr or "refuses this snapshot" in done.stderr
    assert held(state, tmp_path) == held_before
    assert_alike(answers(api, bearer("1")), before)
