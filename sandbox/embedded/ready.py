"""The end of a start: one real question is answered, and people are told where everything is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.embedded.cloud import Emulator, FrontDoor
from sandbox.embedded.cluster import Cluster
from sandbox.embedded.deployed_api import DeployedApi, found_at
from sandbox.embedded.kubernetes.workloads import Workloads
from sandbox.embedded.start import Start
from sandbox.embedded.syncing import Synced
from sandbox.setup.endpoints import write_endpoints
from sandbox.setup.readiness import Question, ask


@dataclass(frozen=True)
class Started:
    """A system that has answered: what `status` and `sync` go on with."""

    start: Start
    api: DeployedApi
    synced: Synced
    workloads: Workloads
    question: Question

    @property
    def words(self) -> str:
        """Say what was asked and found."""
        return self.question.words

    def endpoints(self) -> dict[str, Any]:
        """Give what `endpoints.json` says now."""
        return found_at(self.start, self.api.url)


async def answer(start: Start, emulator: Emulator, _: FrontDoor, cluster: Cluster, synced: Synced) -> Started:
    """Ask one real question through the front door and the gateway; ready is only who answers from the synced index."""
    question = await ask(found_at(start, emulator.api.url))
    started = Started(start, emulator.api, synced, cluster.workloads, question)
    write_endpoints(start.state, started.endpoints())
    return started
