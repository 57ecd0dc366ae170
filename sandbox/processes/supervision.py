"""Run local processes: start, stop with everything they started, exit codes, logs that do not fill the disk.

Over asyncio's subprocesses and psutil, which knows process trees and tells a reused pid from the same process. When to
start again is not decided here (`keeper` does, and `embedded.kubernetes.workloads` by the manifests' rules), and what
happens should this process be killed with SIGKILL is `orphan_guard`'s. Why not circus: decision 0020.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil

from sandbox.processes.orphan_guard import OrphanGuard
from sandbox.processes.process_spec import ProcessSpec
from sandbox.setup.loopback_http import status_of
from sandbox.setup.problem import SandboxProblem

LOG_BYTES = 10 * 1024 * 1024
LOOK_AT_LOGS_EVERY = 5.0
LONGEST_ANSWER = 16 * 1024 * 1024


class ProcessEnded(SandboxProblem):
    """A process that had to stay up, or to succeed, did not."""


class Child:
    """One process of the sandbox. It can be started again after it ended."""

    def __init__(self, spec: ProcessSpec, log: Path, guard: OrphanGuard) -> None:
        self.spec = spec
        self.log = log
        self.pid: int | None = None
        self.starts = 0
        self._log_began = 0
        self._guard = guard
        self._process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start the process. Raises `ProcessEnded` when it cannot even be run (no such program, no such user)."""
        rotate(self.log)
        spec = self.spec
        with self.log.open("ab") as log:
            self._log_began = log.tell()
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *spec.argv, cwd=spec.cwd, env=dict(spec.env), limit=LONGEST_ANSWER,
                    stdin=asyncio.subprocess.PIPE if spec.asked else asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.PIPE if spec.asked else log, stderr=log, **_apart(spec.user),
                )  # fmt: skip
            except (OSError, RuntimeError, MemoryError) as error:  # RuntimeError: no thread to wait for it with
                _end_stray(spec.argv)
                raise ProcessEnded(f"{spec.name} could not be run: {error or 'out of memory'}.") from error
        self.starts += 1
        self.pid = self._process.pid
        self._guard.watch(self.pid, spec.stop_signal)

    async def begin(self, spare: Child | None) -> None:
        """Take over a spare that still runs; start otherwise. Raises `ProcessEnded`."""
        await (self.take_over(spare) if spare is not None and spare.running else self.start())

    async def take_over(self, spare: Child) -> None:
        """Go on as the process of a spare, which has imported what this one needs. Raises `ProcessEnded`."""
        process, spare._process = spare._process, None
        if process is None or process.stdin is None or process.returncode is not None:
            raise ProcessEnded(f"{spare.spec.name} has ended before it was needed.")
        rotate(self.log)
        with self.log.open("ab") as log:
            self._log_began = log.tell()
        self._process, self.pid = process, process.pid
        self.starts += 1
        with contextlib.suppress(ConnectionError):  # it has ended this moment, as its exit code will tell
            process.stdin.write(self.spec.order(self.log))
            await process.stdin.drain()
            process.stdin.close()

    async def ask(self, question: bytes) -> bytes:
        """Give the line that answers a line; empty when the process ends instead."""
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            raise ProcessEnded(f"{self.spec.name} was not started to be asked.")
        with contextlib.suppress(ConnectionError):
            self._process.stdin.write(question)
            await self._process.stdin.drain()
        return await self._process.stdout.readline()

    async def wait(self) -> int:
        """Give the exit code, once it has ended; negative: the signal that ended it."""
        if self._process is None:
            raise ProcessEnded(f"{self.spec.name} was never started.")
        code = await self._process.wait()
        self._guard.forget(self._process.pid)
        return code

    async def stop(self) -> None:
        """End the process and everything it started; returns when nothing of it is left."""
        if self._process is None:
            return
        others = _descendants(self._process.pid) if self.running else []
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(self.spec.stop_signal)
            try:
                async with asyncio.timeout(self.spec.grace_seconds):
                    await self._process.wait()
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
                await self._process.wait()
        _end_group(self._process.pid)
        for process in others:
            with contextlib.suppress(psutil.Error):
                process.kill()
        self._guard.forget(self._process.pid)

    def log_tail(self, lines: int = 12) -> str:
        """Give the last lines that it has written since its start, for a message."""
        try:
            with self.log.open("rb") as log:
                began = self._log_began if self._log_began <= log.seek(0, os.SEEK_END) else 0  # else: rotated since
                log.seek(began)
                text = log.read().decode(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])


class Supervisor:
    """Runs children and never leaves one behind: `async with Supervisor(logs, run) as supervisor`."""

    def __init__(self, logs: Path, run: Path) -> None:
        self.children: dict[str, Child] = {}
        self._logs = logs
        self._run = run
        self._guard: OrphanGuard
        self._rotation: asyncio.Task[None]

    async def __aenter__(self) -> Supervisor:
        self._guard = OrphanGuard(self._run / "processes.json")
        self._rotation = asyncio.ensure_future(self._rotate())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._rotation.cancel()
        await self.stop()
        self._guard.close()

    async def stop(self) -> None:
        """Stop every child, those that others stand on last."""
        for last in (False, True):
            await asyncio.gather(*(child.stop() for child in self.children.values() if child.spec.ends_last is last))

    def add(self, spec: ProcessSpec) -> Child:
        """Make a child, not yet started. A name may be used again once its child has ended."""
        known = self.children.get(spec.name)
        if known is not None and known.running:
            raise ProcessEnded(f"{spec.name} is running already.")
        self.children[spec.name] = child = Child(spec, self._logs / f"{spec.name}.log", self._guard)
        return child

    async def run(self, spec: ProcessSpec, spare: Child | None = None) -> int:
        """Run a process to its end and give its exit code; should the caller be cancelled, the process is stopped."""
        child = self.add(spec)
        await child.begin(spare)
        try:
            return await child.wait()
        finally:
            await child.stop()

    async def _rotate(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AT_LOGS_EVERY)
            for child in self.children.values():
                rotate(child.log)


def rotate(log: Path) -> None:
    """Keep a log under 10 MB: what is there goes to `NAME.log.1`. Its writer appends, so it goes on at the new end."""
    with contextlib.suppress(OSError):
        if log.stat().st_size > LOG_BYTES:
            shutil.copyfile(log, log.with_name(log.name + ".1"))
            os.truncate(log, 0)


def _apart(user: str | None) -> dict[str, Any]:
    """Set it apart: a session of its own, so that Ctrl-C reaches the sandbox alone; another user when root."""
    if sys.platform == "win32":
        import subprocess

        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    if user is None:
        return {"start_new_session": True}
    import pwd

    entry = pwd.getpwnam(user)
    return {"start_new_session": True, "user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def _end_stray(argv: tuple[str, ...]) -> None:
    """End a process that was started although starting it failed afterwards: nobody else knows of it."""
    for process in psutil.Process().children():
        with contextlib.suppress(psutil.Error):
            if process.cmdline() == list(argv):
                process.kill()


def _end_group(pid: int) -> None:
    """Kill what is left of the session that `pid` led; its own process has ended."""
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


async def until_healthy(child: Child, seconds: float = 30) -> None:
    """Wait until the child answers 200 at its spec's `health_url`. Raises like `until`."""

    async def healthy() -> bool:
        return await status_of(child.spec.health_url, 1.0) == 200

    await until(healthy, child, seconds)


def _see(child: Child) -> str:
    tail = child.log_tail()
    return f"The end of {child.log}:\n{tail}" if tail else f"Its log {child.log} is empty."
