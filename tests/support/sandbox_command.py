"""Run `python -m sandbox` as a person would, for the tests that need a running system."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.ports import free_ports

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
    """Return the first of five neighbouring ports that are free now, for `--port-base`."""
    return free_ports(5)
