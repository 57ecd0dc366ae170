"""Run the Pulumi program with the real engine, through the Automation API, its state in the sandbox's own folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pulumi import automation

from infra_pulumi.secret_text import Secret
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.stack_values import StackValues
from sandbox.setup.state import ROOT

PROGRAM = ROOT / "infra_pulumi" / "coursematch"
STACK = "localstack"
STACK_FILE = PROGRAM / f"Pulumi.{STACK}.yaml"


class NotDeployed(SandboxProblem):
    """The Pulumi engine did not finish; what it said stands above."""


def stack(state: Path, passphrase: str, values: StackValues, name: str = STACK) -> automation.Stack:
    """The stack of the program with this configuration, its state under `state`/pulumi."""
    backend = state.resolve() / "pulumi"
    backend.mkdir(parents=True, exist_ok=True)
    options = automation.LocalWorkspaceOptions(
        work_dir=str(PROGRAM),
        env_vars={
            "PULUMI_BACKEND_URL": backend.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": passphrase,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PYTHONPATH": str(ROOT),
            "AWS_EC2_METADATA_DISABLED": "true",
        },
    )
    # The engine writes these into the stack's file: see restored_file.
    found = automation.create_or_select_stack(name, work_dir=str(PROGRAM), opts=options)
    found.set_all_config(configuration(values))
    return found


def configuration(values: StackValues) -> dict[str, automation.ConfigValue]:
    """Give the engine's own form of a stack's settings: what is secret it encrypts."""
    return {
        f"coursematch:{key}": automation.ConfigValue(value.value, secret=True)
        if isinstance(value, Secret)
        else automation.ConfigValue(value)
        for key, value in values.items()
    }


def deploy(found: automation.Stack, say: Callable[[str], None]) -> dict[str, str]:
    """`pulumi up`; answers the outputs. Raises NotDeployed."""
    try:
        result = found.up(on_output=say, color="never")
    except automation.CommandError as error:
        raise NotDeployed(f"`pulumi up` failed:\n{str(error)[-3000:]}") from error
    return {name: str(output.value) for name, output in result.outputs.items()}


def restored_file(path: Path) -> Callable[[], None]:
    """Remember a file's text, and answer what puts it back: the engine writes configuration into the stack's file."""
    text = path.read_bytes() if path.exists() else None

    def restore() -> None:
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(text)

    return restore
