"""What a program would create, found by running it against nothing: no engine, no cloud, no cluster."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import yaml
from pulumi.runtime import mocks

from infra_pulumi.plain_values import plain

INVENTED_SECRET = "an-invented-secret-of-32-characters"  # noqa: S105 - what stands for every secret here
# Stands for the outputs of the platform stack.
PLATFORM_OUTPUTS = {
    "kubeconfig": '{"apiVersion": "v1", "kind": "Config"}',
    "lambdaSubnetIds": ["subnet-a", "subnet-b"],
    "lambdaSecurityGroupIds": ["sg-functions"],
    "imagePrefix": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/coursematch/",
}


@dataclass(frozen=True)
class Registered:
    """One resource as its program declares it; `inputs` hold every value in the clear."""

    type: str
    name: str
    inputs: Mapping[str, Any] = field(repr=False)
    provider: str | None = None

    @property
    def is_component(self) -> bool:
        """Whether it only groups others."""
        return self.type.startswith("coursematch:")


def stack_settings(project_folder: Path, stack: str) -> dict[str, str]:
    """The settings in a stack's file, as Pulumi would give them to the program."""
    document = yaml.safe_load((project_folder / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in document["config"].items()}


def registered(
    program: Callable[[], None], project: str, stack: str, settings: Mapping[str, str], secrets: tuple[str, ...] = ()
) -> list[Registered]:
    """Run `program` and answer what it registered, by type and name. Raises whatever the program raises.

    Settings carry their project's prefix (`coursematch:imageTag`); those in `secrets` are marked secret.
    """
    pulumi.runtime.set_all_config(dict(settings), list(secrets))
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    recorder = _Recorder()
    quiet = logging.getLogger("coursematch.registration")
    quiet.setLevel(logging.CRITICAL)
    mocks.set_mocks(recorder, project=project, stack=stack, preview=False, logger=quiet)
    try:
        loop.run_until_complete(pulumi.runtime.stack.run_pulumi_func(_as_function(program)))
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        asyncio.set_event_loop(None)
    return sorted(recorder.found, key=lambda resource: (resource.type, resource.name))


def _as_function(program: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        program()

    return run


class _Recorder(mocks.Mocks):
    def __init__(self) -> None:
        self.found: list[Registered] = []
        self._lock = threading.Lock()

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        inputs = plain(args.inputs)
        with self._lock:
            self.found.append(Registered(args.typ, args.name, inputs, args.provider or None))
        identity = f"{args.name}-id"
        arn = f"arn:aws:{args.typ.split(':')[1].split('/')[0]}:us-east-1:123456789012:{args.name}"
        made_up: dict[str, Any] = {
            "arn": arn,
            "invokeArn": f"{arn}/invocations",
            "executionArn": arn,
            "rootResourceId": "root",
            "version": "1",
            "versionId": "1",
            "certificateAuthority": {"data": "aW52ZW50ZWQ="},
            "endpoint": "https://cluster.invalid",
            "masterUserSecrets": [{"secretArn": f"{arn}-owner"}],
        }
        if args.typ == "pulumi:pulumi:StackReference":
            made_up = {"name": args.name, "outputs": PLATFORM_OUTPUTS, "secretOutputNames": []}
        if args.typ == "aws:eks/cluster:Cluster":
            made_up["vpcConfig"] = {"clusterSecurityGroupId": "sg-cluster"}
            return identity, {**inputs, **made_up}
        return identity, {**made_up, **inputs}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        known = {
            "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": "123456789012", "id": "123456789012"},
            "aws:index/getRegion:getRegion": {"name": "eu-west-1", "region": "eu-west-1"},
        }
        return known[args.token], None
