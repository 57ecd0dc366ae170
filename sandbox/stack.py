"""The whole stack, declared once: what a start does, and what waits for what. The rest of this package is how.

Each step takes what the start was given and the results of the steps named in `after`, in that order.
"""

from __future__ import annotations

from sandbox.embedded import cloud, cluster, ready, seams, syncing, telemetry
from sandbox.embedded.postgres import server
from sandbox.processes.steps import Step

EMBEDDED: tuple[Step, ...] = (
    Step("postgres", server.postgres),
    Step("aws", cloud.aws),
    Step("seams", seams.seams),
    Step("telemetry", telemetry.telemetry),
    Step("front door", cloud.front_door),
    Step("lambdas", cloud.lambdas),
    Step("program", cloud.program, after=("aws", "lambdas", "seams", "telemetry")),
    Step("warm", cloud.warm, after=("front door", "program")),
    Step("workloads", cluster.workloads, after=("program", "postgres")),
    Step("load", cluster.load, after=("workloads",)),
    Step("lms", cluster.lms, after=("workloads", "load")),
    Step("algolia", cluster.algolia, after=("workloads",)),
    Step("sync", syncing.sync, after=("workloads", "load", "lms", "algolia")),
    Step("answer", ready.answer, after=("aws", "front door", "workloads", "sync")),
)
