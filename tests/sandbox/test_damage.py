"""What breaks before or during a start: said in a sentence, within seconds, and mended by what the sentence says."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from sandbox.setup.state import State
from tests.support.running_sandbox import eventually, place, titles, up
from tests.support.sandbox_command import ROOT, command, environment, five_free_ports, sandbox, started

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits; runs on Linux, macOS")


def test_offers_to_rebuild_a_damaged_index_and_does(tmp_path: Path) -> None:
    with place() as folder:
        state = folder / "state"
        try:
            State(state).claim()
            kept = state / "algolia" / "algolia.duckdb"
            kept.parent.mkdir(mode=0o700)
            kept.write_bytes(b"not a database" * 1000)

            refused = sandbox("up", "--detach", "--light", "--state", state, "--port-base", str(five_free_ports()))

            assert refused.returncode == 1
            assert "is damaged" in refused.stdout
            assert "up --rebuild-index" in refused.stdout
            assert "Traceback" not in refused.stdout + refused.stderr
            assert kept.read_bytes().startswith(b"not a database")  # until somebody says so

            assert "algolia.aside" in up(state, "--rebuild-index", "--light")
            assert "Programming with Python from Scratch" in titles(state, "python")
        finally:
            sandbox("down", "--state", state)


@pytest.mark.parametrize("name", ["postgres", "algolia", "inputs", "logs", "run", "code"])
def test_says_that_a_file_stands_where_a_folder_should(tmp_path: Path, name: str) -> None:
    State(tmp_path).claim()
    with contextlib.suppress(OSError):
        (tmp_path / name).rmdir()
    (tmp_path / name).write_text("")

    refused = sandbox("up", "--state", tmp_path)

    assert refused.returncode == 1
    assert f"{tmp_path / name} is a file" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("name", ["secrets.json", "endpoints.json", "sandbox.pid", "sandbox.lock"])
def test_says_that_a_folder_stands_where_a_file_should(tmp_path: Path, name: str) -> None:
    State(tmp_path).claim()
    (tmp_path / name).mkdir()

    refused = sandbox("up", "--state", tmp_path)

    assert refused.returncode == 1
    assert f"{tmp_path / name} is a folder" in refused.stderr
    assert "Traceback" not in refused.stderr


@posix
@pytest.mark.parametrize("limit", ["-f 0", "-f 64", "-v 350000"])
def test_says_what_a_limit_of_the_shell_keeps_it_from(limit: str) -> None:
    with place() as folder:
        state = folder / "state"
        words = command("up", "--state", state, "--port-base", str(five_free_ports()))
        done = subprocess.run(  # noqa: S603 - our own command under a limit
            ["/bin/sh", "-c", f'ulimit {limit}; exec "$@"', "sh", *words],
            cwd=ROOT, env={**environment(), "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True,
            timeout=300, check=False,
        )  # fmt: skip
        eventually(lambda: _left(state) == [])  # what a process without memory could not end, ends soon after it

    assert done.returncode not in (0, -9)
    assert "Traceback" not in done.stdout + done.stderr
    assert len((done.stdout + done.stderr).strip()) > 20


@posix
def test_says_that_the_database_was_killed_while_it_started() -> None:
    with place() as folder:
        output = folder / "output"
        process = started("up", "--state", folder / "state", "--port-base", str(five_free_ports()), output=output)
        try:
            eventually(lambda: _kill_postgres(process.pid) or process.poll() is not None)
            eventually(lambda: process.poll() is not None or "✓ answer" in output.read_text())
            said = output.read_text()
            assert "Traceback" not in said
            assert process.poll() is None or "postgres" in said
        finally:
            process.terminate()
            process.wait(60)


def _left(folder: Path) -> list[list[str]]:
    """Give the commands of the processes that a folder is named in."""
    return [process.info["cmdline"] for process in psutil.process_iter(["cmdline"]) if _names(process, folder)]


def _names(process: psutil.Process, folder: Path) -> bool:
    return any(word.startswith(str(folder)) for word in process.info["cmdline"] or [])


def _kill_postgres(pid: int) -> bool:
    for child in psutil.Process(pid).children():
        with contextlib.suppress(psutil.Error):
            if "-D" in child.cmdline() and child.name().startswith("postgres"):
                child.kill()
                return True
    return False
