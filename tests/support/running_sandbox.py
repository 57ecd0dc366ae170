"""A sandbox that runs for a test: what it says of itself, what it finds, and patience with it."""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil

from sandbox.running.client import send_command
from sandbox.setup.credentials import load_credentials
from sandbox.setup.state import State
from tests.support.sandbox_command import five_free_ports, sandbox

PATIENCE_SECONDS = 90


def status(state: Path) -> dict[str, Any]:
    """Give what `sandbox status --json` prints, asked from here: who waits looks often, and Python starts slowly."""
    (told,) = send_command(State(state), load_credentials(State(state))[0], "status")
    return told


def endpoints(state: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((state / "endpoints.json").read_text())
    return found


def part(state: Path, name: str) -> dict[str, Any]:
    return next(part for part in status(state)["parts"] if part["name"] == name)


def titles(state: Path, keywords: str) -> list[str]:
    """The titles found; none while the system is being repaired."""
    url = f"{endpoints(state)['api']}/coursematch"
    try:
        answer = httpx.get(url, params={"keywords": keywords}, timeout=30, trust_env=False)
    except httpx.TransportError:
        return []
    return [match["title"] for match in answer.json()["matches"]] if answer.status_code == 200 else []


def eventually(true: Callable[[], object]) -> None:
    """Wait for a fact of the running system; fails when it does not come about."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)


def up(state: Path, *more: str | Path) -> str:
    done = sandbox("up", "--detach", "--state", state, "--port-base", str(five_free_ports()), *more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextlib.contextmanager
def place() -> Iterator[Path]:
    """A folder of our own: as root, pytest's are closed to the database's user whenever another pytest starts."""
    with tempfile.TemporaryDirectory(prefix="coursematch-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def tree(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]
