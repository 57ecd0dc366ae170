"""The whole stack, declared once: what a start does, and what waits for what. The rest of this package is how."""

from __future__ import annotations

from sandbox.embedded import parts, syncing
from sandbox.embedded.parts import Embedded
from sandbox.processes.steps import Step

EMBEDDED: tuple[Step[Embedded], ...] = (
    Step("postgres", parts.postgres),
    Step("aws", parts.aws),
    Step("front door", parts.front_door),
    Step("lambdas", parts.lambdas),
    Step("program", parts.program, after=("aws", "lambdas")),
    Step("warm", parts.warm, after=("front door", "program")),
    Step("workloads", parts.workloads, after=("program", "postgres")),
    Step("load", parts.load, after=("workloads",)),
    Step("lms", parts.lms, after=("load",)),
    Step("algolia", parts.algolia, after=("workloads",)),
    Step("sync", syncing.sync, after=("load", "lms", "algolia")),
    Step("answer", parts.answer, after=("front door", "sync")),
)
