"""One run of the sandbox, from `up` to its end: hold the folder, start, answer commands, stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console

from sandbox.embedded.postgres.data_folder import check_data
from sandbox.embedded.pulumi_engine.deployment import Deployer
from sandbox.embedded.ready import Started
from sandbox.embedded.start import Start
from sandbox.embedded.syncing import follow_up
from sandbox.processes.conditions import Conditions
from sandbox.processes.keeper import Keeper
from sandbox.processes.orphan_guard import end_leftovers
from sandbox.processes.steps import run_steps
from sandbox.processes.supervision import Supervisor
from sandbox.running.breaking import Breaking
from sandbox.running.control import Control
from sandbox.running.holding import holding
from sandbox.running.measuring import measure
from sandbox.running.remote_commands import RemoteCommands
from sandbox.running.signals import signals_stop
from sandbox.running.snapshots import Snapshots
from sandbox.setup.as_typed import as_typed
from sandbox.setup.aws_keys import new_keys
from sandbox.setup.credentials import load_credentials
from sandbox.setup.inputs import Inputs, check_inputs, courses_in, keep_inputs, kept_inputs
from sandbox.setup.ports import Ports, require_free
from sandbox.setup.state import NO_SPACE, DiskFull, State
from sandbox.setup.tokens import NoToken, learner_token
from sandbox.stack import EMBEDDED
from sandbox.terminal.progress import Progress
from sandbox.terminal.summary import print_summary
from sandbox.watching.watch import Watch

FIRST_LEARNER = "1"
OURS, PULUMI = ENGINES = ("embedded", "pulumi")
"""What deploys: the program in a process of ours, or the Pulumi CLI, with state, diffs and previews."""
SEMANTIC_COURSES = 30_000
"""A larger catalogue is searched by keywords unless asked otherwise: its vectors would take many minutes."""


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
    rebuild_index: bool = False
    watch: bool = False
    light: bool = False
    engine: str = OURS


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
        if request.rebuild_index and (aside := request.state.set_index_aside()) is not None:
            console.print(f"! The index of before is in {aside} now; a new one is being filled.")
        try:
            return asyncio.run(_run(request, console, ready))
        except Stopped:
            return 0
        except RuntimeError as error:
            if "new thread" not in str(error):
                raise
            raise MemoryError from error  # what Python calls it when a limit leaves no room for a thread
        except OSError as error:
            if error.errno in NO_SPACE:
                raise DiskFull(
                    f"{NO_SPACE[error.errno]}: {error}", "Everything was stopped; kept data is as it was."
                ) from error
            raise


async def _run(request: Request, console: Console, ready: Callable[[], None]) -> int:
    state, stop, began = request.state, asyncio.Event(), datetime.now(UTC)
    with signals_stop(stop, console), Progress(console) as progress:
        async with Supervisor(state.logs, state.run) as supervisor, contextlib.AsyncExitStack() as closing:
            start = _start_of(request, supervisor, closing, progress)
            commands = RemoteCommands(start, stop, began)
            breaking = Breaking(start, lambda: commands.started)
            watch = Watch(start)
            table = commands.table() | breaking.table() | watch.table() | Snapshots(start, commands).table()
            await closing.enter_async_context(Control(state, start.credentials.control_key, table))
            watching: asyncio.Future[None] | None = None
            measuring: asyncio.Future[None] | None = None
            closing.push_async_callback(supervisor.stop)  # `down` in another terminal sees it running until then
            try:
                commands.started = await _unless_stopped(start, progress, stop)
                _announce(commands.started, progress, console)
                ready()
                if not start.semantic and not start.light:
                    progress.note(
                        f"Search is by keywords: over {SEMANTIC_COURSES:,} courses, semantic search takes long "
                        "to prepare (some 12 ms a course). `up --semantic` prepares it all the same."
                    )
                commands.follow_up = asyncio.ensure_future(follow_up(start, commands.started.synced))
                if not start.light:
                    measuring = asyncio.ensure_future(measure(start, lambda: commands.started))
                if request.watch:
                    watching = asyncio.ensure_future(watch.run(commands.started))
                await stop.wait()
            finally:
                beside = [task for task in (watching, measuring) if task is not None]
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)
                if commands.follow_up is not None:
                    commands.follow_up.cancel()
                    await asyncio.gather(commands.follow_up, return_exceptions=True)
                await breaking.close()
                await start.keeper.close()  # it may write the endpoints, as long as it repairs
                state.endpoints_file.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        console.print(as_typed("Stopped. Data is kept; `python -m sandbox up` starts again."))
    return 0


def _start_of(
    request: Request, supervisor: Supervisor, closing: contextlib.AsyncExitStack, progress: Progress
) -> Start:
    """Put together what the steps are given."""
    credentials, new_passwords = load_credentials(request.state)
    conditions: Conditions = {}
    return Start(
        state=request.state,
        ports=request.ports,
        credentials=credentials,
        new_passwords=new_passwords,
        inputs=keep_inputs(request.state, request.given),
        semantic=not request.light and (request.semantic or courses_in(request.state) <= SEMANTIC_COURSES),
        light=request.light,
        aws_keys=new_keys(),
        supervisor=supervisor,
        keeper=Keeper(conditions, progress.note),
        deployer=_deployer(request, supervisor),
        conditions=conditions,
        closing=closing,
        note=progress.note,
        detail=progress.detail,
    )


def _deployer(request: Request, supervisor: Supervisor) -> Deployer:
    if request.engine == OURS:
        return Deployer(supervisor)
    return Deployer(supervisor, ("sandbox.engine.deploying", str(request.state.root)))


async def _unless_stopped(start: Start, progress: Progress, stop: asyncio.Event) -> Started:
    """Run the steps of the start; gives what the last one gave. Raises `Stopped` when asked to stop meanwhile."""
    starting = asyncio.ensure_future(run_steps(EMBEDDED, start, progress))
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            raise Stopped
        started = (await starting)[EMBEDDED[-1].name]
    finally:
        for task in (starting, stopping):
            task.cancel()
        await asyncio.gather(starting, stopping, return_exceptions=True)
    if not isinstance(started, Started):
        raise TypeError(f"the last step of the stack gave {started!r}, which is no started system")
    return started


def _announce(started: Started, progress: Progress, console: Console) -> None:
    endpoints = started.endpoints()
    progress.__exit__()
    learner: str | None = FIRST_LEARNER
    try:
        learner_token(endpoints, started.start.credentials, FIRST_LEARNER)
    except NoToken:
        learner = None  # the user's own enrollments know no learner «1»
    console.print(f"\nReady in {progress.seconds:.1f} s. Everything listens on 127.0.0.1 only.")
    print_summary(console, endpoints, started.question.keywords, started.start.state.root, learner)
