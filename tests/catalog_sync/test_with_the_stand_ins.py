"""The sync between the real stand-ins: the learning platform on PostgreSQL, and the Algolia mock."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from services.catalog_sync.__main__ import main
from services.mock_algolia import AlgoliaMock
from tests.catalog_sync.processes import finished, start
from tests.catalog_sync.site import Answer, Asked, FakeLms, run_item, site
from tests.lms.platform import CLIENT_ID, CLIENT_SECRET, load, serving

COURSES: list[dict[str, Any]] = [
    {
        "key": "MITx+6.00.1x",
        "title": "Graphs &amp; <Trees>",
        "full_description": "<p>A long &eacute;tude.</p>",
        "level": "Introductory",
        "language": "es",
        "subjects": ["Computer Science"],
        "skills": ["Python"],
        "prerequisites": ["demoX+1"],
        "enrollment_count": 12,
        "runs": [{"run": "a", "start": "2020-01-01", "end": "2020-06-01"}, {"run": "b"}, {"run": "c", "hidden": True}],
    },
    *({"key": f"demoX+{number}", "title": f"Course {number}"} for number in range(130)),
]


@pytest.fixture
def algolia() -> Iterator[AlgoliaMock]:
    with AlgoliaMock() as mock:
        yield mock


def environment_of(mock: AlgoliaMock, lms_url: str, **more: str) -> dict[str, str]:
    return {
        "ALGOLIA_APP_ID": mock.app_id,
        "ALGOLIA_ADMIN_KEY": mock.admin_key,
        "ALGOLIA_HOSTS": mock.url,
        "LMS_URL": lms_url,
        **more,
    }


def synced(environment: dict[str, str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main([], environment) == 0, capsys.readouterr()
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def test_brings_the_platforms_catalogue_into_the_index_and_then_writes_nothing(
    database_url: str, tmp_path: Path, algolia: AlgoliaMock, capsys: pytest.CaptureFixture[str]
) -> None:
    load(tmp_path, COURSES, database_url=database_url)
    with serving(database_url) as platform:
        environment = environment_of(
            algolia,
            platform.url,
            DISCOVERY_URL=platform.url,
            LMS_CLIENT_ID=CLIENT_ID,
            LMS_CLIENT_SECRET=CLIENT_SECRET,
        )
        first = synced(environment, capsys)
        second = synced(environment, capsys)
    assert (first["read"], first["created"]) == (131, 131)
    assert (second["unchanged"], second["algolia_write_operations"]) == (131, 0)
    record = reader(algolia)("/1/indexes/courses/MITx%2B6.00.1x", None)
    assert record["title"] == "Graphs & <Trees>"
    assert [run["course_run_id"] for run in record["runs"]] == ["course-v1:MITx+6.00.1x+a", "course-v1:MITx+6.00.1x+b"]
    assert record["course_run_id"] == "course-v1:MITx+6.00.1x+b"
    assert (record["full_description"], record["level"], record["language"]) == (
        "A long étude.", "Introductory", "Spanish",
    )  # fmt: skip
    assert (record["prerequisites"], record["prerequisite_titles"]) == (["demoX+1"], ["Course 1"])
    assert (record["subjects"], record["skills"]) == (["Computer Science"], ["Python"])
    assert (record["availability"], record["enrollment_count"]) == ("Available now", 12)


def reader(mock: AlgoliaMock) -> Any:
    pool = urllib3.PoolManager()
    headers = {
        "Connection": "close",
        "x-algolia-application-id": mock.app_id,
        "x-algolia-api-key": mock.admin_key,
    }

    def read(path: str, body: Any) -> Any:
        method = "GET" if body is None else "POST"
        answer = pool.request(method, mock.url + path, body=json.dumps(body or {}), headers=headers)
        assert answer.status == 200, answer.data
        return answer.json()

    return read


@pytest.mark.parametrize("nth", [1, 3, 5], ids=["lock", "batch", "move"])
def test_killed_at_its_nth_write_it_never_shows_half_an_index_and_the_next_run_finishes(
    nth: int, algolia: AlgoliaMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    lms = FakeLms([run_item(f"X+{number}", name="old") for number in range(60)])
    pool, writes, process = urllib3.PoolManager(), 0, None

    def forward(asked: Asked) -> Answer:
        """Pass a request on to the mock; kill the sync once its nth write is done, before it hears of it."""
        nonlocal writes
        query = "&".join(f"{name}={value}" for name, value in asked.query.items())
        reply = pool.request(
            asked.method, f"{algolia.url}{asked.path}?{query}", body=asked.body,
            headers={name: value for name, value in asked.headers.items() if name.lower().startswith("x-algolia")},
        )  # fmt: skip
        if process is not None and "taskID" in reply.json():
            writes += 1
            if writes == nth:
                process.kill()
        return Answer(reply.data, reply.status)

    with site(lms) as lms_site, site(forward) as front:
        environment = environment_of(algolia, lms_site.url, ALGOLIA_HOSTS=front.url)
        synced(environment, capsys)
        read = reader(algolia)
        # A change of the configuration beside changed records needs a staging index.
        with_put = {"customRanking": ["desc(enrollment_count)"]}
        pool.request(
            "PUT", f"{algolia.url}/1/indexes/courses/settings", body=json.dumps(with_put),
            headers={"x-algolia-application-id": algolia.app_id, "x-algolia-api-key": algolia.admin_key},
        )  # fmt: skip
        lms.items = [run_item(f"X+{number}", name="new") for number in range(2, 62)]
        seen: list[list[str]] = []
        stop = threading.Event()

        def watch() -> None:
            while not stop.wait(0.005):
                hits = read("/1/indexes/courses/browse", {"hitsPerPage": 1000})["hits"]
                seen.append(sorted(f"{hit['title']} {hit['objectID']}" for hit in hits))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            process = start(environment, tmp_path)
            process.communicate(timeout=60)
            assert process.returncode != 0
            process = None
            after_kill = synced(environment, capsys)
        finally:
            stop.set()
            watcher.join()
            pool.clear()
        old = sorted(f"old X+{number}" for number in range(60))
        new = sorted(f"new X+{number}" for number in range(2, 62))
        assert [one for one in seen if one not in (old, new)] == []
        assert (
            sorted(f"{hit['title']} {hit['objectID']}" for hit in read("/1/indexes/courses/browse", {})["hits"]) == new
        )
        assert after_kill["status"] == "ok"
        assert {one["name"] for one in read("/1/indexes", None)["items"]} == {"courses", "courses_sync"}


def test_of_two_runs_at_once_one_does_the_work(algolia: AlgoliaMock, tmp_path: Path) -> None:
    lms = FakeLms([run_item(f"X+{number}") for number in range(60)])
    with site(lms) as lms_site:
        processes: list[subprocess.Popen[str]] = []
        for number in range(2):
            # Folders of their own, as on two machines: only the lock in the index is between them.
            (tmp_path / str(number)).mkdir()
            processes.append(start(environment_of(algolia, lms_site.url), tmp_path / str(number)))
        ends = [finished(process)[:2] for process in processes]
    assert {code for code, _ in ends} <= {0, 75}
    assert sum(report["algolia_write_operations"] > 3 for _, report in ends) == 1
    assert reader(algolia)("/1/indexes/courses/browse", {})["nbHits"] == 60
