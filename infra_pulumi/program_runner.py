"""Run a Pulumi program without the Pulumi CLI: every resource goes to a monitor as the program declares it.

`Recording` notes what a program would create, with invented identities: what tests, policies and rendered files are
made from. `Previewing` knows nothing of what is not there yet, the worst case of a `pulumi preview`. `Creating` really
creates it: what the sandbox's `up` does. All go through the SDK's `set_mocks`, so that what is checked is what is
deployed. The SDK keeps state: run in a process of its own (`program_worker`).
"""

from __future__ import annotations

import asyncio
import logging
import threading
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pulumi
from pulumi.runtime import known_types, mocks, rpc
from pulumi.runtime.proto import resource_pb2

from infra_pulumi.refusal import ProgramRefused
from infra_pulumi.secret_text import Secret, holds_secret, revealed

# Stands for the outputs of the platform stack.
PLATFORM_OUTPUTS = {
    "kubeconfig": '{"apiVersion": "v1", "kind": "Config"}',
    "lambdaSubnetIds": ["subnet-a", "subnet-b"],
    "lambdaSecurityGroupIds": ["sg-functions"],
    "functionBoundaryArn": "arn:aws:iam::123456789012:policy/coursematch-platform-aws-functions",
    "imagePrefix": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/coursematch/",
}
FUNCTIONS = {
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": "123456789012", "id": "123456789012"},
    "aws:index/getRegion:getRegion": {"name": "eu-west-1", "region": "eu-west-1"},
}
"""What provider functions answer where nothing is created."""

UNKNOWN = rpc.UNKNOWN
"""Stands for a value that only the deployment will know, as the engine writes it."""

Created = tuple[str | None, dict[str, Any]]
"""A resource's identity, and its state as a provider would answer it."""


@dataclass(frozen=True)
class Registered:
    """One resource as its program declares it; secrets in its inputs are `Secret`s."""

    type: str
    name: str
    inputs: Mapping[str, Any]
    provider: str | None = None
    retained: bool = False
    """Whether a deploy that no longer declares it forgets it and leaves it running (`retain_on_delete`)."""

    @property
    def is_component(self) -> bool:
        """Whether it only groups others."""
        return self.type.startswith("coursematch:")


class Monitor(mocks.Mocks):
    """Takes what a program declares, and keeps it in `registered`. Called from several threads."""

    def __init__(self) -> None:
        self.registered: list[Registered] = []
        self._declared: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def new_resource(self, args: mocks.MockResourceArgs) -> Created:
        """Take one resource; answers its identity and state. Raises ProgramRefused for one declared twice."""
        found = Registered(args.typ, args.name, plain(args.inputs), args.provider or None)
        with self._lock:
            if (found.type, found.name) in self._declared:
                raise ProgramRefused(f"{found.type} {found.name!r} is declared twice")
            self._declared.add((found.type, found.name))
            self.registered.append(found)
        identity, state = self.take(found)
        secrets = {key: value for key, value in args.inputs.items() if holds_secret(found.inputs[key])}
        return identity, {**state, **secrets}  # a secret that went in comes out as one

    def note_retained(self, kind: str, name: str, *, retained: bool) -> None:
        """Note whether a resource that was taken is left running when it is no longer declared."""
        with self._lock:
            self.registered = [
                replace(found, retained=retained) if (found.type, found.name) == (kind, name) else found
                for found in self.registered
            ]

    @abstractmethod
    def take(self, found: Registered) -> Created:
        """Answer one resource's identity and state."""


class _Service(mocks.MockMonitor):
    """Hands on what the SDK's mocks leave out: `retain_on_delete`, which children have from their parents."""

    def __init__(self, monitor: Monitor) -> None:
        super().__init__(monitor)
        self._monitor = monitor
        self._retained: dict[str, bool] = {}

    def RegisterResource(  # noqa: N802 - a name of the SDK's
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Take one resource."""
        said = request.HasField("retainOnDelete")
        retained = request.retainOnDelete if said else self._retained.get(request.parent, False)
        self._retained[self.make_urn(request.parent, request.type, request.name)] = retained
        answer: resource_pb2.RegisterResourceResponse = super().RegisterResource(request)  # type: ignore[no-untyped-call]  # the SDK's mocks carry no types
        self._monitor.note_retained(request.type, request.name, retained=retained)
        return answer


class Recording(Monitor):
    """Creates nothing; every identity and address is invented."""

    def take(self, found: Registered) -> Created:
        """Make up what a provider would have answered."""
        inputs = revealed(found.inputs)
        arn = f"arn:aws:{found.type.split(':')[1].split('/')[0]}:us-east-1:123456789012:{found.name}"
        made_up: dict[str, Any] = {
            "arn": arn,
            "invokeArn": f"{arn}/invocations",
            "executionArn": arn,
            "rootResourceId": "root",
            "version": "1",
            "versionId": "1",
            "keyId": f"{found.name}-key",
            "certificateAuthority": {"data": "aW52ZW50ZWQ="},
            "endpoint": "https://cluster.invalid",
            "masterUserSecrets": [{"secretArn": f"{arn}-owner"}],
        }
        if found.type == "pulumi:pulumi:StackReference":
            made_up = {"name": found.name, "outputs": PLATFORM_OUTPUTS, "secretOutputNames": []}
        state = {**made_up, **inputs}
        if found.type == "aws:eks/cluster:Cluster":
            state["vpcConfig"] = {"clusterSecurityGroupId": "sg-cluster"}
        return f"{found.name}-id", state

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        """Answer the provider functions that the programs use."""
        return dict(FUNCTIONS[args.token]), None


class Previewing(Monitor):
    """Creates nothing and knows nothing: every identity, output and answer is unknown, as before a first deploy."""

    def take(self, _: Registered) -> Created:
        """Answer nothing: the SDK takes what is missing in a preview as unknown."""
        return None, {}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        """Answer a provider function with values that nobody knows."""
        return dict.fromkeys(FUNCTIONS[args.token], UNKNOWN), None


class Creating(Monitor):
    """Creates each resource with `create` as it is declared; what has no explicit provider is refused."""

    def __init__(self, create: Callable[[Registered], Created]) -> None:
        super().__init__()
        self._create = create

    def take(self, found: Registered) -> Created:
        """Create one resource. Providers and components are only names."""
        if found.type.startswith("pulumi:providers:"):
            return found.name, revealed(found.inputs)
        if found.is_component:
            return None, revealed(found.inputs)
        if not found.provider:
            raise ProgramRefused(f"{found.type} {found.name!r} has no explicit provider")
        return self._create(found)

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        """Refuse provider functions: the system's program uses none."""
        raise ProgramRefused(f"{args.token}: the embedded engine answers no provider functions")


def run(
    program: Callable[[], None], project: str, stack: str, settings: Mapping[str, str | Secret], monitor: Monitor
) -> dict[str, Any]:
    """Run `program`, handing what it declares to `monitor`; answers its outputs. Raises whatever the program raises.

    Settings carry their project's prefix (`coursematch:imageTag`).
    """
    secret = [key for key, value in settings.items() if isinstance(value, Secret)]
    pulumi.runtime.set_all_config(revealed(dict(settings)), secret)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    quiet = logging.getLogger("coursematch.program")
    quiet.setLevel(logging.CRITICAL)  # what goes wrong is raised
    preview = isinstance(monitor, Previewing)
    mocks.set_mocks(monitor, project=project, stack=stack, preview=preview, logger=quiet, monitor=_Service(monitor))
    root = pulumi.runtime.get_root_resource()
    vars(root).setdefault("outputs", {}).clear()  # the SDK keeps the last program's
    try:
        loop.run_until_complete(pulumi.runtime.stack.run_pulumi_func(lambda: _declared(program)))
        return loop.run_until_complete(_outputs(getattr(root, "outputs", {})))
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        asyncio.set_event_loop(None)


async def _declared(program: Callable[[], None]) -> None:
    """Run `program`, and wait for all that it began, or for the first that fails; the SDK then says what did.

    The SDK would wait for one after another, each time with all: a third of a run's time, for two hundred resources.
    """
    program()
    while begun := asyncio.all_tasks() - {asyncio.current_task()}:
        done, _ = await asyncio.wait(begun, return_when=asyncio.FIRST_EXCEPTION)
        if any(task.cancelled() or task.exception() for task in done):
            return


async def _outputs(declared: Mapping[str, Any]) -> dict[str, Any]:
    outputs = {}
    for name, value in declared.items():
        output = pulumi.Output.from_input(value)
        text = await output.future() if await output.is_known() else UNKNOWN
        outputs[name] = Secret(str(text)) if await output.is_secret() else text
    return outputs


def plain(value: Any, secret: bool = False) -> Any:
    """Give what the SDK hands over as plain values: texts under its secret wrappers as `Secret`s, assets as paths.

    What is not known yet is `UNKNOWN`.
    """
    if rpc.is_rpc_secret(value):
        return plain(rpc.unwrap_rpc_secret(value), secret=True)
    if known_types.is_unknown(value):
        return Secret(UNKNOWN) if secret else UNKNOWN
    if isinstance(value, pulumi.FileArchive | pulumi.FileAsset):
        return value.path
    if isinstance(value, dict):
        return {key: plain(item, secret) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, secret) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)  # protobuf has no whole numbers
    return Secret(value) if secret and isinstance(value, str) else value
