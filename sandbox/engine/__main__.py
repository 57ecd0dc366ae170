"""`python -m sandbox.engine`: both Pulumi programs through their whole life under the real engine, without an account.

AWS is MiniStack, behind a provider of ours; the cluster is a file. Each phase says what the engine did; the first that
does another thing than it should ends the run with 1. Without the Pulumi CLI it says so, and ends with 77.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pulumi import automation

from infra_pulumi.checkout.version import add_version
from infra_pulumi.examples import PLATFORM, SYSTEM
from sandbox.embedded.pulumi_engine.aws_clients import AwsClients
from sandbox.engine import phases
from sandbox.engine.sandbox_stack import SandboxStack
from sandbox.engine.stacks import EngineStack
from sandbox.gateway.emulator_start import emulator_command
from sandbox.localstack.programs import REQUIREMENTS
from sandbox.setup.aws_keys import REGION, AwsKeys, new_keys
from sandbox.setup.loopback_http import answers_within
from sandbox.setup.not_run import not_run
from sandbox.setup.ports import free_port
from sandbox.setup.state import State

START_SECONDS = 60
LOG_GROUP = "/aws/lambda/coursematch-aws-enrollments"


def main(argv: list[str] | None = None) -> int:
    """Run every phase; 1 at the first that breaks, 77 without the CLI."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.engine", description=__doc__)
    add_version(parser)
    parser.add_argument(
        "--short", action="store_true", help="preview, up, up again and destroy of both, nothing between"
    )
    options = parser.parse_args(argv)
    if sys.platform == "win32":
        return not_run("the stand-in providers are started by a shell script", "use Linux or macOS")
    if shutil.which("pulumi") is None:
        (pulumi,) = [need for need in REQUIREMENTS if need.program == "pulumi"]
        return not_run("the Pulumi CLI is not installed", pulumi.install)
    folder = Path(tempfile.mkdtemp(prefix="coursematch-engine-"))
    port, keys = free_port(), new_keys()
    spec = emulator_command(port, folder, keys)
    emulator = subprocess.Popen(spec.argv, env=dict(spec.env), cwd=spec.cwd)  # noqa: S603 - a script of ours
    try:
        if not answers_within(START_SECONDS, spec.health_url):
            raise SystemExit("the emulator did not start")
        return run(folder, f"http://127.0.0.1:{port}", keys, short=options.short)
    except (phases.Broken, automation.CommandError) as broken:
        print(f"broken: {str(broken)[-3000:]}")
        return 1
    finally:
        emulator.terminate()
        emulator.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def run(folder: Path, endpoint: str, keys: AwsKeys, *, short: bool) -> int:
    """Take both stacks through their phases: the system stands on the platform's outputs. Raises Broken."""
    platform = EngineStack(PLATFORM, folder, endpoint, keys)
    _phases(platform, [phases.preview, phases.up, phases.again])
    if not short:
        _phases(platform, [phases.nodes_change, phases.protected])
    system = EngineStack(SYSTEM, folder, endpoint, keys)
    system.configure({"algolia": "mock", "algoliaHosts": "http://mock-algolia:8082"})
    first = [] if short else [phases.failing_up]
    _phases(system, [phases.preview, *first, phases.up, phases.again])
    if not short:
        aws = AwsClients(endpoint, REGION, keys)

        def drift(stack: EngineStack) -> str:
            """Lose a log group."""
            return phases.drift(stack, lambda: aws.client("logs").delete_log_group(logGroupName=LOG_GROUP))

        life = [drift, phases.config_change, phases.code_change, phases.rotation, phases.switch]
        _phases(system, life)
        aws.close()
    _phases(system, [phases.destroy])
    _phases(platform, [phases.destroy])
    if not short:
        state = State(folder / "sandbox")
        state.claim()
        _phase("embedded", phases.in_a_sandbox, SandboxStack(state), endpoint, keys)
    return 0


def _phases(stack: EngineStack, steps: Sequence[Callable[[EngineStack], str]]) -> None:
    for step in steps:
        _phase(stack.project, step, stack)


def _phase(of: str, step: Callable[..., str], *given: Any) -> None:
    started = time.monotonic()
    said = step(*given)
    print(f"{of}: {step.__name__}: {said} ({time.monotonic() - started:.0f} s)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
