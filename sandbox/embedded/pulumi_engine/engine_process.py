"""`python -m sandbox.embedded.pulumi_engine.engine_process`: one deployment; JSON from stdin to stdout."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import yaml
from botocore.exceptions import BotoCoreError, ClientError
from pulumi.runtime import mocks

from infra_pulumi.coursematch.program import program  # three seconds of imports: start this process early
from infra_pulumi.plain_values import plain
from sandbox.embedded.pulumi_engine.aws_resources import AwsResources
from sandbox.embedded.pulumi_engine.cluster_objects import in_order, manifest
from sandbox.embedded.pulumi_engine.engine import Deployment, Secret

PROJECT = "coursematch"
STACK = "embedded"
STACK_FILE = Path(__file__).resolve().parents[3] / "infra_pulumi" / PROJECT / f"Pulumi.{STACK}.yaml"


class UnknownResource(Exception):
    """The program declares something that this engine cannot create."""


class CreationFailed(Exception):
    """The emulator refused a resource; the message names it."""


class Engine(mocks.Mocks):
    """Creates each resource as it is registered; every other type is refused."""

    def __init__(self, aws: AwsResources) -> None:
        self._aws = aws
        self._lock = threading.Lock()
        self._declared: set[tuple[str, str]] = set()
        self.manifests: list[dict[str, Any]] = []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Create one resource; answers its id and state, as a provider would. Called from several threads."""
        with self._lock:
            if (args.typ, args.name) in self._declared:
                raise UnknownResource(f"{args.typ} {args.name!r} is declared twice")
            self._declared.add((args.typ, args.name))
        inputs = plain(args.inputs)
        if args.typ.startswith("pulumi:providers:"):
            return args.name, inputs
        if not args.custom:
            return None, inputs  # a component: only a name for what is in it
        if not args.provider:
            raise UnknownResource(f"{args.typ} {args.name!r} has no explicit provider")
        if args.typ.startswith("kubernetes:"):
            found = manifest(inputs)
            with self._lock:
                self.manifests.append(found)
            return f"{found['metadata'].get('namespace', 'default')}/{found['metadata']['name']}", inputs
        if args.typ in self._aws.creators:
            try:
                return self._aws.create(args.typ, inputs)
            except (BotoCoreError, ClientError) as error:
                raise CreationFailed(f"{args.typ} {args.name!r}: {error}") from error
        raise UnknownResource(f"{args.typ} {args.name!r}: the embedded engine cannot create this type")

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        """Refuse provider functions: the program uses none."""
        raise UnknownResource(f"{args.token}: the embedded engine answers no provider functions")


def deploy_here(config: Mapping[str, str | Secret], aws_endpoint: str) -> Deployment:
    """As `engine.deploy`, but in this process, once: for a process that is started early and imports this first.

    Raises whatever went wrong.
    """
    values = {key: value.value if isinstance(value, Secret) else value for key, value in config.items()}
    answer = run(aws_endpoint, values, [key for key, value in config.items() if isinstance(value, Secret)])
    return Deployment(answer["outputs"], answer["manifests"])


def run(endpoint: str, config: dict[str, str], secrets: list[str]) -> dict[str, Any]:
    """Deploy once; answers the outputs and the manifests."""
    settings = {key: _text(value) for key, value in yaml.safe_load(STACK_FILE.read_text("utf-8"))["config"].items()}
    settings |= {f"{PROJECT}:{key}": value for key, value in config.items()}
    settings[f"{PROJECT}:awsEndpoint"] = endpoint
    pulumi.runtime.set_all_config(settings, [f"{PROJECT}:{key}" for key in secrets])
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    aws = AwsResources(endpoint, settings.get(f"{PROJECT}:awsRegion", "us-east-1"))
    engine = Engine(aws)
    mocks.set_mocks(engine, project=PROJECT, stack=STACK, preview=False)
    stack = pulumi.runtime.get_root_resource()
    loop.run_until_complete(pulumi.runtime.stack.run_pulumi_func(program))
    outputs: dict[str, Any] = {}
    for name, value in getattr(stack, "outputs", {}).items():
        outputs[name] = loop.run_until_complete(pulumi.Output.from_input(value).future())
    return {"outputs": outputs, "manifests": in_order(engine.manifests)}


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def main() -> None:
    """Read the request, deploy, and write the answer: `outputs` and `manifests`, or `refused` with the reason."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    request = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):  # only the answer may stand on stdout
        try:
            answer = run(request["endpoint"], request["config"], request["secrets"])
        except Exception as error:  # noqa: BLE001 - the other side of the pipe gets every reason
            traceback.print_exc()
            answer = {"refused": f"{type(error).__name__}: {error}"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
