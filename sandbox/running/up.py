"""One run of the sandbox, from `up` to its end: lock, start, answer orders, stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from types import FrameType
from typing import Any

from filelock import FileLock, Timeout
from rich.console import Console

from sandbox.embedded.kubernetes.probes import http_status
from sandbox.embedded.parts import Embedded
from sandbox.embedded.postgres import check_data
from sandbox.embedded.syncing import follow_up, run_sync
from sandbox.processes.orphan_guard import end_leftovers
from sandbox.processes.steps import run_steps
from sandbox.processes.supervision import Child, Supervisor
from sandbox.running.control import Control, running_sandbox
from sandbox.setup.as_typed import as_typed
from sandbox.setup.credentials import load_credentials
from sandbox.setup.endpoints import write_endpoints
from sandbox.setup.inputs import Inputs, check_inputs, courses_in, keep_inputs, kept_inputs
from sandbox.setup.ports import Ports, require_free
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import DiskFull, NotASandbox, State, read_json
from sandbox.setup.tokens import NoToken, learner_token
from sandbox.stack import EMBEDDED
from sandbox.terminal.progress import Progress
from sandbox.terminal.summary import print_summary

FIRST_LEARNER = "1"
ANSWER_SECONDS = 5.0
"""How long `status` waits for the API before it says that it does not answer."""
SEMANTIC_COURSES = 30_000
"""A larger catalogue is searched by keywords unless asked otherwise: its vectors would take many minutes."""


class AlreadyRunning(SandboxProblem):
    """Another `up` holds this state folder."""


class Stopped(Exception):
    """Somebody asked the sandbox to stop while it was starting."""


@dataclass(frozen=True)
class Request:
    """What `up` was asked for."""

    state: State
    ports: Ports
    given: Inputs
    fresh: bool = False
    semantic: bool = False


def up(request: Request, console: Console, ready: Callable[[], None] = lambda: None) -> int:
    """Start everything, wait until told to stop, stop everything. Raises `SandboxProblem`, with nothing left running.

    `ready` is called once everything answers.
    """
    os.umask(0o077)  # what is made from here on, keys and learners among it, is for its owner only
    request.state.check()
    with holding(request.state):
        ended = end_leftovers(request.state.run / "processes.json")
        if ended:
            console.print(f"! An earlier sandbox was cut short; ended {ended} processes it had left.")
        if request.fresh:
            kept = Inputs()
        else:
            kept = kept_inputs(request.state)
            check_data(request.state)
        warnings = check_inputs(request.given, kept)
        if warnings:
            console.print(warnings, highlight=False, markup=False)
        require_free(request.ports)
        if request.fresh and request.state.exists:
            request.state.empty(keep=(request.state.lock_file.name,))
        request.state.claim()
        try:
            return asyncio.run(_run(request, console, ready))
        except Stopped:
            return 0
        except OSError as error:
            if error.errno in (28, 122):  # ENOSPC, EDQUOT
                raise DiskFull(
                    f"The disk is full: {error}", "Everything was stopped; kept data is as it was."
                ) from error
            raise


@contextlib.contextmanager
def holding(state: State) -> Iterator[None]:
    """Hold the state folder; the lock ends with this process, however it ends. Raises `AlreadyRunning`."""
    try:
        state.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(state.lock_file)
        lock.acquire(timeout=0)
    except Timeout:
        running = running_sandbox(state)
        endpoints = read_json(state.endpoints_file)
        who = f" (pid {running['pid']})" if running else ""
        where = f" at {endpoints['api']}" if endpoints else ", and is still starting or stopping"
        raise AlreadyRunning(
            f"A sandbox is already running on {state.root}{who}{where}.",
            "Nothing was changed. `python -m sandbox down` stops it; `--state DIR --port-base N` starts a second one.",
        ) from None
    except OSError as error:
        raise NotASandbox(
            f"{state.root} cannot be used: {error.strerror}.", "Choose another folder with --state."
        ) from error
    try:
        yield
    finally:
        if (
            state.root.is_dir()
            and not state.exists
            and [entry.name for entry in state.root.iterdir()] == [state.lock_file.name]
        ):
            state.lock_file.unlink()  # nothing came of it: leave no trace
            state.root.rmdir()
        lock.release()


async def _run(request: Request, console: Console, ready: Callable[[], None]) -> int:
    state = request.state
    credentials, renewed = load_credentials(state)
    stop = asyncio.Event()
    began = datetime.now(UTC)
    with _signals(stop, console), Progress(console) as progress:
        async with Supervisor(state.logs, state.run) as supervisor:
            inputs = keep_inputs(state, request.given)
            semantic = request.semantic or courses_in(state) <= SEMANTIC_COURSES
            sandbox = Embedded(state, request.ports, credentials, renewed, inputs, supervisor, progress, semantic)
            orders = _Orders(sandbox, stop, began)
            control = Control(state, credentials.control_key, orders.table())
            control.open()
            try:
                await _start(sandbox, stop)
                orders.ready = True
                _announce(sandbox, progress, console)
                ready()
                if not semantic:
                    progress.note(
                        f"Search is by keywords: over {SEMANTIC_COURSES:,} courses, semantic search takes long "
                        "to prepare (some 12 ms a course). `up --semantic` prepares it all the same."
                    )
                orders.preparing = asyncio.ensure_future(follow_up(sandbox))
                await stop.wait()
            finally:
                state.endpoints_file.unlink(missing_ok=True)
                if orders.preparing is not None:
                    orders.preparing.cancel()
                    await asyncio.gather(orders.preparing, return_exceptions=True)
                await sandbox.close()
                control.close()
    with contextlib.suppress(OSError):
        console.print(as_typed("Stopped. Data is kept; `python -m sandbox up` starts again."))
    return 0


async def _start(sandbox: Embedded, stop: asyncio.Event) -> None:
    """Run the steps of the start, or raise `Stopped` when asked to stop meanwhile."""
    starting = asyncio.ensure_future(run_steps(EMBEDDED, sandbox, sandbox.progress))
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            raise Stopped
        await starting
    finally:
        for task in (starting, stopping):
            task.cancel()
        await asyncio.gather(starting, stopping, return_exceptions=True)


def _announce(sandbox: Embedded, progress: Progress, console: Console) -> None:
    endpoints = sandbox.endpoints()
    write_endpoints(sandbox.state, endpoints)
    progress.__exit__()
    learner: str | None = FIRST_LEARNER
    try:
        learner_token(endpoints, sandbox.credentials, FIRST_LEARNER)
    except NoToken:
        learner = None  # the user's own enrollments know no learner «1»
    console.print(f"\nReady in {progress.seconds:.1f} s. Everything listens on 127.0.0.1 only.")
    keywords = sandbox.question.keywords if sandbox.question else "python"
    print_summary(console, endpoints, keywords, sandbox.state.root, learner)


class _Orders:
    """What other terminals may ask of the running sandbox."""

    def __init__(self, sandbox: Embedded, stop: asyncio.Event, began: datetime) -> None:
        self.ready = False
        self.preparing: asyncio.Future[None] | None = None
        self._sandbox = sandbox
        self._stop = stop
        self._began = began

    def table(self) -> dict[str, Callable[[dict[str, Any]], AsyncIterator[dict[str, Any]]]]:
        return {"status": self._status, "sync": self._sync, "stop": self._stop_now}

    async def _status(self, _: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        running = self._sandbox.running
        conditions = running.conditions if running else {}
        parts = []
        for name, child in self._sandbox.supervisor.children.items():
            condition = conditions.get(name)
            if condition is None and name not in self._sandbox.kept_up:
                continue  # a step of the start
            parts.append(
                {
                    "name": name,
                    "kind": condition.kind if condition else "process",
                    "state": condition.state if condition else self._state_of(name, child),
                    "pid": child.pid if child.running else None,
                    "restarts": condition.restarts if condition else child.starts - 1,
                    "last_result": condition.last_result if condition else None,
                    "next_run": condition.next_run.isoformat() if condition and condition.next_run else None,
                }
            )
        yield {
            "running": True,
            "ready": self.ready and await self._answers(),
            "pid": os.getpid(),
            "since": self._began.isoformat(timespec="seconds"),
            "state": str(self._sandbox.state.root),
            "api": self._sandbox.endpoints()["api"],
            "last_sync": self._sandbox.sync_report,
            "parts": parts,
        }

    def _state_of(self, name: str, child: Child) -> str:
        if not child.running:
            return "restarting"
        return "being mended" if name in self._sandbox.mending else "running"

    async def _answers(self) -> bool:
        """Ask the API, through the front door and the gateway, whether it and what it stands on are there."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await http_status(f"{self._sandbox.endpoints()['api']}/health") == 200
        except (OSError, TimeoutError, ValueError):
            return False

    async def _sync(self, _: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        if not self.ready:
            raise SandboxProblem(
                "The sandbox is still starting; its first sync is part of that.", "Try again in a moment."
            )
        while self.preparing is not None and not self.preparing.done():
            yield {"progress": "waiting for the sync that follows the start"}
            await asyncio.wait({self.preparing}, timeout=1)
        async for line in run_sync(self._sandbox):
            yield line

    async def _stop_now(self, _: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        self._stop.set()
        yield {"stopping": True}


@contextlib.contextmanager
def _signals(stop: asyncio.Event, console: Console) -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal ask for a stop; asking twice changes nothing."""
    loop = asyncio.get_running_loop()

    def asked(_: int, __: FrameType | None) -> None:
        loop.call_soon_threadsafe(stopping)

    def stopping() -> None:
        with contextlib.suppress(OSError):
            console.print("Still stopping …" if stop.is_set() else "Stopping …")
        stop.set()

    names = ("SIGINT", "SIGTERM", "SIGHUP") if sys.platform != "win32" else ("SIGINT", "SIGTERM", "SIGBREAK")
    before = {name: signal.signal(getattr(signal, name), asked) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
