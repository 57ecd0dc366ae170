"""Sandboxes of their own: what one keeps from start to start, and what is left of one that is ended while it starts."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pg8000.native
import psutil
import pytest

from tests.support.running_sandbox import endpoints, eventually, part, place, status, titles, tree, up
from tests.support.sandbox_command import asked, five_free_ports, sandbox, started

COURSES = [
    {"key": "OpenX+BEE1", "title": "Keeping Bees &amp; Selling Honey", "subjects": ["Agriculture"]},
    {"key": "OpenX+BEE2", "title": "Advanced Beekeeping", "subjects": ["Agriculture"], "prerequisites": ["OpenX+BEE1"]},
]  # fmt: skip


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for one test."""
    with place() as folder:
        yield folder


def test_keeps_data_and_the_users_catalogue_until_told_otherwise(folder: Path) -> None:
    state = folder / "state"
    catalogue = folder / "bees.json"
    catalogue.write_text(json.dumps(COURSES))
    enrollments = folder / "bees.csv"
    enrollments.write_text(
        "student_id,course_key,mode,is_active,created,completed\nana,OpenX+BEE1,audit,true,2026-01-05,\n"
    )
    try:
        up(state, "--catalog", catalogue, "--enrollments", enrollments)
        assert "Keeping Bees & Selling Honey" in titles(state, "bees")
        with contextlib.closing(_owner(state)) as database:
            database.run("UPDATE courses SET title = 'Bees, Changed by Hand' WHERE key = 'OpenX+BEE1'")
        pid = status(state)["pid"]
        catalogue.unlink()

        # Killed without warning: nothing is left running, and the next start is not troubled by what it left lying.
        # The next start listens elsewhere: to its sync, a lock that a killed one held is another machine's.
        eventually(lambda: part(state, "catalog-sync")["state"] == "succeeded")
        others = tree(pid)
        psutil.Process(pid).kill()
        assert not psutil.wait_procs(others, 30)[1]
        assert (state / "sandbox.pid").exists()
        (state / "secrets.json").write_text("{")  # lost too: new ones are made, and the data opens with them

        up(state)
        eventually(lambda: "Bees, Changed by Hand" in titles(state, "bees"))  # the sync of kept data follows the start
        assert asked("token", "ana", "--state", state).returncode == 0
        assert asked("sync", "--state", state).returncode == 0  # waits for what follows the start
        others = tree(status(state)["pid"])
        assert sandbox("down", "--state", state).returncode == 0
        assert not [process for process in others if process.is_running()]
        assert not (state / "endpoints.json").exists()

        before = bytes_in(state)
        assert "index kept" in up(state)
        assert "Bees, Changed by Hand" in titles(state, "bees")
        eventually(lambda: (status(state)["last_sync"] or {}).get("status") == "ok")
        sandbox("down", "--state", state)
        assert bytes_in(state) < before + 5_000_000  # a start and an end leave nothing that grows
        assert sandbox("reset", "--state", state).returncode == 0
        assert not state.exists()
    finally:
        sandbox("down", "--state", state)


def bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _owner(state: Path) -> pg8000.native.Connection:
    url = urlsplit(endpoints(state)["postgres"])
    return pg8000.native.Connection(url.username, url.hostname, url.path[1:], url.port, url.password)


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no SIGHUP and sends Ctrl-C otherwise; runs on Linux, macOS"
)
@pytest.mark.parametrize(
    ("number", "moment"),  # each signal, each moment: one does not change what the other does
    [(signal.SIGINT, "postgres"), (signal.SIGTERM, "workloads"), (signal.SIGHUP, "postgres")],
)
def test_leaves_nothing_when_it_is_interrupted_while_starting(folder: Path, number: int, moment: str) -> None:
    state, output = folder / "state", folder / "output"
    process = started("up", "--state", state, "--port-base", str(five_free_ports()), output=output)
    try:
        eventually(lambda: f"✓ {moment}" in output.read_text() or process.poll() is not None)
        others = psutil.Process(process.pid).children(recursive=True)
        os.kill(process.pid, number)

        assert process.wait(60) == 0, output.read_text()
        assert len(others) >= 3
        assert not psutil.wait_procs(others, 10)[1]
        assert not (state / "sandbox.pid").exists()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C otherwise; runs on Linux, macOS")
def test_does_not_call_a_detached_start_done_that_was_stopped_meanwhile(folder: Path) -> None:
    state, output = folder / "state", folder / "output"
    process = started("up", "--detach", "--state", state, "--port-base", str(five_free_ports()), output=output)
    try:
        eventually(lambda: (state / "sandbox.pid").exists() or process.poll() is not None)
        assert sandbox("down", "--state", state).returncode == 0
        assert process.wait(60) == 130, output.read_text()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
