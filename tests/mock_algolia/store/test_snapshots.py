"""Opening a large folder: from a snapshot and what came after it, or from the records; the answers are the same."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from services.mock_algolia import AlgoliaMock
from services.mock_algolia.engine import Index
from services.mock_algolia.engine.corpus import dump
from services.mock_algolia.store.live import LiveIndex
from services.mock_algolia.store.snapshots import Snapshots
from tests.support.algolia_http import Http

SIZE = 6000
ASKED = [{"query": "course 12"}, {"query": "changed"}, {"query": "", "facets": ["level"]}, {"filters": "level:1"}]


def answers(data: Path) -> list[Any]:
    with AlgoliaMock(data) as algolia:
        http = Http(algolia)
        found = []
        for index in sorted(item["name"] for item in http("GET", "/1/indexes")[1]["items"]):
            for params in ASKED:
                status, answer = http("POST", f"/1/indexes/{index}/query", {"hitsPerPage": 50, **params})
                assert status == 200, answer
                found.append(
                    (index, answer["nbHits"], answer.get("facets"), [hit["objectID"] for hit in answer["hits"]])
                )
        http.close()
    return found


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A folder with a snapshot, written when its mock was closed."""
    with AlgoliaMock(tmp_path / "data") as algolia:
        http = Http(algolia)
        http("PUT", "/1/indexes/courses/settings", {"attributesForFaceting": ["level"], "replicas": ["newest"]})
        http("PUT", "/1/indexes/newest/settings", {"ranking": ["desc(n)"]})
        algolia.seed("courses", [{"objectID": str(n), "t": f"course {n}", "level": n % 3, "n": n} for n in range(SIZE)])
        http.close()
    assert len(list((tmp_path / "data" / "snapshots").iterdir())) == 2
    return tmp_path / "data"


def without_snapshots(data: Path) -> Path:
    copy = data.with_name("copy")
    shutil.copytree(data, copy)
    shutil.rmtree(copy / "snapshots")
    return copy


def change(http: Http, kind: str) -> None:
    if kind == "a few records":
        http("PUT", "/1/indexes/courses/3", {"t": "changed", "level": 9, "n": -1})
        http("PUT", "/1/indexes/courses/new", {"t": "changed too", "level": 1, "n": 10**6})
        http("DELETE", "/1/indexes/courses/12")
        http("POST", "/1/indexes/courses/deleteByQuery", {"filters": "level:2"})
    elif kind == "everything":
        http("POST", "/1/indexes/courses/clear")
        http("PUT", "/1/indexes/courses/1", {"t": "changed", "level": 1})
    elif kind == "settings":
        http(
            "PUT",
            "/1/indexes/courses/settings",
            {"searchableAttributes": ["level"], "attributesForFaceting": ["n", "level"]},
        )
        http("PUT", "/1/indexes/courses/synonyms/s", {"objectID": "s", "type": "synonym", "synonyms": ["changed", "1"]})
    elif kind == "names":
        http("POST", "/1/indexes/courses/operation", {"operation": "move", "destination": "moved"})
        http("PUT", "/1/indexes/courses/1", {"t": "changed", "level": 1})
    elif kind == "deletion":
        http("DELETE", "/1/indexes/courses")
        http("PUT", "/1/indexes/other/1", {"t": "changed"})
        http("PUT", "/1/indexes/other/settings", {"attributesForFaceting": ["level"]})


@pytest.mark.parametrize("kind", ["nothing", "a few records", "everything", "settings", "names", "deletion"])
def test_a_snapshot_changes_no_answer(saved: Path, kind: str) -> None:
    with AlgoliaMock(saved) as algolia:
        http = Http(algolia)
        change(http, kind)
        http.close()

    assert answers(saved) == answers(without_snapshots(saved))


def test_a_damaged_snapshot_is_passed_over(saved: Path) -> None:
    expected = answers(without_snapshots(saved))
    for path in (saved / "snapshots").iterdir():
        body = path.read_bytes()
        path.write_bytes(body[:1000] + bytes(byte ^ 1 for byte in body[1000:1100]) + body[1100:])

    assert answers(saved) == expected


def test_a_snapshot_of_an_earlier_format_is_passed_over(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = answers(without_snapshots(saved))
    monkeypatch.setattr(dump, "FORMAT", dump.FORMAT + 1)  # the files in the folder are now of the one before

    assert answers(saved) == expected


def test_are_due_sooner_where_records_have_vectors(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    assert snapshots.is_due(LiveIndex(1, "", "", {"mode": "neuralSearch"}, unsaved=50, _engine=Index({})))
    assert not snapshots.is_due(LiveIndex(1, "", "", {}, unsaved=50, _engine=Index({})))
