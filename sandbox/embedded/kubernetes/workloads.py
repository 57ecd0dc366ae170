"""Keep the manifests' workloads running as local processes: what a kubelet and two controllers do in a cluster.

Deployments start again whenever they end, after a delay that doubles, and when their liveness probe fails. Jobs run
once, with `backoffLimit` tries. A CronJob makes a Job at each moment of its schedule, and at once when asked, as
`kubectl create job --from` does.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sandbox.embedded.kubernetes.objects import CronJob, Deployment, Job, LocalPlan, Pod, Probe
from sandbox.embedded.kubernetes.probes import passes
from sandbox.embedded.kubernetes.schedule import due, next_run
from sandbox.processes.backoff import Backoff
from sandbox.processes.conditions import Condition, Conditions
from sandbox.processes.process_spec import ProcessSpec
from sandbox.processes.supervision import Child, ProcessEnded, Supervisor

READY_WITHIN = 180.0
GIVES_UP_AFTER = 2
"""A Deployment that ended so often before it was ever ready will not be ready: nobody need wait for it."""
LOOK_EVERY = 0.05
LONGEST_NAP = 20.0
"""A CronJob looks at the clock at least this often, so that a laptop that wakes up late is noticed."""


class JobFailed(ProcessEnded):
    """A Job used up its tries or its time."""


class Workloads:
    """The workloads of one plan; `conditions` learn how they are. The supervisor ends the processes."""

    def __init__(
        self,
        supervisor: Supervisor,
        plan: LocalPlan,
        note: Callable[[str], None],
        conditions: Conditions,
        backoff: Callable[[], Backoff] = Backoff,
    ) -> None:
        self.conditions = conditions
        self._supervisor = supervisor
        self._plan = plan
        self._note = note
        self._backoff = backoff
        self._ready = {deployment.name: asyncio.Event() for deployment in plan.deployments}
        self._given_up = {deployment.name: asyncio.Event() for deployment in plan.deployments}
        self._jobs_running: dict[str, int] = {}
        self._suspended: set[str] = set()
        self._held: set[str] = set()
        self._one_holder = asyncio.Lock()
        self._renewed = {deployment.name: asyncio.Event() for deployment in plan.deployments}
        self._spares: dict[str, Child] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start_deployments(self) -> None:
        """Start every Deployment and keep it running until `close`."""
        for deployment in self._plan.deployments:
            self._go(self._keep(deployment))

    def start_schedules(self) -> None:
        """Start to fire the CronJobs at their moments."""
        for cron_job in self._plan.cron_jobs:
            self._go(self._fire(cron_job))

    async def close(self) -> None:
        """Stop looking after the workloads; nothing is started again. The supervisor ends the processes."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def ready(self, name: str, seconds: float = READY_WITHIN) -> None:
        """Wait until a Deployment's readiness probe has passed. Raises `ProcessEnded` with the end of its log."""
        waits = [asyncio.ensure_future(event.wait()) for event in (self._ready[name], self._given_up[name])]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if self._ready[name].is_set():
            return
        child = self._supervisor.children.get(name)
        tail = f"The end of {child.log}:\n{child.log_tail()}" if child else ""
        if self._given_up[name].is_set():
            raise ProcessEnded(
                f"{name} {self.conditions[name].last_result} before it was ready, again and again.", tail
            )
        raise ProcessEnded(f"{name} was not ready after {seconds:.0f} s.", tail)

    def cron_job(self, name: str) -> CronJob:
        """Give the CronJob of that name."""
        return next(cron_job for cron_job in self._plan.cron_jobs if cron_job.name == name)

    def suspend(self, name: str, suspended: bool) -> None:
        """Let a CronJob's moments pass without a Job, as `kubectl patch cronjob` with `suspend` does; or no longer."""
        (self._suspended.add if suspended else self._suspended.discard)(self.cron_job(name).name)
        self.conditions[name].suspended = suspended

    @contextlib.asynccontextmanager
    async def held(self, name: str) -> AsyncIterator[None]:
        """Keep a CronJob's Jobs waiting meanwhile; begins when the one that is under way has ended."""
        async with self._one_holder:
            self._held.add(self.cron_job(name).name)
            try:
                while self._jobs_running.get(name):
                    await asyncio.sleep(LOOK_EVERY)
                yield
            finally:
                self._held.discard(name)

    async def restart(self, name: str) -> None:
        """Start a Deployment's process again, as `kubectl rollout restart` does, and wait until it is ready.

        One that waits to be tried again is tried at once, as if it had never failed. Raises `ProcessEnded`.
        """
        self._renewed[name].set()
        self._ready[name].clear()
        self._given_up[name].clear()
        await self._supervisor.children[name].stop()
        await self.ready(name)

    async def offer(self, name: str, spare: Child) -> None:
        """Have the next start of a Deployment or of a CronJob's Job take over a spare."""
        earlier = self._spares.pop(name, None)
        self._spares[name] = spare
        if earlier is not None:
            await earlier.stop()

    def pod(self, name: str) -> Pod:
        """Give what a Deployment, or a CronJob, of that name runs."""
        pods = {one.name: one.pod for one in self._plan.deployments}
        return pods.get(name) or self.cron_job(name).job.pod

    async def run_job(self, name: str) -> None:
        """Run a Job of the manifests to its end. Raises `JobFailed`."""
        await self._run(next(job for job in self._plan.jobs if job.name == name))

    async def run_cron_job(self, name: str, env: Mapping[str, str] | None = None) -> None:
        """Run a CronJob's Job now, with `env` over its own environment.

        Raises `JobFailed`, also when the policy is Forbid and one is under way.
        """
        cron_job = self.cron_job(name)
        if self._jobs_running.get(name) and cron_job.concurrency == "Forbid":
            raise JobFailed(f"{name} is under way already, and its policy forbids a second.", "Try again when it ends.")
        pod = cron_job.job.pod
        await self._run(replace(cron_job.job, pod=replace(pod, env={**pod.env, **(env or {})})))

    async def ended(self, name: str) -> None:
        """Wait until no Job of that name is under way."""
        while self._jobs_running.get(name):
            await asyncio.sleep(LOOK_EVERY)

    async def _keep(self, deployment: Deployment) -> None:
        condition = self.conditions[deployment.name] = Condition("Deployment")
        renewed = self._renewed[deployment.name]
        delays = self._backoff()
        ends, was_ready = 0, False
        while True:
            child = self._supervisor.add(_spec(deployment.name, deployment.pod))
            started = time.monotonic()
            code = await self._live(deployment, child, condition)
            was_ready = was_ready or self._ready[deployment.name].is_set()
            self._ready[deployment.name].clear()
            if renewed.is_set():
                renewed.clear()
                delays, ends, was_ready = self._backoff(), 0, False
                continue
            ends += 1
            delay = delays.delay(lived=time.monotonic() - started)
            condition.state, condition.last_result = "waiting to restart", f"ended with code {code}"
            if ends >= GIVES_UP_AFTER and not was_ready:
                self._given_up[deployment.name].set()
            self._note(
                f"{deployment.name} ended with code {code}; starting it again in {delay:.0f} s (see {child.log})"
            )
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(renewed.wait(), delay)
                renewed.clear()
                delays, ends, was_ready = self._backoff(), 0, False
            condition.restarts += 1

    async def _live(self, deployment: Deployment, child: Child, condition: Condition) -> int:
        """One life of a Deployment's process, from start to end; gives the exit code."""
        try:
            await child.begin(self._spares.pop(child.spec.name, None))
        except ProcessEnded:
            return 127
        condition.state = "starting"
        watching = asyncio.ensure_future(self._watch(deployment, child, condition))
        try:
            return await child.wait()
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
            await child.stop()

    async def _watch(self, deployment: Deployment, child: Child, condition: Condition) -> None:
        name, pod = deployment.name, deployment.pod
        if pod.readiness is not None:
            while not await passes(pod.readiness):
                await asyncio.sleep(LOOK_EVERY)
        condition.state = "ready"
        self._ready[name].set()
        probes: list[Coroutine[Any, Any, None]] = []
        if pod.liveness is not None:
            probes.append(self._keep_alive(child, pod.liveness))
        if pod.readiness is not None:
            probes.append(self._keep_informed(pod.readiness, condition, self._ready[name]))
        await asyncio.gather(*probes)

    async def _keep_alive(self, child: Child, probe: Probe) -> None:
        async for passed in _series(probe):
            if not passed:
                self._note(f"{child.spec.name} does not answer its liveness probe; stopping it")
                await child.stop()
                return

    async def _keep_informed(self, probe: Probe, condition: Condition, ready: asyncio.Event) -> None:
        async for passed in _series(probe):
            condition.state = "ready" if passed else "not ready"
            if passed:
                ready.set()
            else:
                ready.clear()

    async def _run(self, job: Job) -> None:
        while job.name in self._held:
            await asyncio.sleep(LOOK_EVERY)
        condition = self.conditions.setdefault(job.name, Condition("Job"))
        condition.state = "running"
        self._jobs_running[job.name] = self._jobs_running.get(job.name, 0) + 1
        try:
            async with asyncio.timeout(job.deadline):
                await self._try(job, condition)
        except TimeoutError:
            condition.last_result = f"took longer than {job.deadline:.0f} s"
            child = self._supervisor.children[job.name]
            await child.stop()
            raise JobFailed(f"{job.name} was stopped after {job.deadline:.0f} s.", f"See {child.log}.") from None
        finally:
            self._jobs_running[job.name] -= 1
            condition.state = "succeeded" if condition.last_result == "succeeded" else "failed"

    async def _try(self, job: Job, condition: Condition) -> None:
        delays = self._backoff()
        for attempt in range(job.backoff_limit + 1):
            if attempt:
                condition.restarts += 1
                await asyncio.sleep(delays.delay())
            code = await self._supervisor.run(_spec(job.name, job.pod), self._spares.pop(job.name, None))
            condition.last_result = "succeeded" if code == 0 else f"ended with code {code}"
            if code == 0:
                return
            self._note(f"{job.name} ended with code {code} (try {attempt + 1} of {job.backoff_limit + 1})")
        child = self._supervisor.children[job.name]
        raise JobFailed(
            f"{job.name} failed: it {condition.last_result}.", f"The end of {child.log}:\n{child.log_tail()}"
        )

    async def _fire(self, cron_job: CronJob) -> None:
        condition = self.conditions.setdefault(cron_job.name, Condition("CronJob", state="scheduled"))
        condition.kind = "CronJob"
        since = datetime.now(UTC)
        condition.next_run = next_run(cron_job, since)
        while True:
            await asyncio.sleep(min(LONGEST_NAP, max(0.0, (condition.next_run - datetime.now(UTC)).total_seconds())))
            now = datetime.now(UTC)
            as_is = replace(cron_job, suspended=cron_job.suspended or cron_job.name in self._suspended)
            decision = due(as_is, since, now, running=bool(self._jobs_running.get(cron_job.name)))
            if now >= condition.next_run:
                since = now
            condition.next_run = decision.next_at
            if decision.run:
                self._go(self._run_quietly(cron_job))

    async def _run_quietly(self, cron_job: CronJob) -> None:
        try:
            await self._run(cron_job.job)
        except ProcessEnded as problem:
            self._note(problem.what)

    def _go(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _series(probe: Probe) -> AsyncIterator[bool]:
    """Give a probe's verdicts, one a period: True when it passed, False after `failures` in a row."""
    await asyncio.sleep(probe.initial_delay)
    failed = 0
    while True:
        await asyncio.sleep(probe.period)
        failed = 0 if await passes(probe) else failed + 1
        if failed == 0:
            yield True
        elif failed >= probe.failures:
            yield False


def _spec(name: str, pod: Pod) -> ProcessSpec:
    return ProcessSpec(name, pod.argv, env=pod.env, grace_seconds=min(pod.grace, 10.0))
