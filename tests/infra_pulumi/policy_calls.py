"""The policy pack called as the engine calls it."""

from __future__ import annotations

import json

from pulumi_policy import PolicyCustomTimeouts, PolicyResourceOptions, ResourceValidationArgs, proxy
from pulumi_policy.deserialize import deserialize_properties

from infra_pulumi.policies.rules import POLICIES
from infra_pulumi.program_runner import Registered
from infra_pulumi.secret_text import revealed


def engine_violations(resource: Registered) -> tuple[list[str], list[str]]:
    """What the policy pack reports of a resource, and what it says it cannot tell."""
    inputs = proxy.unknown_checking_proxy(deserialize_properties(json.loads(json.dumps(revealed(resource.inputs)))))
    options = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])
    args = ResourceValidationArgs(resource.type, inputs, "urn", resource.name, options, None)
    reported: list[str] = []
    untold: list[str] = []

    def report(message: str, urn: str | None = None) -> None:
        reported.append(message)

    for policy in POLICIES:
        try:
            policy.validate(args, report)
        except proxy.UnknownValueError as unknown:  # the engine prints it as advice
            untold.append(unknown.message)
    return reported, untold
