"""`python -m services.catalog_sync` as its CronJob runs it: one line of JSON, an exit code that tells, no secret."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pytest

from services.catalog_sync.__main__ import main
from services.catalog_sync.run_report import RunReport
from tests.catalog_sync.algolia_site import AlgoliaSite
from tests.catalog_sync.processes import SECRETS, finished, start
from tests.catalog_sync.site import Answer, Asked, FakeLms, Site, run_item, site


@dataclass
class Surroundings:
    """An LMS and an Algolia on loopback, and the environment that leads to them."""

    lms: FakeLms
    algolia: AlgoliaSite
    lms_site: Site
    algolia_site: Site
    environment: dict[str, str]
    temporary: Path
    before_lms: list[Callable[[Asked], Answer | None]] = field(default_factory=list)

    def start(self) -> subprocess.Popen[str]:
        return start(self.environment, self.temporary)

    def run(self, *arguments: str, **environment: str) -> tuple[int, dict[str, Any]]:
        """Run in this process, which spares the imports; answers the exit code and the report."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = main(arguments, self.environment | environment)
        assert not any(secret in out.getvalue() for secret in SECRETS.values())
        (line,) = out.getvalue().splitlines()
        return code, json.loads(line)


@pytest.fixture
def around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Surroundings]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    lms, algolia = FakeLms([run_item(f"X+{one}") for one in range(30)]), AlgoliaSite()
    before: list[Callable[[Asked], Answer | None]] = []

    def lms_answer(asked: Asked) -> Answer:
        for first in before:
            answer = first(asked)
            if answer is not None:
                return answer
        return Answer({"access_token": "t"}) if asked.path == "/oauth2/access_token" else lms(asked)

    with site(lms_answer) as lms_site, site(algolia) as algolia_site:
        environment = {
            "ALGOLIA_APP_ID": "app",
            "ALGOLIA_HOSTS": algolia_site.url,
            "LMS_URL": lms_site.url,
            "LMS_CLIENT_ID": "sync",
            "SYNC_REPORT_FILE": str(tmp_path / "reports" / "sync.json"),
            **SECRETS,
        }
        yield Surroundings(lms, algolia, lms_site, algolia_site, environment, tmp_path, before)


def test_reports_one_line_and_the_same_in_a_file(around: Surroundings, tmp_path: Path) -> None:
    code, report = around.run()
    assert code == 0
    assert report["event"] == "catalog_sync"
    assert (report["status"], report["read"], report["created"], report["skipped"]) == ("ok", 30, 30, 0)
    assert report["algolia_write_operations"] == around.algolia.memory.writes
    assert json.loads((tmp_path / "reports" / "sync.json").read_text()) == report
    assert set(report) == {"event", *(one.name for one in fields(RunReport))}


def test_tells_when_the_reports_file_cannot_be_written(around: Surroundings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, report = around.run(SYNC_REPORT_FILE=str(tmp_path / "file" / "report.json"))
    assert (code, report["status"]) == (1, "ok")


def test_is_quiet_where_nobody_watches_and_writes_nothing_the_second_time(around: Surroundings) -> None:
    around.run()
    around.algolia.memory.writes = 0
    code, report, log = finished(around.start())
    assert (code, log) == (0, "")
    assert (around.algolia.memory.writes, report["algolia_write_operations"], report["unchanged"]) == (0, 0, 30)


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"LMS_URL": ""}, "LMS_URL is not set"),
        ({"LMS_URL": "lms:8083"}, "LMS_URL is not an http(s) URL"),
        ({"ALGOLIA_ADMIN_KEY": ""}, "ALGOLIA_ADMIN_KEY is not set"),
        ({"ALGOLIA_MODE": "neural"}, "ALGOLIA_MODE is one of"),
        ({"LMS_CLIENT_ID": ""}, "LMS_CLIENT_ID and LMS_CLIENT_SECRET come together"),
        ({"ALGOLIA_HOSTS": "http://"}, "ALGOLIA_HOSTS"),
    ],
)
def test_names_what_is_wrong_with_its_environment(around: Surroundings, environment: dict[str, str], told: str) -> None:
    code, report = around.run(**environment)
    assert (code, report["error"]) == (2, "BadSettings")
    assert told in report["message"]


def test_tells_that_the_lms_refused(around: Surroundings) -> None:
    around.before_lms.append(lambda _: Answer({}, 403))
    code, report = around.run()
    assert (code, report["status"], report["error"]) == (3, "failed", "SiteRefused")
    assert around.algolia.memory.writes == 0


def test_tells_that_algolia_refused(around: Surroundings) -> None:
    around.algolia.fault = lambda _: Answer({"message": "Invalid Application-ID or API key", "status": 403}, 403)
    code, report = around.run()
    assert (code, report["error"]) == (4, "IndexRefused")


def test_is_not_ok_while_it_holds_deletions_back_and_is_again_when_the_list_is_whole(around: Surroundings) -> None:
    around.run()
    listed, around.lms.items, around.lms.count = list(around.lms.items), around.lms.items[:25], 30
    code, report = around.run()
    assert (code, report["status"], report["error"]) == (6, "incomplete", "CatalogIncomplete")
    assert (report["deletions_held"], around.algolia.memory.count("courses")) == (5, 30)
    around.lms.count = 25
    code, report = around.run()
    assert (code, report["status"], report["deleted"], len(listed)) == (0, "ok", 5, 30)


def test_names_the_rows_it_could_not_read_and_is_ok(around: Surroundings) -> None:
    around.run()
    around.lms.items = [*around.lms.items[:20], run_item("X+99", id=None, name="No id"), around.lms.items[0]]
    code, report = around.run()
    assert (code, report["status"], report["deleted"]) == (0, "ok", 10)
    assert report["remarks"] == [
        "item 21 of the LMS's list names no course (it is called 'No id'): passed over",
        "course-v1:X+0+2026 stands twice in the LMS's list",
    ]


def test_is_not_ok_where_the_lms_counts_courses_and_lists_none(around: Surroundings) -> None:
    around.lms.items, around.lms.count = [], 30
    code, report = around.run()
    assert (code, report["error"], around.algolia.memory.held) == (3, "CatalogUnreadable", {})


@pytest.mark.parametrize("told", [{"arguments": ("--allow-shrink",)}, {"SYNC_ALLOW_SHRINK": "true"}])
def test_refuses_to_empty_the_index_and_does_it_when_told_to(around: Surroundings, told: dict[str, Any]) -> None:
    around.run()
    around.lms.items = []
    code, report = around.run()
    assert (code, report["error"]) == (5, "RefusedToShrink")
    assert around.algolia.memory.count("courses") == 30
    arguments = told.get("arguments", ())
    assert around.run(*arguments, **{name: told[name] for name in told if name != "arguments"})[0] == 0
    assert around.algolia.memory.count("courses") == 0


def test_refuses_a_second_run_at_once_and_ends_cleanly_on_a_signal(around: Surroundings) -> None:
    reached, go = threading.Event(), threading.Event()

    def hold(_asked: Asked) -> Answer | None:
        reached.set()
        go.wait(30)
        return None

    around.before_lms.append(hold)
    first = around.start()
    try:
        assert reached.wait(30)
        code, report = around.run()
        assert (code, report["error"]) == (75, "SyncRunning")
        if os.name == "posix":
            first.send_signal(signal.SIGTERM)
            code, report, _ = finished(first)
            assert (code, report["error"]) == (143, "Interrupted")
    finally:
        go.set()
        first.kill()
        first.communicate()
    around.before_lms.clear()
    assert around.run()[0] == 0


def test_gives_the_lock_back_when_it_is_told_to_end_while_writing(around: Surroundings) -> None:
    if os.name != "posix":
        pytest.skip("Windows has no SIGTERM to catch; its own run of this suite covers the kill test")
    reached, go = threading.Event(), threading.Event()

    def hold(asked: Asked) -> Answer | None:
        if asked.path.endswith("/batch") and not reached.is_set():
            reached.set()
            go.wait(30)
        return None

    around.algolia.fault = hold
    process = around.start()
    assert reached.wait(30)
    process.send_signal(signal.SIGTERM)
    go.set()
    code, _, _ = finished(process)
    assert code == 143
    assert around.algolia.memory.get("courses_sync", "lock") == {
        "objectID": "lock", "holder": "", "expires_at": 0, "version": 2,
        "place": around.algolia.memory.held["courses_sync"].records["lock"]["place"],
    }  # fmt: skip
    code, report = around.run()
    assert (code, report["created"]) == (0, 30)


UNDOCUMENTED = {
    "a page": b"<!doctype html><title>Welcome</title>",
    "nothing": b"",
    "deep": b"[" * 200_000,
    "a list": b"[]",
    "another object": b'{"hello": "world"}',
    "wrong kinds": b'{"items": 1, "hits": 1, "nbHits": [], "taskID": {}, "status": []}',
}


ENDS = {(4, "IndexUnreadable"), (4, "NotPublished"), (75, "SyncRunning"), (0, None)}


@pytest.mark.parametrize("kind", UNDOCUMENTED)
def test_says_in_a_sentence_that_what_answers_is_no_algolia(
    around: Surroundings, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whichever request of a run it is that gets the strange answer: never a trace, and never a false "ok"."""
    asked_by_a_run = len(around.algolia_site.asked) if around.run()[0] == 0 else 0
    assert asked_by_a_run > 10
    ends = []
    for nth in range(1, asked_by_a_run + 1, 1 if kind == "a page" else 4):
        around.algolia.memory.held.clear()
        first = len(around.algolia_site.asked)

        def strange(_asked: Asked, wanted: int = first + nth) -> Answer | None:
            return Answer(UNDOCUMENTED[kind]) if len(around.algolia_site.asked) == wanted else None

        around.algolia.fault = strange
        code, report = around.run()
        assert "Traceback" not in caplog.text
        assert (code, report["error"]) in ENDS, (nth, report["message"])
        assert code or around.algolia.memory.count("courses") == 30
        ends.append(code)
    assert ends.count(4) >= len(ends) / 3  # some requests may be answered anyhow: what was to be deleted is gone
