"""Run `python -m sandbox` as a person would, for the tests that need a running system."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

from sandbox.__main__ import main
from tests.support.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 300


def sandbox(*arguments: str | Path, seconds: float = START_SECONDS) -> subprocess.CompletedProcess[str]:
    """Run one command to its end; its exit code, stdout and stderr."""
    return subprocess.run(  # noqa: S603 - our own module, with the tests' arguments
        command(*arguments), cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=seconds, check=False
    )


def asked(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Carry out a command that only asks a running sandbox: by the program's own `main`, without a start of Python.

    Such a start is a third of a second of processor time, and these commands are given by the hundred; as a person
    gives them, in a process of their own, tests/sandbox/test_commands.py does it.
    """
    told = [str(argument) for argument in arguments]
    out, log = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n", write_through=True) for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(log):
        code = main(told)
    said = [stream.buffer.getvalue().decode() for stream in (out, log)]
    return subprocess.CompletedProcess(command(*told), code, *said)


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
