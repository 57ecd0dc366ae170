"""A running sandbox's system as a stack of the real engine: deployed by it, and what a change would do, previewed.

Its AWS is the sandbox's emulator, its cluster a file of manifests that the sandbox runs. It lives as long as they do.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

from infra_pulumi.examples import SYSTEM
from infra_pulumi.package.build import ROOMS, build
from infra_pulumi.project_copy import copy_project
from infra_pulumi.refusal import ProgramRefused
from infra_pulumi.secret_text import Secret
from infra_pulumi.stack_config import stack_settings
from sandbox.embedded.pulumi_engine.cluster_objects import in_order, manifest
from sandbox.engine import plugins
from sandbox.localstack import programs
from sandbox.localstack.deployment import PROGRAM, keep_settings
from sandbox.setup.aws_keys import ANY_SECRET, AwsKeys
from sandbox.setup.credentials import load_credentials
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.stack_values import StackValues
from sandbox.setup.state import ROOT, State

STACK = "embedded"
POLICIES = ROOT / "infra_pulumi" / "policies"
SECONDS = 1800


class NoStack(SandboxProblem):
    """The sandbox was not deployed by the real engine: there is nothing to compare with."""


class SandboxStack:
    """The stack of one start; its files lie where a start throws everything away."""

    def __init__(self, state: State) -> None:
        self._folder = state.run / "pulumi"
        self._project = self._folder / "project"
        self._deployed = self._folder / "deployed"
        self._passphrase = load_credentials(state)[0].control_key

    def deploy(self, values: StackValues) -> dict[str, Any]:
        """Deploy from nothing; gives the outputs, and the manifests in the order that a cluster would need.

        Raises ProgramRefused with the engine's last words.
        """
        shutil.rmtree(self._folder, ignore_errors=True)  # what it knew of has died with an emulator
        copy_project(PROGRAM, STACK, self._project)
        for name in ("state", "journal"):
            (self._folder / name).mkdir(mode=0o700)
        environment = self._environment(str(values["awsEndpoint"]), values.get("awsSecretKey"))
        try:
            self._pulumi(environment, "stack", "init", STACK)
            keep_settings(self._project, STACK, environment, values)
            self._pulumi(environment, "up", "--yes", "--skip-preview", "--stack", STACK)
            shown = self._pulumi(environment, "stack", "output", "--json", "--show-secrets", "--stack", STACK)
        except programs.ProgramFailed as failed:
            raise ProgramRefused(str(failed)) from failed
        made = json.loads((self._folder / "journal" / "cluster.json").read_text(encoding="utf-8"))
        self._deployed.write_text("\n".join(values), encoding="utf-8")
        return {
            "outputs": {key: _text(value) for key, value in json.loads(shown).items()},
            "manifests": in_order([manifest(inputs) for inputs in made.values()]),
        }

    def preview(self, *options: str) -> int:
        """Print what a deploy of the program, as it stands now, would change; gives the CLI's exit code.

        `options` are more of the CLI's. Raises NoStack.
        """
        if not self._deployed.is_file():
            raise NoStack(
                "This sandbox was not deployed by the Pulumi CLI: there is no state to compare your change with.",
                "Start it with `python -m sandbox up --engine pulumi` (docs/sandbox.md).",
            )
        for room in ROOMS:
            build(room, ROOT)  # a change of code shows as one of the function that carries it
        command = ["pulumi", "preview", "--diff", "--stack", STACK, "--policy-pack", str(POLICIES), *options]
        command += self._changed()
        told = stack_settings(self._project, STACK)[f"{SYSTEM}:awsEndpoint"]
        done = subprocess.run(  # noqa: S603 - the Pulumi CLI
            command, cwd=self._project, env=self._environment(told, None), check=False
        )
        return done.returncode

    def _changed(self) -> Iterator[str]:
        """Give what the stack's file in the repository says otherwise by now, as options; not what the sandbox gave."""
        given = {f"{SYSTEM}:{key}" for key in self._deployed.read_text(encoding="utf-8").splitlines()}
        kept = stack_settings(self._project, STACK)
        for key, value in stack_settings(PROGRAM, STACK).items():
            if key.startswith(f"{SYSTEM}:") and key not in given and kept.get(key) != value:
                yield f"--config={key}={value}"

    def _environment(self, endpoint: str, key: str | Secret | None) -> dict[str, str]:
        keys = AwsKeys(key.value if isinstance(key, Secret) else ANY_SECRET)  # a preview calls nobody
        home, state, journal = (self._folder / name for name in ("home", "state", "journal"))
        return {**os.environ, **plugins.environment(home, state, journal, self._passphrase.value, endpoint, keys)}

    def _pulumi(self, environment: dict[str, str], *arguments: str) -> str:
        plain = ("--non-interactive", "--color", "never", "--cwd", str(self._project))
        return programs.run("pulumi", *arguments, *plain, environment=environment, seconds=SECONDS)


def _text(value: Any) -> str:
    """Give an output as the program wrote it; the CLI shows a text that is JSON as what it says."""
    return value if isinstance(value, str) else json.dumps(value)
