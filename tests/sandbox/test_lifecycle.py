"""The whole sandbox, started and ended as people start and end it: real processes, real ports, real data."""

from __future__ import annotations

import contextlib
import json
import stat
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pg8000.native
import psutil
import pytest

from sandbox.setup.database import connected
from tests.support.running_sandbox import endpoints, eventually, part, place, status, titles, tree, up
from tests.support.sandbox_command import asked, five_free_ports, sandbox

EMULATOR_MAY_KEEP = 60_000_000
"""More than before a burst: its own buffers, not its workers (some 50 MB each)."""
FUNCTIONS = ("coursematch", "enrollments", "advisor")


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """The state folder of a sandbox that runs for this module's tests."""
    with place() as folder:
        state = folder / "state with spaces"
        up(state)
        try:
            yield state
        finally:
            sandbox("down", "--state", state)


def test_says_where_everything_is_to_its_owner_only(state: Path) -> None:
    told = endpoints(state)

    assert set(told) == {"api", "gateway", "aws", "aws_keys", "algolia", "lms", "postgres"}
    assert set(told["algolia"]) == {"url", "app_id", "admin_key", "search_key", "index"}
    urls = [told["algolia"]["url"], *(url for name, url in told.items() if name not in ("algolia", "aws_keys"))]
    assert {urlsplit(url).hostname for url in urls} == {"127.0.0.1"}
    assert stat.S_IMODE((state / "endpoints.json").stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes; runs on Linux, macOS")
def test_shows_nothing_of_its_state_to_other_users(state: Path) -> None:
    database = state / "postgres"
    paths = [path for path in state.rglob("*") if database not in path.parents and not path.is_symlink()]

    assert paths
    assert [path for path in paths if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    assert [path for path in paths if path.is_dir() and stat.S_IMODE(path.stat().st_mode) & 0o066] == []
    assert stat.S_IMODE(state.stat().st_mode) & 0o066 == 0


def test_deploys_again_until_it_works(state: Path) -> None:
    """The emulator dies with what it kept, and so does the process that deploys anew: nobody else would try again."""
    eventually((state / "aws" / "state" / "kept").is_file)
    (state / "aws" / "state" / "kept").unlink()
    before, target = endpoints(state)["gateway"], state / "run" / "api-url"
    blocked = state / "endpoints.json.new"
    blocked.mkdir()  # the new address cannot be written, at first
    psutil.Process(part(state, "aws")["pid"]).kill()
    eventually(lambda: _kill_program(status(state)["pid"]))

    assert status(state)["ready"] is False
    answer = httpx.get(f"{endpoints(state)['api']}/health", timeout=30, trust_env=False)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    eventually(lambda: target.exists() and target.read_text() != before)
    blocked.rmdir()
    eventually(lambda: status(state)["ready"] and endpoints(state)["gateway"] == target.read_text())
    assert "Programming with Python from Scratch" in titles(state, "python")
    left = [path for path in (state / "aws" / "tmp").iterdir() if path.is_dir()]
    assert len(left) <= 2 * len(psutil.Process(part(state, "aws")["pid"]).children())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGUSR1: there the program runs again")
def test_is_back_with_the_same_api_when_the_emulator_was_killed(state: Path) -> None:
    eventually((state / "aws" / "state" / "kept").is_file)
    before, log = endpoints(state)["gateway"], (state / "logs" / "program.log").stat().st_mtime_ns
    psutil.Process(part(state, "aws")["pid"]).kill()

    eventually(lambda: "Programming with Python from Scratch" in titles(state, "python"))
    assert endpoints(state)["gateway"] == before
    assert httpx.get(f"{before}/openapi.yaml", timeout=30, trust_env=False).status_code == 200
    assert (state / "logs" / "program.log").stat().st_mtime_ns == log  # the program's seconds were not needed


def _kill_program(pid: int) -> bool:
    """Kill the process that deploys; False when there is none just now."""
    for process in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if any("pulumi_engine" in word for word in process.cmdline()):
                process.kill()
                return True
    return False


@pytest.mark.parametrize("ended", ["killed", "hangs"])
def test_answers_as_ever_while_what_keeps_the_traces_is_away(state: Path, ended: str) -> None:
    receiver = psutil.Process(part(state, "telemetry")["pid"])
    if ended == "killed":
        receiver.kill()
    else:
        receiver.suspend()
    try:
        for number in range(20):
            url = f"{endpoints(state)['api']}/coursematch"
            answer = httpx.get(url, params={"keywords": f"python {number}"}, timeout=60, trust_env=False)
            assert (answer.status_code, bool(answer.json()["matches"])) == (200, True)
    finally:
        if ended == "hangs":
            receiver.resume()

    def kept() -> bool:
        url = f"{endpoints(state)['api']}/coursematch"
        answer = httpx.get(url, params={"keywords": "after it came back"}, timeout=60, trust_env=False)
        trace = answer.headers["traceresponse"].split("-")[1]
        return bool(ask_console(state, "trace", trace=trace).get("spans"))

    eventually(kept)


def test_reports_how_much_waits(state: Path) -> None:
    def lengths() -> dict[str, float]:
        told = ask_console(state, "numbers", minutes=60).get("numbers", [])
        return {
            one["facts"]["coursematch.part"]: one["value"]
            for one in told
            if one["name"].startswith("coursematch.queue")
        }

    wanted = {"front-door: requests", "mock-algolia: writes", "telemetry: rows", "catalog-sync: records"}
    eventually(lambda: wanted <= lengths().keys())
    eventually(lambda: lengths()["catalog-sync: records"] == 0)  # a sync that prepares the meaning may be under way


def ask_console(state: Path, question: str, **asked: object) -> dict[str, Any]:
    answer = httpx.post(
        f"{endpoints(state)['api']}/console/sandbox/{question}", json=asked, timeout=60, trust_env=False
    )
    told: dict[str, Any] = answer.json()
    return told


def test_shows_one_id_of_a_request_from_the_front_door_to_the_database(state: Path) -> None:
    bearer = {"Authorization": f"Bearer {sandbox('token', '1', '--state', state).stdout.strip()}"}
    url = f"{endpoints(state)['api']}/recommendations?student_id=1"
    request_id = httpx.get(url, headers=bearer, timeout=60, trust_env=False).headers["x-request-id"]

    def events() -> list[str]:
        lines = [line.partition("| ")[2] for line in sandbox("logs", "--state", state).stdout.splitlines()]
        return [json.loads(line)["event"] for line in lines if request_id in line and line.startswith("{")]

    eventually(lambda: {"request_passed_on", "request_answered", "call_answered"} <= set(events()))


def memory(process: psutil.Process) -> int:
    """Count the bytes that a process and those that it started hold."""
    total = 0
    for one in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += one.memory_info().rss
    return total


def test_ends_what_a_burst_has_started(state: Path) -> None:
    emulator = psutil.Process(part(state, "aws")["pid"])
    asked = [f"{endpoints(state)['api']}/coursematch?keywords=course{number}" for number in range(15)]
    most, quiet, largest = 0, memory(emulator), 0
    with ThreadPoolExecutor(5) as callers, httpx.Client(trust_env=False, timeout=60) as client:
        answers = [callers.submit(client.get, url) for url in asked]
        while not all(answer.done() for answer in answers):
            most, largest = max(most, len(emulator.children())), max(largest, memory(emulator))
            time.sleep(0.05)

    assert {answer.result().status_code for answer in answers} <= {200, 429, 503}
    assert most > 1
    eventually(lambda: len(emulator.children()) <= len(FUNCTIONS))
    a_worker = (largest - quiet) / max(1, most)
    assert memory(emulator) <= quiet + len(FUNCTIONS) * a_worker + EMULATOR_MAY_KEEP
    folders = state / "aws" / "tmp"  # each is removed after its process ended
    eventually(lambda: len(list(folders.iterdir())) <= len(FUNCTIONS))


def test_reports_every_part_as_running(state: Path) -> None:
    told = json.loads(sandbox("status", "--json", "--state", state).stdout)

    assert told["ready"]
    states = {part["name"]: part["state"] for part in told["parts"]}
    assert states.keys() >= {"postgres", "aws", "front-door", "lms", "mock-algolia", "catalog-sync"}
    assert set(states.values()) <= {"running", "ready", "succeeded"}
    assert part(state, "catalog-sync")["next_run"]


def test_listens_on_loopback_only(state: Path) -> None:
    addresses = {
        connection.laddr.ip
        for process in tree(status(state)["pid"])
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }

    assert addresses == {"127.0.0.1"}


def test_writes_no_secret_into_a_log(state: Path) -> None:
    secrets = json.loads((state / "secrets.json").read_text())
    logs = {path.name: path.read_text(errors="replace") for path in (state / "logs").glob("*.log*")}

    leaks = [(log, name) for log, text in logs.items() for name, value in secrets.items() if value in text]
    assert logs
    assert leaks == []


def test_lets_the_lambdas_read_the_database_and_not_write_it(state: Path) -> None:
    secrets = json.loads((state / "secrets.json").read_text())
    port = urlsplit(endpoints(state)["postgres"]).port
    reader = pg8000.native.Connection(
        "coursematch_reader", "127.0.0.1", "coursematch", port, secrets["postgres_reader"]
    )
    with contextlib.closing(reader):
        assert reader.run("SELECT count(*) FROM courses")[0][0] > 0
        with pytest.raises(pg8000.native.DatabaseError):
            reader.run("DELETE FROM enrollments")


def test_lets_nobody_into_the_database_without_a_password(state: Path) -> None:
    port = urlsplit(endpoints(state)["postgres"]).port

    with (
        pytest.raises(pg8000.native.DatabaseError, match="28P01"),
        connected("postgres", "127.0.0.1", "postgres", port, "postgres"),
    ):
        pass


def test_refuses_a_second_start_on_the_same_folder(state: Path) -> None:
    done = sandbox("up", "--state", state, "--port-base", str(five_free_ports()))

    assert done.returncode == 1
    assert "already running" in done.stderr
    assert endpoints(state)["api"] in done.stderr
    assert status(state)["ready"]


def test_shows_the_report_of_a_sync(state: Path) -> None:
    done = asked("sync", "--state", state)

    assert done.returncode == 0
    assert json.loads(done.stdout.splitlines()[-1])["status"] == "ok"
    assert status(state)["last_sync"]["status"] == "ok"


def test_gives_tokens_to_learners_that_exist(state: Path) -> None:
    assert asked("token", "1", "--state", state).stdout.count(".") == 2
    unknown = asked("token", "nobody", "--state", state)

    assert unknown.returncode == 1
    assert "no learner" in unknown.stderr


@pytest.mark.parametrize("name", ["mock-algolia", "lms", "front-door", "seams", "telemetry", "aws", "postgres"])
def test_mends_a_part_that_was_killed(state: Path, name: str) -> None:
    before = part(state, name)["pid"]
    psutil.Process(before).kill()

    eventually(lambda: part(state, name)["pid"] not in (None, before))
    eventually(lambda: "Programming with Python from Scratch" in titles(state, "python"))
    assert asked("sync", "--state", state).returncode == 0
