"""Run the Pulumi program with the real engine, through the Automation API, its state in the sandbox's own folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from pulumi import automation

from infra_pulumi.project_copy import copy_project, program_environment
from infra_pulumi.secret_text import Secret
from sandbox.localstack import programs
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.stack_values import StackValues
from sandbox.setup.state import ROOT

PROGRAM = ROOT / "infra_pulumi" / "coursematch"
STACK = "localstack"


class NotDeployed(SandboxProblem):
    """The Pulumi engine did not finish; what it said stands above."""


def stack(state: Path, passphrase: str, values: StackValues, name: str = STACK) -> automation.Stack:
    """Make the stack of the program with this configuration, its project and its state under `state`/pulumi."""
    backend = state.resolve() / "pulumi"
    backend.mkdir(mode=0o700, parents=True, exist_ok=True)
    project = copy_project(PROGRAM, name, backend / "project")
    environment = {
        "PULUMI_BACKEND_URL": backend.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": passphrase,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
        **program_environment(),
    }
    options = automation.LocalWorkspaceOptions(work_dir=str(project), env_vars=environment)
    found = automation.create_or_select_stack(name, work_dir=str(project), opts=options)
    keep_settings(project, name, {**os.environ, **environment}, values)
    return found


def keep_settings(
    folder: Path, stack: str, environment: Mapping[str, str], values: StackValues, project: str = "coursematch"
) -> None:
    """Write settings into the stack's file, secret ones encrypted, by way of stdin.

    The Automation API's own way puts them on a command line, which anybody on the machine can read.
    """
    into = ("--stack", stack, "--non-interactive", "--cwd", str(folder))
    plain = [f"{project}:{key}={value}" for key, value in values.items() if not isinstance(value, Secret)]
    if plain:  # all by one call, which takes a second
        told = [part for setting in plain for part in ("--plaintext", setting)]
        programs.run("pulumi", "config", "set-all", *told, *into, environment=environment)
    for key, value in values.items():
        if isinstance(value, Secret):
            programs.run(
                "pulumi", "config", "set", f"{project}:{key}", "--secret", *into,
                text=value.value, environment=environment,
            )  # fmt: skip


def deploy(found: automation.Stack, say: Callable[[str], None]) -> dict[str, str]:
    """Deploy on what is there; answers the outputs. Raises NotDeployed.

    The emulator is a new, empty one at each `up`, and an earlier engine may have been killed: its lock is let go of
    (nobody else deploys here: `up` has seen to that), and what the state lists is looked for before it is relied on.
    """
    try:
        found.cancel()
        # With the program, whose providers know today's addresses; the state's know those of the last time.
        found.refresh(clear_pending_creates=True, run_program=True, on_output=say, color="never")
        result = found.up(on_output=say, color="never")
    except automation.CommandError as error:
        raise NotDeployed(f"`pulumi up` failed:\n{str(error)[-3000:]}") from error
    return {name: str(output.value) for name, output in result.outputs.items()}
