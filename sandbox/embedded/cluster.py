"""The cluster's side of a start: its manifests as local processes, and its Job that fills the LMS."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from sandbox.embedded.cloud import Program
from sandbox.embedded.kubernetes.manifests import Machine, local_plan
from sandbox.embedded.kubernetes.workloads import Workloads
from sandbox.embedded.postgres.server import Database
from sandbox.embedded.reports import last_report
from sandbox.embedded.start import Start
from sandbox.processes.process_spec import base_environment
from sandbox.processes.supervision import ProcessEnded
from sandbox.setup.ports import free_port
from sandbox.setup.problem import SandboxProblem

LOAD = "lms-load"
SEARCH = "mock-algolia"


class IndexDamaged(SandboxProblem):
    """The search service refuses the index that it kept."""


@dataclass(frozen=True)
class Cluster:
    """The Deployments are being started, and are kept up from now on."""

    workloads: Workloads
    words: str


@dataclass(frozen=True)
class Loaded:
    """The LMS's database holds the catalogue; `kept`: it did already."""

    kept: bool
    words: str


@dataclass(frozen=True)
class Serving:
    """A Deployment is ready."""

    words: str = ""


async def workloads(start: Start, program: Program, _: Database) -> Cluster:
    """Start the cluster's Deployments as local processes."""
    plan = local_plan(
        program.manifests,
        Machine(
            python=sys.executable,
            ports={"lms": start.ports.lms, "mock-algolia": start.ports.algolia},
            callers={"lms": start.seams.lms, "mock-algolia": start.seams.index_for_sync},
            free_port=free_port,
            volume=start.state.volume,
            scratch=lambda name: _made(start.state.run / name),
            local=start.state.root,
            # A kept index may still be in the mode of a start that was not light: its models take 250 MB.
            base_env=base_environment() | ({"ALGOLIA_SEMANTIC": "off"} if start.light else {}),
        ),
    )
    running = Workloads(start.supervisor, plan, start.note, start.conditions)
    start.closing.push_async_callback(running.close)
    running.start_deployments()
    words = f"{len(plan.deployments)} Deployments, {len(plan.jobs)} Jobs, {len(plan.cron_jobs)} CronJobs"
    return Cluster(running, words)


async def load(start: Start, cluster: Cluster) -> Loaded:
    """Run the Job that fills the LMS's database, unless it holds these very files already."""
    await cluster.workloads.run_job(LOAD)
    report = last_report(start.supervisor.children[LOAD].log_tail(50))
    if not report.get("changed"):
        return Loaded(True, "data kept")
    return Loaded(False, f"{report.get('courses')} courses, {report.get('enrollments')} enrollments")


async def lms(_: Start, cluster: Cluster, __: Loaded) -> Serving:
    """Wait for the learning platform, which is ready once it is loaded."""
    await cluster.workloads.ready("lms")
    return Serving()


async def algolia(_: Start, cluster: Cluster) -> Serving:
    """Wait for the search service. Raises `IndexDamaged` when it cannot read what it kept."""
    try:
        await cluster.workloads.ready(SEARCH)
    except ProcessEnded as ended:
        refusal = next((line for line in ended.remedy.splitlines() if "damaged" in line), None)
        if refusal is None:
            raise
        raise IndexDamaged(
            refusal.removeprefix("mock_algolia: "),
            "The catalogue can fill it again: `python -m sandbox up --rebuild-index`, with the options of this start.",
        ) from ended
    return Serving()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
