"""Workloads kept running by Kubernetes' rules: real processes on real ports."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from sandbox.embedded.kubernetes import workloads
from sandbox.embedded.kubernetes.objects import CronJob, Deployment, Job, LocalPlan, Pod, Probe
from sandbox.embedded.kubernetes.workloads import JobFailed, Workloads
from sandbox.processes.backoff import Backoff
from sandbox.processes.process_spec import base_environment
from sandbox.processes.supervision import ProcessEnded, Supervisor
from sandbox.setup.ports import free_port

SERVER = """
import http.server, pathlib, sys
port, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(503 if (folder / self.path.strip("/")).exists() else 200)
        self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""
COUNTING = """
import pathlib, sys
tries = pathlib.Path(sys.argv[1])
count = len(tries.read_text()) if tries.exists() else 0
tries.write_text("x" * (count + 1))
sys.exit(0 if count >= int(sys.argv[2]) else 3)
"""


def impatient() -> Backoff:
    """The same rules in a hundredth of the time."""
    return Backoff(0.02, 0.05)


class Once(Backoff):
    """Tries once more soon, and then not for an hour."""

    def delay(self, lived: float = 0.0) -> float:
        self.first, now = 3600.0, min(self.first, 3600.0)
        return 0.02 if now < 3600.0 else now


def pod(code: str, *arguments: object, **probes: Probe) -> Pod:
    return Pod((sys.executable, "-c", code, *map(str, arguments)), base_environment(), grace=2, **probes)  # type: ignore[arg-type]  # probes only


def server(folder: Path, **probes: str) -> tuple[Deployment, int]:
    """A Deployment whose probes fail while a file of their name exists in `folder`."""
    port = free_port()
    made = {
        name: Probe(url=f"http://127.0.0.1:{port}/{path}", period=0.05, failures=2) for name, path in probes.items()
    }
    return Deployment("web", pod(SERVER, port, folder, **made)), port


def run(
    folder: Path,
    plan: LocalPlan,
    work: Callable[[Workloads, Supervisor], Awaitable[None]],
    notes: list[str] | None = None,
    backoff: Callable[[], Backoff] = impatient,
) -> None:
    async def main() -> None:
        async with Supervisor(folder, folder) as supervisor:
            running = Workloads(supervisor, plan, [].append if notes is None else notes.append, {}, backoff)
            try:
                async with asyncio.timeout(60):
                    await work(running, supervisor)
            finally:
                await running.close()

    asyncio.run(main())


async def eventually(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.02)


def test_is_ready_when_the_readiness_probe_passes_and_not_before(tmp_path: Path) -> None:
    deployment, _ = server(tmp_path, readiness="unready")
    (tmp_path / "unready").touch()

    async def work(running: Workloads, _: Supervisor) -> None:
        running.start_deployments()
        with pytest.raises(ProcessEnded, match="not ready"):
            await running.ready("web", seconds=1.5)
        (tmp_path / "unready").unlink()
        await running.ready("web")
        (tmp_path / "unready").touch()
        await eventually(lambda: running.conditions["web"].state == "not ready")

    run(tmp_path, LocalPlan((deployment,), (), ()), work)


def test_starts_a_deployment_again_when_it_dies(tmp_path: Path) -> None:
    deployment, _ = server(tmp_path, readiness="unready")
    notes: list[str] = []

    async def work(running: Workloads, supervisor: Supervisor) -> None:
        running.start_deployments()
        await running.ready("web")
        first = supervisor.children["web"].pid
        psutil.Process(first).kill()
        await eventually(lambda: running.conditions["web"].restarts == 1)
        await running.ready("web")
        assert supervisor.children["web"].pid != first

    run(tmp_path, LocalPlan((deployment,), (), ()), work, notes)

    assert "starting it again" in notes[0]


def test_starts_a_deployment_again_when_its_liveness_probe_fails(tmp_path: Path) -> None:
    deployment, _ = server(tmp_path, readiness="unready", liveness="dead")

    async def work(running: Workloads, _: Supervisor) -> None:
        running.start_deployments()
        await running.ready("web")
        (tmp_path / "dead").touch()
        await eventually(lambda: running.conditions["web"].restarts >= 1)
        (tmp_path / "dead").unlink()
        await running.ready("web")

    run(tmp_path, LocalPlan((deployment,), (), ()), work)


def test_is_tried_at_once_when_it_is_restarted_after_it_was_given_up(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    web, _ = server(tmp_path, readiness="unready")
    code = f"import pathlib\nif pathlib.Path({str(broken)!r}).exists(): raise SystemExit(1)\n" + SERVER
    argv = (*web.pod.argv[:2], code, *web.pod.argv[3:])
    plan = LocalPlan((replace(web, pod=replace(web.pod, argv=argv)),), (), ())

    async def work(running: Workloads, _: Supervisor) -> None:
        running.start_deployments()
        await running.ready("web")
        broken.touch()
        with pytest.raises(ProcessEnded, match="again and again"):
            await running.restart("web")
        broken.unlink()
        async with asyncio.timeout(20):
            await running.restart("web")
        assert running.conditions["web"].state == "ready"

    run(tmp_path, plan, work, backoff=Once)


def test_leaves_no_process_behind_when_it_is_closed(tmp_path: Path) -> None:
    deployment, _ = server(tmp_path, readiness="unready")
    pids: list[int] = []

    async def work(running: Workloads, supervisor: Supervisor) -> None:
        running.start_deployments()
        await running.ready("web")
        pids.append(supervisor.children["web"].pid or 0)

    run(tmp_path, LocalPlan((deployment,), (), ()), work)

    assert not psutil.pid_exists(pids[0])


@pytest.mark.parametrize("failures", [0, 2])
def test_tries_a_job_as_often_as_its_backoff_limit_allows(tmp_path: Path, failures: int) -> None:
    job = Job("load", pod(COUNTING, tmp_path / "tries", failures), backoff_limit=2)

    async def work(running: Workloads, _: Supervisor) -> None:
        await running.run_job("load")
        assert running.conditions["load"].state == "succeeded"

    run(tmp_path, LocalPlan((), (job,), ()), work)

    assert (tmp_path / "tries").read_text() == "x" * (failures + 1)


def test_gives_a_job_up_after_its_tries(tmp_path: Path) -> None:
    job = Job("load", pod(COUNTING, tmp_path / "tries", 99), backoff_limit=1)

    async def work(running: Workloads, _: Supervisor) -> None:
        with pytest.raises(JobFailed, match="ended with code 3"):
            await running.run_job("load")

    run(tmp_path, LocalPlan((), (job,), ()), work)

    assert (tmp_path / "tries").read_text() == "xx"


def test_stops_a_job_that_takes_longer_than_its_deadline(tmp_path: Path) -> None:
    job = Job("load", pod("import time; time.sleep(600)"), deadline=0.5)

    async def work(running: Workloads, supervisor: Supervisor) -> None:
        with pytest.raises(JobFailed, match="stopped after"):
            await running.run_job("load")
        assert not supervisor.children["load"].running

    run(tmp_path, LocalPlan((), (job,), ()), work)


def cron_job(code: str, concurrency: str = "Forbid") -> CronJob:
    return CronJob("sync", "* * * * *", "UTC", Job("sync", pod(code), backoff_limit=0), concurrency=concurrency)


def test_runs_a_cron_job_now_and_forbids_a_second_meanwhile(tmp_path: Path) -> None:
    plan = LocalPlan((), (), (cron_job("import time; time.sleep(600)"),))

    async def work(running: Workloads, supervisor: Supervisor) -> None:
        first = asyncio.ensure_future(running.run_cron_job("sync"))
        await eventually(lambda: "sync" in supervisor.children and supervisor.children["sync"].running)
        with pytest.raises(JobFailed, match="forbids a second"):
            await running.run_cron_job("sync")
        first.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await first
        assert not supervisor.children["sync"].running

    run(tmp_path, plan, work)


def test_fires_a_cron_job_at_its_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        """Starts a second before the full minute, and runs on from there."""

        offset: timedelta = datetime(2026, 11, 22, 11, 59, 59, tzinfo=UTC) - datetime.now(UTC)

        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # noqa: ARG003 - only ever asked with UTC
            return datetime.now(UTC) + cls.offset

    monkeypatch.setattr(workloads, "datetime", Clock)
    plan = LocalPlan((), (), (cron_job("print('fired')"),))

    async def work(running: Workloads, _: Supervisor) -> None:
        running.start_schedules()
        await eventually(lambda: running.conditions.get("sync") is not None)
        assert running.conditions["sync"].next_run == datetime(2026, 11, 22, 12, tzinfo=UTC)
        await eventually(lambda: running.conditions["sync"].last_result == "succeeded")

    run(tmp_path, plan, work)

    assert (tmp_path / "sync.log").read_text() == "fired\n"


def test_a_held_cron_job_waits_and_what_holds_it_waits_for_the_job_under_way(tmp_path: Path) -> None:
    """A restore that ran beside a sync had its index overwritten by what that sync had read before."""
    order: list[str] = []
    cron_job = CronJob("sync", "0 0 1 1 *", "UTC", Job("sync", pod("import time; time.sleep(0.3)")))

    async def work(running: Workloads, supervisor: Supervisor) -> None:
        async def job(name: str) -> None:
            await running.run_cron_job("sync")
            order.append(name)

        first = asyncio.ensure_future(job("first"))
        await eventually(lambda: "sync" in running.conditions)
        async with running.held("sync"):
            order.append("held")
            second = asyncio.ensure_future(job("second"))
            for _ in range(100):
                await asyncio.sleep(0)
            assert running.conditions["sync"].state != "running", "the second did not wait"
            order.append("let go")
        await asyncio.gather(first, second)

    run(tmp_path, LocalPlan((), (), (cron_job,)), work)
    assert order == ["first", "held", "let go", "second"]
