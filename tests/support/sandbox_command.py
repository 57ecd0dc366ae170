"""Run `python -m sandbox` as a person would, for the tests that need a running system."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from random import SystemRandom

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 300


def sandbox(*arguments: str | Path, seconds: float = START_SECONDS) -> subprocess.CompletedProcess[str]:
    """Run one command to its end; its exit code, stdout and stderr."""
    return subprocess.run(  # noqa: S603 - our own module, with the tests' arguments
        command(*arguments), cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=seconds, check=False
    )


def started(*arguments: str | Path, output: Path) -> subprocess.Popen[bytes]:
    """Start one command in a session of its own, as a terminal would; what it says goes to `output`."""
    with output.open("wb") as file:
        return subprocess.Popen(  # noqa: S603 - our own module, with the tests' arguments
            command(*arguments), cwd=ROOT, env=environment(), stdout=file, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip


def command(*arguments: str | Path) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "sandbox", *map(str, arguments)]


def environment() -> dict[str, str]:
    """The environment of a terminal: nothing of pytest's own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}


def five_free_ports() -> int:
    """Return the first of five neighbouring ports that are free now, for `--port-base`.

    Below the range that systems lend to outgoing connections, which would take one while the sandbox starts.
    """
    while True:
        first = SystemRandom().randrange(20_000, 32_000)
        with ExitStack() as held:
            try:
                for number in range(first, first + 5):
                    held.enter_context(socket.create_server(("127.0.0.1", number)))
            except OSError:
                continue
            return first
