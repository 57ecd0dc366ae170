"""Processes: started, seen ending, stopped with all they started, also when the sandbox itself is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from sandbox.processes.orphan_guard import end_leftovers
from sandbox.processes.process_spec import ProcessSpec, base_environment
from sandbox.processes.supervision import Child, ProcessEnded, Supervisor, until
from tests.support.sandbox_command import ROOT

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("child", child.pid, flush=True)
time.sleep(600)
"""
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
)


def python(name: str, code: str, **more: float) -> ProcessSpec:
    return ProcessSpec(name, (sys.executable, "-c", code), env=base_environment(), **more)  # type: ignore[arg-type]  # grace_seconds


def supervise(folder: Path, work: Callable[[Supervisor], Awaitable[None]]) -> None:
    async def main() -> None:
        async with Supervisor(folder, folder) as supervisor:
            await work(supervisor)

    asyncio.run(main())


async def said(child: Child, word: str) -> str:
    """Wait until a word stands in the child's log; the line it stands in."""

    async def there() -> bool:
        return word in child.log_tail()

    await until(there, child, seconds=30)
    return next(line for line in child.log_tail().splitlines() if word in line)


def test_gives_the_exit_code_and_keeps_the_output(tmp_path: Path) -> None:
    async def work(supervisor: Supervisor) -> None:
        assert (
            await supervisor.run(python("job", "import sys; print('done'); print('badly', file=sys.stderr); exit(7)"))
            == 7
        )

    supervise(tmp_path, work)

    assert (tmp_path / "job.log").read_text() == "done\nbadly\n"


def test_sees_every_one_of_many_short_processes_end(tmp_path: Path) -> None:
    async def work(supervisor: Supervisor) -> None:
        codes = await asyncio.gather(*(supervisor.run(python(f"job{n}", f"exit({n})")) for n in range(12)))
        assert codes == list(range(12))

    supervise(tmp_path, work)


def test_stops_what_a_process_has_started_too(tmp_path: Path) -> None:
    async def work(supervisor: Supervisor) -> None:
        child = supervisor.add(python("parent", PARENT))
        await child.start()
        grandchild = psutil.Process(int((await said(child, "child")).split()[1]))
        await child.stop()
        assert not child.running
        psutil.wait_procs([grandchild], 5)
        assert not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE

    supervise(tmp_path, work)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal to be deaf to; runs on Linux and macOS")
def test_kills_a_process_that_does_not_listen(tmp_path: Path) -> None:
    async def work(supervisor: Supervisor) -> None:
        child = supervisor.add(python("deaf", STUBBORN, grace_seconds=0.2))
        await child.start()
        await said(child, "deaf")
        await child.stop()
        assert await child.wait() == -signal.SIGKILL

    supervise(tmp_path, work)


def test_stops_everything_when_the_work_fails(tmp_path: Path) -> None:
    pids: list[int] = []

    async def work(supervisor: Supervisor) -> None:
        for name in ("one", "two"):
            child = supervisor.add(python(name, "import time; time.sleep(600)"))
            await child.start()
            pids.append(child.pid or 0)
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        supervise(tmp_path, work)
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_shows_the_end_of_the_log_of_a_process_that_was_never_ready(tmp_path: Path) -> None:
    async def work(supervisor: Supervisor) -> None:
        child = supervisor.add(python("server", "print('address in use'); exit(1)"))
        await child.start()

        async def never() -> bool:
            return False

        with pytest.raises(ProcessEnded, match="address in use") as ended:
            await until(never, child, seconds=30)
        assert "ended with code 1" in ended.value.what

    supervise(tmp_path, work)


def test_shows_nothing_of_an_earlier_process_of_that_name(tmp_path: Path) -> None:
    async def work(supervisor: Supervisor) -> None:
        assert await supervisor.run(python("job", "print('the first')")) == 0
        assert await supervisor.run(python("job", "print('the second')")) == 0
        assert supervisor.children["job"].log_tail() == "the second"

    supervise(tmp_path, work)


def test_says_that_there_is_no_such_program(tmp_path: Path) -> None:
    async def work(supervisor: Supervisor) -> None:
        with pytest.raises(ProcessEnded, match="nothing could not be run"):
            await supervisor.run(ProcessSpec("nothing", (str(tmp_path / "no such program"),)))

    supervise(tmp_path, work)


def test_gives_processes_none_of_the_users_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the user's")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")

    assert {"AWS_SECRET_ACCESS_KEY", "HTTPS_PROXY"}.isdisjoint(base_environment())


ABANDONED = """
import asyncio, sys, time
from pathlib import Path
from sandbox.processes.process_spec import ProcessSpec, base_environment
from sandbox.processes.supervision import Supervisor

async def main():
    folder = Path(sys.argv[1])
    async with Supervisor(folder, folder) as supervisor:
        child = supervisor.add(ProcessSpec("parent", (sys.executable, "-c", sys.argv[2]), env=base_environment()))
        await child.start()
        while "child" not in child.log_tail():
            await asyncio.sleep(0.02)
        print(child.pid, child.log_tail().split()[1], supervisor._guard._process.pid, flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


def abandoned(folder: Path) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
    """A process that supervises another one which has a child; with the three: child, grandchild, guard."""
    process = subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-c", ABANDONED, str(folder), PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, [psutil.Process(int(pid)) for pid in process.stdout.readline().split()]


def test_leaves_nothing_running_when_it_is_killed_without_warning(tmp_path: Path) -> None:
    process, others = abandoned(tmp_path)
    with process:
        process.kill()

    gone, alive = psutil.wait_procs(others, 15)

    assert not alive
    assert len(gone) == 3


def test_ends_what_was_left_when_the_guard_was_killed_too(tmp_path: Path) -> None:
    process, (child, grandchild, guard) = abandoned(tmp_path)
    with process:
        guard.kill()
        process.kill()
    assert child.is_running()

    assert end_leftovers(tmp_path / "processes.json") == 1

    assert not psutil.wait_procs([child, grandchild], 15)[1]


def test_touches_no_stranger_that_has_a_remembered_pid(tmp_path: Path) -> None:
    ledger = tmp_path / "processes.json"
    ledger.write_text(f"[[{os.getpid()}, 12345.0, 15]]")

    assert end_leftovers(ledger) == 0


@pytest.mark.parametrize("content", ["", "[[", '{"a": 1}', "[[1]]"])
def test_does_without_a_list_that_was_cut_short(tmp_path: Path, content: str) -> None:
    ledger = tmp_path / "processes.json"
    ledger.write_text(content)

    assert end_leftovers(ledger) == 0
