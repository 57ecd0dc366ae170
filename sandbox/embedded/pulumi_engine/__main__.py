"""`python -m sandbox.embedded.pulumi_engine`: deploys the program to the emulator for whoever asks on its stdin."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra_pulumi.coursematch.program import program  # three seconds of imports: start this process early
from infra_pulumi.program_runner import Created, Creating, Registered, run
from infra_pulumi.program_worker import serve
from infra_pulumi.refusal import ProgramRefused
from infra_pulumi.secret_text import revealed
from infra_pulumi.stack_config import stack_settings
from sandbox.embedded.pulumi_engine.aws_resources import AwsResources
from sandbox.embedded.pulumi_engine.cluster_objects import in_order, manifest
from sandbox.setup.aws_keys import ANY_SECRET, REGION, AwsKeys

PROJECT, STACK = "coursematch", "embedded"
FOLDER = Path(__file__).resolve().parents[3] / "infra_pulumi" / PROJECT
LAZY = {
    "pulumi_aws": ("apigateway", "cloudwatch", "iam", "lambda_", "secretsmanager"),
    "pulumi_kubernetes": ("apps", "batch", "core", "networking"),
}
"""What the SDKs import only when it is first used: used here while nobody waits yet (0.8 s)."""


def deploy(asked: dict[str, Any]) -> dict[str, Any]:
    """Deploy once; answers the outputs, and the manifests in the order that a cluster would need."""
    settings = stack_settings(FOLDER, STACK) | {f"{PROJECT}:{key}": value for key, value in asked["values"].items()}
    settings[f"{PROJECT}:awsEndpoint"] = asked["aws_endpoint"]
    keys = AwsKeys(revealed(settings.get(f"{PROJECT}:awsSecretKey", ANY_SECRET)))
    aws = AwsResources(asked["aws_endpoint"], settings.get(f"{PROJECT}:awsRegion", REGION), keys)
    manifests: list[dict[str, Any]] = []

    def create(found: Registered) -> Created:
        if found.type.startswith("kubernetes:"):
            manifests.append(made := manifest(found.inputs))
            return f"{made['metadata'].get('namespace', 'default')}/{made['metadata']['name']}", revealed(found.inputs)
        if found.type not in aws.creators:
            raise ProgramRefused(f"{found.type} {found.name!r}: the embedded engine cannot create this type")
        try:
            return aws.create(found.type, revealed(found.inputs))
        except (BotoCoreError, ClientError) as error:
            raise ProgramRefused(f"{found.type} {found.name!r}: {error}") from error

    try:
        outputs = run(program, PROJECT, STACK, settings, Creating(create))
    finally:
        aws.close()
    return {"outputs": outputs, "manifests": in_order(manifests)}


def warm_up() -> None:
    """Import what the program will use."""
    for package, modules in LAZY.items():
        loaded = importlib.import_module(package)
        for module in modules:
            dir(getattr(loaded, module))


if __name__ == "__main__":
    warm_up()
    serve(deploy)
