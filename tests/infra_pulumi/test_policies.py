"""The policy pack: our programs keep its rules, and each rule catches what it is there for."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from pulumi_policy import PolicyCustomTimeouts, PolicyResourceOptions, ResourceValidationArgs

from infra_pulumi.examples import LEFT_OPEN, PLATFORM, SYSTEM, resources
from infra_pulumi.policies.check import violations
from infra_pulumi.policies.rules import POLICIES
from infra_pulumi.program_runner import Registered


@pytest.mark.parametrize(("project", "stack"), LEFT_OPEN)
def test_every_program_keeps_every_rule(project: str, stack: str) -> None:
    assert violations(resources(project, stack)) == []


def spoiled(project: str, kind: str, path: list[str | int], value: Any) -> Registered:
    """The first resource of `kind`, with the value at `path` replaced (None: taken away)."""
    original = next(found for found in resources(project, "aws") if found.type == kind)
    inputs = copy.deepcopy(dict(original.inputs))
    place: Any = inputs
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return Registered(original.type, original.name, inputs)


def policy(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


INSTANCE = "aws:rds/instance:Instance"
CONTAINER: list[str | int] = ["spec", "template", "spec", "containers", 0]


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (
            (SYSTEM, "aws:iam/rolePolicy:RolePolicy", ["policy"], policy(Action="s3:*", Resource="x")),
            "name the actions",
        ),
        ((SYSTEM, "aws:iam/rolePolicy:RolePolicy", ["policy"], policy(Action=["s3:Get"], Resource=["*"])), "every"),
        ((SYSTEM, "aws:iam/role:Role", ["assumeRolePolicy"], policy(Action="sts:AssumeRole", Principal="*")), "trusts"),
        ((PLATFORM, INSTANCE, ["publiclyAccessible"], True), "internet"),
        ((PLATFORM, INSTANCE, ["storageEncrypted"], False), "not encrypted"),
        ((PLATFORM, INSTANCE, ["deletionProtection"], False), "by mistake"),
        ((PLATFORM, INSTANCE, ["backupRetentionPeriod"], 0), "no backups"),
        ((PLATFORM, INSTANCE, ["password"], "hunter2"), "password in the state"),
        ((PLATFORM, "aws:eks/cluster:Cluster", ["encryptionConfig"], None), "unencrypted"),
        ((PLATFORM, "aws:eks/cluster:Cluster", ["vpcConfig", "endpointPublicAccess"], True), "whole internet"),
        ((PLATFORM, "aws:ecr/repository:Repository", ["imageTagMutability"], "MUTABLE"), "tag move"),
        ((PLATFORM, "aws:kms/key:Key", ["enableKeyRotation"], False), "never rotates"),
        ((SYSTEM, "aws:cloudwatch/logGroup:LogGroup", ["retentionInDays"], None), "forever"),
        ((SYSTEM, "aws:lambda/function:Function", ["reservedConcurrentExecutions"], None), "concurrency"),
        ((SYSTEM, "aws:lambda/function:Function", ["timeout"], 60), "given up"),
        ((SYSTEM, "kubernetes:apps/v1:Deployment", [*CONTAINER, "image"], "lms:latest"), "name one build"),
        ((SYSTEM, "kubernetes:apps/v1:Deployment", [*CONTAINER, "image"], "registry:5000/lms"), "name one build"),
        ((SYSTEM, "kubernetes:apps/v1:Deployment", [*CONTAINER, "resources"], {}), "no limits"),
        ((SYSTEM, "kubernetes:batch/v1:CronJob", ["spec", "concurrencyPolicy"], "Allow"), "twice at once"),
    ],
)
def test_catches(resource: tuple[str, str, list[str | int], Any], words: str) -> None:
    found = violations([spoiled(*resource)])
    assert len(found) == 1, found
    assert words in found[0]


def test_runs_as_a_pulumi_policy_pack() -> None:
    group = spoiled(SYSTEM, "aws:cloudwatch/logGroup:LogGroup", ["retentionInDays"], None)
    reported: list[str] = []

    def report(message: str, urn: str | None = None) -> None:
        reported.append(message)

    for rule in POLICIES:
        options = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])
        args = ResourceValidationArgs(group.type, dict(group.inputs), "urn", group.name, options, None)
        rule.validate(args, report)
    assert len(reported) == 1
    assert len({rule.name for rule in POLICIES}) == len(POLICIES)
