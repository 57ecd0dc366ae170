"""Run the Pulumi program in a process of its own: `python -m sandbox.embedded.pulumi_engine.deployment ORDER RESULT`.

Its 200 MB and its seconds of imports stay out of the supervisor. The process starts at once and imports while Postgres
and the emulator start; it deploys when the order file appears. Both files hold secrets: 0600, in the state's `run/`.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.processes.supervision import Child, Spec, Supervisor, base_environment
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import read_json, write_json

SECRETS = {
    "databaseUrl", "lmsDatabaseUrl", "algoliaAdminKey", "algoliaSearchKey", "identitySigningKey", "lmsClientSecret",
    "lmsLearnerPassword",
}  # fmt: skip
LAZY = {
    "pulumi_aws": ("apigateway", "cloudwatch", "iam", "lambda_", "secretsmanager"),
    "pulumi_kubernetes": ("apps", "batch", "core", "networking"),
}
"""What the SDKs import only when it is first used: used here while nobody waits yet (0.8 s)."""
PATIENCE_SECONDS = 300


class NotDeployed(SandboxProblem):
    """The program failed; what it had created dies with the emulator."""


@dataclass(frozen=True)
class Deployed:
    """What the program gave back: stack outputs, and the cluster's manifests (with Secrets)."""

    outputs: Mapping[str, str]
    manifests: list[Mapping[str, Any]]


class Deployer:
    """One run of the program: `prepare` early, `deploy` when the emulator and the zips are there."""

    def __init__(self, supervisor: Supervisor, run: Path) -> None:
        self._supervisor = supervisor
        self._order = run / "order.json"
        self._result = run / "deployment.json"
        self._child: Child | None = None

    async def prepare(self) -> None:
        """Start the process, so that its imports are done by the time they are needed."""
        for path in (self._order, self._result):
            path.unlink(missing_ok=True)
        argv = (sys.executable, "-m", __name__, str(self._order), str(self._result))
        self._child = self._supervisor.add(Spec("program", argv, env=base_environment()))
        await self._child.start()

    async def deploy(self, config: Mapping[str, str], aws_endpoint: str) -> Deployed:
        """Run the program. Raises `NotDeployed` with what it said."""
        if self._child is None or not self._child.running:
            await self.prepare()
        assert self._child is not None  # noqa: S101 - set by prepare
        write_json(self._order, {"config": dict(config), "aws_endpoint": aws_endpoint}, mode=0o600)
        code = await self._child.wait()
        self._order.unlink(missing_ok=True)
        result = read_json(self._result)
        self._child = None
        if code != 0 or result is None:
            child = self._supervisor.children["program"]
            raise NotDeployed(
                f"The Pulumi program ended with code {code}.", f"The end of {child.log}:\n{child.log_tail(30)}"
            )
        self._result.unlink()
        return Deployed(result["outputs"], result["manifests"])


def main(order_file: Path, result_file: Path) -> int:
    """Import, wait for the order, deploy, write the result. What goes wrong is raised, and so logged."""
    from sandbox.embedded.pulumi_engine.engine import Secret
    from sandbox.embedded.pulumi_engine.engine_process import deploy_here

    for package, modules in LAZY.items():
        loaded = importlib.import_module(package)
        for module in modules:
            dir(getattr(loaded, module))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (order := read_json(order_file)) is None:
        if time.monotonic() > deadline:
            return 3
        time.sleep(0.02)
    config = {name: Secret(value) if name in SECRETS else value for name, value in order["config"].items()}
    deployment = deploy_here(config, order["aws_endpoint"])
    write_json(result_file, {"outputs": deployment.outputs, "manifests": deployment.manifests}, mode=0o600)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
