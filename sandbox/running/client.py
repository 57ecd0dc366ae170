"""How a command in another terminal talks to the running sandbox (`control` is its end)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import psutil

from sandbox.setup.credentials import Credentials
from sandbox.setup.loopback_http import client
from sandbox.setup.ports import LOOPBACK
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import State, read_json


class NotRunning(SandboxProblem):
    """No sandbox answers for this state folder."""


def send_command(
    state: State, credentials: Credentials, name: str, arguments: dict[str, Any] | None = None, timeout: float = 10
) -> Iterator[dict[str, Any]]:
    """Give the running sandbox a command; yields its lines. Raises `NotRunning`, or the sandbox's own problem.

    `timeout`: seconds without a line after which the sandbox counts as gone.
    """
    url = f"http://{LOOPBACK}:{control_port(state)}/{name}"
    headers = {"Authorization": f"Bearer {credentials.control_key.value}"}
    try:
        with client(timeout) as http, http.stream("POST", url, json=arguments or {}, headers=headers) as response:
            if response.status_code != 200:
                raise NotRunning(f"The sandbox refused «{name}» ({response.status_code}).", "Is this its state folder?")
            for raw in response.iter_lines():
                line = json.loads(raw)
                if "problem" in line:
                    raise SandboxProblem(line["problem"], line.get("remedy", ""))
                yield line
    except httpx.HTTPError as error:
        raise NotRunning(
            "The sandbox does not answer (it may be stopping).", "Try again, or `python -m sandbox status`."
        ) from error


def control_port(state: State) -> int:
    """Give the port of the running sandbox's control. Raises `NotRunning` when none runs (a stale file is none)."""
    running = running_sandbox(state)
    if running is None:
        raise NotRunning(f"No sandbox is running on {state.root}.", "Start one with `python -m sandbox up`.")
    return int(running["control_port"])


def running_sandbox(state: State) -> dict[str, Any] | None:
    """Give what `sandbox.pid` says, if that very process is alive; None for no file, a broken one, or a reused pid."""
    written = read_json(state.pid_file)
    try:
        if written is not None:
            process = psutil.Process(int(written["pid"]))
            if abs(process.create_time() - float(written["created"])) < 1:
                return written
    except (psutil.Error, KeyError, TypeError, ValueError):
        pass
    return None
