"""Commands from another terminal: only with the key, answered line by line."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from infra_pulumi.secret_text import Secret
from sandbox.running.client import NotRunning, control_port, running_sandbox, send_command
from sandbox.running.control import Control
from sandbox.setup.credentials import Credentials, load_credentials
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import State, write_json


async def count(arguments: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    for number in range(arguments["to"]):
        yield {"number": number}


async def refuse(_: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    yield {"number": 0}
    raise SandboxProblem("not now", "Later.")


@pytest.fixture
def state(tmp_path: Path) -> State:
    state = State(tmp_path)
    state.claim()
    return state


@pytest.fixture
def credentials(state: State) -> Credentials:
    return load_credentials(state)[0]


def while_open(state: State, credentials: Credentials, ask: Callable[[], Any]) -> Any:
    """Ask in another thread, as another process would, while the control is open."""

    async def main() -> Any:
        async with Control(state, credentials.control_key, {"count": count, "refuse": refuse}):
            return await asyncio.to_thread(ask)

    return asyncio.run(main())


def test_answers_line_by_line(state: State, credentials: Credentials) -> None:
    lines = while_open(state, credentials, lambda: list(send_command(state, credentials, "count", {"to": 3})))

    assert lines == [{"number": 0}, {"number": 1}, {"number": 2}]


def test_passes_a_problem_on_with_its_remedy(state: State, credentials: Credentials) -> None:
    with pytest.raises(SandboxProblem, match="not now\nLater"):
        while_open(state, credentials, lambda: list(send_command(state, credentials, "refuse")))


def test_takes_no_command_without_the_key(state: State, credentials: Credentials) -> None:
    stranger = replace(credentials, control_key=Secret("0" * 48))

    with pytest.raises(NotRunning, match="401"):
        while_open(state, credentials, lambda: list(send_command(state, stranger, "count", {"to": 1})))


def test_takes_no_command_from_a_web_page(state: State, credentials: Credentials) -> None:
    def post() -> int:
        return httpx.post(f"http://127.0.0.1:{control_port(state)}/count", content="{}", trust_env=False).status_code

    assert while_open(state, credentials, post) == 401


def test_tells_the_port_to_the_owner_only(state: State, credentials: Credentials) -> None:
    def mode() -> int:
        return stat.S_IMODE(state.pid_file.stat().st_mode)

    assert while_open(state, credentials, mode) == 0o600
    assert not state.pid_file.exists()


@pytest.mark.parametrize(
    "told",
    [
        {"pid": os.getpid(), "created": 1.0, "control_port": 1},
        {"pid": 2**22 + 7, "created": 1.0, "control_port": 1},
        {"pid": "x"},
        {},
    ],
)
def test_takes_a_stale_pid_file_for_what_it_is(state: State, credentials: Credentials, told: dict[str, Any]) -> None:
    write_json(state.pid_file, told)

    assert running_sandbox(state) is None
    with pytest.raises(NotRunning, match="No sandbox is running"):
        list(send_command(state, credentials, "count"))


def test_says_that_a_sandbox_does_not_answer(state: State, credentials: Credentials) -> None:
    me = psutil.Process()
    write_json(state.pid_file, {"pid": me.pid, "created": me.create_time(), "control_port": 1})

    with pytest.raises(NotRunning, match="does not answer"):
        list(send_command(state, credentials, "count"))
