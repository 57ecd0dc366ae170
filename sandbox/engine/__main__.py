"""`python -m sandbox.localstack.engine_check`: the program under the real Pulumi engine, without Docker or an account.

Deploys the AWS half (`workloads: argocd`) to MiniStack: preview, up, up again with no changes, destroy. Where the
Pulumi CLI is not installed it says so, and ends with 77.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra_pulumi.checkout.version import add_version
from infra_pulumi.secret_text import Secret
from sandbox.gateway.emulator_start import emulator_command
from sandbox.localstack import deployment
from sandbox.localstack.programs import REQUIREMENTS
from sandbox.setup.aws_keys import AwsKeys, new_keys
from sandbox.setup.credentials import load_credentials
from sandbox.setup.database import database_urls
from sandbox.setup.loopback_http import answers_within
from sandbox.setup.not_run import not_run
from sandbox.setup.ports import free_port
from sandbox.setup.stack_values import StackValues, stack_values
from sandbox.setup.state import State

START_SECONDS = 30


def main() -> int:
    """Run the four steps; 1 when the second `up` would change anything, 77 without the CLI."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.localstack.engine_check", description=__doc__)
    add_version(parser)
    parser.parse_args()
    if shutil.which("pulumi") is None:
        (pulumi,) = [need for need in REQUIREMENTS if need.program == "pulumi"]
        return not_run("the Pulumi CLI is not installed", pulumi.install)
    folder = Path(tempfile.mkdtemp(prefix="coursematch-engine-"))
    port = free_port()
    keys = new_keys()
    spec = emulator_command(port, folder, keys)
    emulator = subprocess.Popen(spec.argv, env=dict(spec.env), cwd=spec.cwd)  # noqa: S603 - a script of ours
    try:
        if not answers_within(START_SECONDS, spec.health_url):
            raise SystemExit("the emulator did not start")
        stack = deployment.stack(folder, "invented", _values(folder, f"http://127.0.0.1:{port}", keys), name="embedded")
        print(f"preview: {stack.preview(color='never').change_summary}")
        first = stack.up(color="never").summary.resource_changes
        second = stack.up(color="never").summary.resource_changes or {}
        print(f"up: {first}\nup again: {second}")
        print(f"destroy: {stack.destroy(color='never').summary.resource_changes}")
        return 0 if set(second) <= {"same"} else 1
    finally:
        emulator.terminate()
        emulator.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _values(folder: Path, endpoint: str, keys: AwsKeys) -> StackValues:
    credentials, _ = load_credentials(State(folder))
    known = stack_values(credentials, database_urls(credentials, "127.0.0.1:9"), "http://127.0.0.1:9")
    known["awsSecretKey"] = Secret(keys.secret_access_key)
    return known | {"awsEndpoint": endpoint, "workloads": "argocd", "algoliaHosts": "http://127.0.0.1:9"}


if __name__ == "__main__":
    sys.exit(main())
