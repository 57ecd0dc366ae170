"""Run the Pulumi program in a process of its own, `python -m sandbox.embedded.pulumi_engine`, and ask it to deploy.

Its 200 MB and its seconds of imports stay out of the supervisor. The process starts at once and imports while Postgres
and the emulator start; it deploys when it is asked to. The deployment is as short-lived as the emulator: no state, no
diff, no destroy.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra_pulumi.program_worker import answer, question
from infra_pulumi.refusal import ProgramRefused
from sandbox.processes.process_spec import ProcessSpec, base_environment
from sandbox.processes.supervision import Child, Supervisor
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.stack_values import StackValues


class NotDeployed(SandboxProblem):
    """The program failed; what it had created dies with the emulator."""


@dataclass(frozen=True)
class Deployed:
    """What the program gave back: stack outputs, and the cluster's manifests; secrets in both are `Secret`s."""

    outputs: Mapping[str, Any]
    manifests: list[Mapping[str, Any]]


class Deployer:
    """One process a deployment: `prepare` early, `deploy` when the emulator and the zips are there.

    `engine` is the module that deploys, and its arguments: ours, or one that answers alike.
    """

    def __init__(self, supervisor: Supervisor, engine: tuple[str, ...] = (__package__,)) -> None:
        self._supervisor = supervisor
        self._engine = engine
        self._child: Child | None = None

    async def prepare(self) -> Child:
        """Start the process, so that its imports are done by the time they are needed."""
        argv = (sys.executable, "-m", *self._engine)
        self._child = self._supervisor.add(ProcessSpec("program", argv, env=base_environment(), asked=True))
        await self._child.start()
        return self._child

    async def deploy(self, values: StackValues, aws_endpoint: str) -> Deployed:
        """Run the program against the emulator at `aws_endpoint` (waited for, up to 20 s). Raises `NotDeployed`."""
        child = self._child if self._child is not None and self._child.running else await self.prepare()
        try:
            found = answer(await child.ask(question({"values": values, "aws_endpoint": aws_endpoint})))
        except ProgramRefused as refused:
            raise NotDeployed(
                f"The Pulumi program did not deploy: {refused}", f"The end of {child.log}:\n{child.log_tail(30)}"
            ) from refused
        finally:
            await child.stop()
        return Deployed(found["outputs"], found["manifests"])


def deploy_once(values: StackValues, aws_endpoint: str, folder: Path) -> Deployed:
    """Deploy as `up` does, for callers that run nothing else; logs go to `folder`. Raises `NotDeployed`."""

    async def run() -> Deployed:
        async with Supervisor(folder, folder) as supervisor:
            return await Deployer(supervisor).deploy(values, aws_endpoint)

    return asyncio.run(run())
