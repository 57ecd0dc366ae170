"""AWS in the emulator: what it has is really made there, by the embedded engine's creators; the rest is echoed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra_pulumi.policies.property_types import TypeUnknown, outputs, wrong_properties
from infra_pulumi.program_runner import FUNCTIONS, Recording, Registered
from sandbox.embedded.pulumi_engine.aws_resources import AwsResources
from sandbox.engine.provider.aws_changes import DELETERS, FINDERS, UPDATERS
from sandbox.engine.provider.cloud import Change, Made, Properties, Refused
from sandbox.engine.provider.replacing import aws_change
from sandbox.setup.aws_keys import REGION, AwsKeys

MOVING = {
    "aws:lambda/function:Function": frozenset({"version", "lastModified", "qualifiedArn", "qualifiedInvokeArn"}),
}
INSIDE = {"aws:eks/cluster:Cluster": frozenset({"vpcConfig.clusterSecurityGroupId"})}
"""What is answered inside an input, as far as our programs read it."""
GONE = ("NotFoundException", "NoSuchEntity", "ResourceNotFoundException", "ResourceNotFound", "NotFound")


class EmulatedAws:
    """One emulator; types that no creator knows get the identities and answers that the recording monitor invents."""

    def __init__(self, endpoint: str, keys: AwsKeys) -> None:
        self._aws = AwsResources(endpoint, REGION, keys)
        self._endpoint = endpoint
        self._lock = threading.Lock()

    def configure(self, settings: Properties) -> None:
        """Take the settings of a stack. Raises Refused for one that would call another emulator than this."""
        for service, url in (_endpoints(settings)).items():
            if url != self._endpoint:
                raise Refused(f"{service} would be called at {url}, not at the emulator, {self._endpoint}")

    def wrong(self, kind: str, inputs: Properties) -> list[str]:
        """Say what a type does not take."""
        try:
            return wrong_properties(kind, inputs)
        except TypeUnknown as unknown:
            return [str(unknown)]

    def change(self, kind: str, old: Properties, new: Properties) -> Change:
        """Compare two versions of a resource's inputs."""
        return aws_change(kind, old, new)

    def answers(self, kind: str) -> frozenset[str]:
        """Name all that a resource answers."""
        return outputs(kind) | INSIDE.get(kind, frozenset())

    def moving(self, kind: str) -> frozenset[str]:
        """Name what a change moves: a function's next version."""
        return MOVING.get(kind, frozenset())

    def create(self, kind: str, name: str, inputs: Properties) -> Made:
        """Create one. Raises Refused with what the emulator says."""
        if kind not in self._aws.creators:
            return _echo(kind, name, inputs)
        identity, state = self._ask(lambda: self._aws.create(kind, inputs))
        return Made(identity, _answered(kind, inputs, state))

    def update(self, kind: str, identity: str, name: str, inputs: Properties) -> Made:  # noqa: ARG002 - of the protocol
        """Change one. Raises Refused for a change that this stand-in cannot make."""
        if kind not in self._aws.creators:
            return Made(identity)
        if kind not in UPDATERS:
            raise Refused(f"{kind} {identity}: this stand-in knows no way to change one")
        return Made(identity, _answered(kind, inputs, self._ask(lambda: UPDATERS[kind](self._aws, inputs))))

    def exists(self, kind: str, identity: str, inputs: Properties) -> bool:
        """Tell whether one is there; of parts that live and die with another, what that one says."""
        if kind not in FINDERS:
            return True
        return self._ask(lambda: FINDERS[kind](self._aws, identity, inputs), gone=None) is not None

    def delete(self, kind: str, identity: str, inputs: Properties) -> None:
        """Remove one; parts of an API go with it."""
        if kind in DELETERS:
            self._ask(lambda: DELETERS[kind](self._aws, identity, inputs), gone={})

    def invoke(self, function: str) -> Properties:
        """Answer a function as the recording monitor does. Raises Refused for another."""
        if function not in FUNCTIONS:
            raise Refused(f"{function}: this stand-in does not answer it")
        return FUNCTIONS[function]

    def _ask(self, call: Callable[[], Any], gone: Any = Refused) -> Any:
        """Call the emulator; `gone` is the answer for what is not there."""
        try:
            return call()
        except ClientError as error:
            if gone is not Refused and error.response["Error"]["Code"].endswith(GONE):
                return gone
            raise Refused(str(error)) from error
        except BotoCoreError as error:
            raise Refused(str(error)) from error


def _answered(kind: str, inputs: Properties, state: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a creator answered beside the inputs. Raises Refused for what a resource of the type does not have."""
    answered = {key: value for key, value in state.items() if key not in inputs}
    if strange := set(answered) - outputs(kind):
        raise Refused(f"{kind}: the creator answers {', '.join(sorted(strange))}, which the SDK does not know")
    return answered


def _echo(kind: str, name: str, inputs: Properties) -> Made:
    identity, state = Recording().take(Registered(kind, name, inputs))
    known = outputs(kind)
    inside = {path: _at(state, path) for path in INSIDE.get(kind, ())}
    return Made(str(identity), {key: state[key] for key in state if key in known and key not in inputs} | inside)


def _at(state: Mapping[str, Any], path: str) -> Any:
    found: Any = state
    for step in path.split("."):
        found = found[step]
    return found


def _endpoints(settings: Properties) -> dict[str, str]:
    import json  # the engine sends nested settings as JSON

    given = settings.get("endpoints", "[]")
    listed = json.loads(given) if isinstance(given, str) else given
    return {service: url for entry in listed for service, url in entry.items()}
