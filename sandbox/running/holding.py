"""Hold a state folder: one sandbox at a time, by a lock that ends with its process."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from filelock import FileLock, Timeout

from sandbox.running.client import running_sandbox
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import NotASandbox, State, read_json


class AlreadyRunning(SandboxProblem):
    """Another `up` holds this state folder."""


@contextlib.contextmanager
def holding(state: State) -> Iterator[None]:
    """Hold the state folder; the lock ends with this process, however it ends. Raises `AlreadyRunning`."""
    try:
        state.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(state.lock_file)
        lock.acquire(timeout=0)
    except Timeout:
        raise _already_running(state) from None
    except OSError as error:
        raise NotASandbox(
            f"{state.root} cannot be used: {error.strerror}.", "Choose another folder with --state."
        ) from error
    try:
        yield
    finally:
        if sys.platform == "win32":
            lock.release()  # there, a file that is open cannot be removed
        if (
            state.root.is_dir()
            and not state.exists
            and [entry.name for entry in state.root.iterdir()] == [state.lock_file.name]
        ):
            with contextlib.suppress(PermissionError):  # Windows, and the next sandbox was quick
                state.lock_file.unlink()  # nothing came of it: leave no trace
                state.root.rmdir()
        lock.release()


def _already_running(state: State) -> AlreadyRunning:
    running = running_sandbox(state)
    endpoints = read_json(state.endpoints_file)
    who = f" (pid {running['pid']})" if running else ""
    where = f" at {endpoints['api']}" if endpoints else ", and is still starting or stopping"
    return AlreadyRunning(
        f"A sandbox is already running on {state.root}{who}{where}.",
        "Nothing was changed. `python -m sandbox down` stops it; `--state DIR --port-base N` starts a second one.",
    )
