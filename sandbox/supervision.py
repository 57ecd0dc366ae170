"""Run local processes under circus: start, stop with the whole tree, exit codes, rotated logs.

The only file that knows circus. What it does: forks into a session of its own, drops to another user, copies output to
a rotated log, reaps, stops with a signal and then by force. What it leaves to us: when to start again
(`embedded.workloads`, by the manifests' rules), and what happens should this process be killed with SIGKILL (`warden`).
Its arbiter runs inside our event loop and its control sockets are `inproc://`, so nothing listens anywhere.
Decision: docs/decisions/0020-circus-inside-the-sandbox.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shlex
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from circus.arbiter import Arbiter  # type: ignore[import-untyped]  # circus has no annotations
from circus.watcher import Watcher  # type: ignore[import-untyped]  # circus has no annotations
from tornado.ioloop import IOLoop

from sandbox.problem import SandboxProblem
from sandbox.state import ROOT
from sandbox.warden import Warden

REAP_EVERY = 0.05
"""Seconds between two looks for ended children; 20 looks a second cost 0.3 % of one core."""
LOG_BYTES = 10 * 1024 * 1024

_PASSED_ON = (
    "PATH", "HOME", "USERPROFILE", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "SYSTEMDRIVE",
    "COMSPEC", "PATHEXT", "APPDATA", "LOCALAPPDATA", "USER", "LOGNAME", "VIRTUAL_ENV", "LD_LIBRARY_PATH",
    "COURSEMATCH_EMULATOR_PYTHON", "COVERAGE_PROCESS_START", "COVERAGE_FILE",
)  # fmt: skip


class ProcessEnded(SandboxProblem):
    """A process that had to stay up, or to succeed, did not."""


@dataclass(frozen=True)
class Spec:
    """One process to run: what, with what environment (complete: nothing else is inherited), and how to end it."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path = ROOT
    stop_signal: int = signal.SIGTERM
    grace_seconds: float = 5.0
    user: str | None = None


def base_environment() -> dict[str, str]:
    """What every process gets from this machine: paths and locale, no credentials, no proxy for loopback."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "", "NO_PROXY": "*", "no_proxy": "*"}


class Child:
    """One process of the sandbox. It can be started again after it ended."""

    def __init__(self, spec: Spec, watcher: Watcher, log: Path, warden: Warden) -> None:
        self.spec = spec
        self.log = log
        self.pid: int | None = None
        self.started_at: float | None = None
        self.starts = 0
        self._watcher = watcher
        self._warden = warden
        self._exit: asyncio.Future[int] | None = None

    @property
    def running(self) -> bool:
        return self._exit is not None and not self._exit.done()

    async def start(self) -> None:
        """Start the process. Raises `ProcessEnded` when it cannot even be run (no such program, no such user)."""
        self._exit = asyncio.get_running_loop().create_future()
        await self._watcher._start()
        if not self._watcher.processes and not self._exit.done():
            self._exit.set_result(127)
            raise ProcessEnded(f"{self.spec.name} could not be run: {self.spec.argv[0]}", f"See {self.log}.")
        self.starts += 1
        self.started_at = time.time()
        self.pid = next(iter(self._watcher.processes), self.pid)
        if self.pid is not None and self.running:
            self._warden.watch(self.pid, self.spec.stop_signal)

    async def wait(self) -> int:
        """The exit code, once it has ended; negative: the signal that ended it."""
        if self._exit is None:
            raise ProcessEnded(f"{self.spec.name} was never started.")
        return await asyncio.shield(self._exit)

    async def stop(self) -> None:
        """End the process and everything it started; returns when nothing of it is left."""
        if self.running:
            await self._watcher._stop()
        if self.pid is not None:
            end_group(self.pid)

    def reaped(self, exit_code: int | None, pid: int) -> None:
        """circus saw the process end."""
        end_group(pid)
        self._warden.forget(pid)
        if self._exit is not None and not self._exit.done():
            self._exit.set_result(0 if exit_code is None else exit_code)

    def log_tail(self, lines: int = 12) -> str:
        """The last lines of its log, for a message."""
        try:
            text = self.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])


class Supervisor:
    """This will run children and never leave one behind: `async with Supervisor(logs, run) as supervisor`."""

    def __init__(self, logs: Path, run: Path) -> None:
        self.children: dict[str, Child] = {}
        self._logs = logs
        self._run = run
        self._arbiter: Arbiter
        self._warden: Warden

    async def __aenter__(self) -> Supervisor:
        for name in ("circus", "tornado.application"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # «Aborting startup» and the like: we say it ourselves
        self._warden = Warden(self._run / "processes.json")
        self._arbiter = Arbiter(
            [], "inproc://control", "inproc://events", loop=IOLoop.current(), check_delay=REAP_EVERY
        )
        await self._arbiter.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(child.stop() for child in self.children.values()))
        self._arbiter.stop_controller_and_close_sockets()
        self._warden.close()

    def add(self, spec: Spec) -> Child:
        """Make a child, not yet started. A name may be used again once its child has ended."""
        known = self.children.get(spec.name)
        if known is not None:
            if known.running:
                raise ProcessEnded(f"{spec.name} is running already.")
            self._arbiter.watchers.remove(known._watcher)
        log = self._logs / f"{spec.name}.log"
        stream = {"class": "FileStream", "filename": str(log), "max_bytes": LOG_BYTES, "backup_count": 1}
        watcher = Watcher(
            spec.name,
            shlex.quote(spec.argv[0]) if sys.platform != "win32" else f'"{spec.argv[0]}"',
            args=list(spec.argv[1:]),
            working_dir=str(spec.cwd),
            env=dict(spec.env),
            uid=spec.user,
            respawn=False,
            max_retry=1,
            stop_signal=spec.stop_signal,
            graceful_timeout=spec.grace_seconds,
            stdout_stream=stream,
            stderr_stream=stream,
            hooks={"after_reap": (self._after_reap, True)},
        )
        watcher.initialize(self._arbiter.evpub_socket, self._arbiter.sockets, self._arbiter)
        self._arbiter.watchers.append(watcher)
        self.children[spec.name] = child = Child(spec, watcher, log, self._warden)
        return child

    def _after_reap(self, watcher: Watcher, exit_code: int | None, process_pid: int, **_: Any) -> bool:
        self.children[watcher.name].reaped(exit_code, process_pid)
        return True

    async def run(self, spec: Spec) -> int:
        """Run a process to its end and give its exit code."""
        child = self.add(spec)
        await child.start()
        try:
            return await child.wait()
        finally:
            await child.stop()


def end_group(pid: int) -> None:
    """Kill what is left of the session that `pid` led; its own process has ended or is past its grace."""
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


async def until(ready: Callable[[], Awaitable[bool]], child: Child, seconds: float, every: float = 0.05) -> None:
    """Wait until `ready` says so. Raises `ProcessEnded` when the child ends first, or is not ready in time."""
    deadline = time.monotonic() + seconds
    while not await ready():
        if not child.running:
            raise ProcessEnded(
                f"{child.spec.name} ended with code {await child.wait()} before it was ready.", _see(child)
            )
        if time.monotonic() > deadline:
            raise ProcessEnded(f"{child.spec.name} was not ready after {seconds:.0f} s.", _see(child))
        await asyncio.sleep(every)


def _see(child: Child) -> str:
    tail = child.log_tail()
    return f"The end of {child.log}:\n{tail}" if tail else f"Its log {child.log} is empty."
