"""System tests speak HTTP only: to the sandbox that COURSEMATCH_ENDPOINTS names, or to one they start themselves.

`COURSEMATCH_ENDPOINTS` is the path of an `endpoints.json`, or a state folder that holds one. Without it one sandbox is
started for the whole session, detached, on free ports, with a state folder that is thrown away afterwards.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.sandbox_command import asked, five_free_ports, sandbox


@pytest.fixture(scope="session")
def state() -> Iterator[Path]:
    """The state folder of a running sandbox."""
    named = os.environ.get("COURSEMATCH_ENDPOINTS")
    if named:
        path = Path(named)
        yield path.parent if path.is_file() else path
        return
    # Not a folder of pytest's: as root, those are closed to the database's user whenever another pytest starts.
    folder = Path(tempfile.mkdtemp(prefix="coursematch-")) / "state"
    started = sandbox("up", "--detach", "--state", folder, "--port-base", str(five_free_ports()))
    try:
        assert started.returncode == 0, f"the sandbox did not start:\n{started.stdout}\n{started.stderr}"
        asked("sync", "--state", folder)  # waits until semantic search is prepared
        yield folder
    finally:
        sandbox("down", "--state", folder)
        shutil.rmtree(folder.parent, ignore_errors=True)


@pytest.fixture(scope="session")
def endpoints(state: Path) -> dict[str, Any]:
    """What `endpoints.json` of the running sandbox says."""
    found: dict[str, Any] = json.loads((state / "endpoints.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def api(endpoints: dict[str, Any]) -> Iterator[httpx.Client]:
    """A client of the front door: `api.get("/coursematch", params={…})`."""
    with httpx.Client(base_url=endpoints["api"], timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def gateway(endpoints: dict[str, Any]) -> Iterator[httpx.Client]:
    """A client of the REST API itself, behind the front door."""
    with httpx.Client(base_url=endpoints["gateway"], timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def bearer(state: Path) -> Bearer:
    """`bearer("1")` gives the headers of a learner's request, `bearer("1", staff=True)` of one by staff."""
    return Bearer(state)


class Bearer:
    """Gets tokens as a person does, from `python -m sandbox token`, each once."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._known: dict[tuple[str, bool], dict[str, str]] = {}

    def __call__(self, student_id: str, *, staff: bool = False) -> dict[str, str]:
        if (student_id, staff) not in self._known:
            done = asked("token", student_id, "--state", self._state, *(["--staff"] if staff else []))
            assert done.returncode == 0, done.stderr
            self._known[student_id, staff] = {"Authorization": f"Bearer {done.stdout.strip()}"}
        return self._known[student_id, staff]
