"""The policy pack: our programs keep its rules, and each rule catches what it is there for."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from pulumi_policy import proxy

from infra_pulumi.examples import LEFT_OPEN, PLATFORM, SYSTEM, resources
from infra_pulumi.policies.check import violations
from infra_pulumi.policies.rules import POLICIES
from infra_pulumi.program_runner import Registered
from infra_pulumi.secret_text import revealed
from tests.infra_pulumi.policy_calls import engine_violations

UNKNOWN = [value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_")]


@pytest.mark.parametrize(("project", "stack"), LEFT_OPEN)
def test_every_program_keeps_every_rule(project: str, stack: str) -> None:
    declared = resources(project, stack)
    assert violations(declared) == []
    assert [engine_violations(found) for found in declared if engine_violations(found) != ([], [])] == []


def paths(value: Any, before: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The place of every value in nested inputs, outer ones first."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, item in items for place in ((*before, key), *paths(item, (*before, key)))]


@pytest.mark.parametrize(("project", "stack"), LEFT_OPEN)
def test_a_value_that_a_preview_does_not_know_is_no_violation(project: str, stack: str) -> None:
    """Each input of each resource in turn, unknown: nothing is reported, nothing raised but what the engine expects."""
    asked = told_untold = 0
    for resource in resources(project, stack):
        plain = json.loads(json.dumps(revealed(resource.inputs)))
        for place in paths(plain):
            inputs = copy.deepcopy(plain)
            at: Any = inputs
            for step in place[:-1]:
                at = at[step]
            at[place[-1]] = UNKNOWN[asked % len(UNKNOWN)]
            reported, untold = engine_violations(Registered(resource.type, resource.name, inputs))
            assert reported == [], (resource.type, place)
            assert all(message.startswith("cannot be told yet: ") for message in untold)
            asked, told_untold = asked + 1, told_untold + len(untold)
    assert asked > told_untold > 0


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
        ((PLATFORM, "aws:eks/cluster:Cluster", ["vpcConfig"], {"endpointPublicAccess": True}), "whole internet"),
        ((PLATFORM, "aws:ecr/repository:Repository", ["imageTagMutability"], "MUTABLE"), "tag move"),
        ((PLATFORM, "aws:kms/key:Key", ["enableKeyRotation"], False), "never rotates"),
        ((SYSTEM, "aws:cloudwatch/logGroup:LogGroup", ["retentionInDays"], None), "forever"),
        ((SYSTEM, "aws:lambda/function:Function", ["reservedConcurrentExecutions"], None), "concurrency"),
        ((SYSTEM, "aws:lambda/function:Function", ["timeout"], 60), "given up"),
        ((SYSTEM, "kubernetes:apps/v1:Deployment", [*CONTAINER, "image"], "lms:latest"), "name one build"),
        ((SYSTEM, "kubernetes:apps/v1:Deployment", [*CONTAINER, "image"], "registry:5000/lms"), "name one build"),
        ((SYSTEM, "kubernetes:apps/v1:Deployment", [*CONTAINER, "resources"], {}), "no limits"),
        (
            (SYSTEM, "kubernetes:apps/v1:Deployment", [*CONTAINER, "securityContext", "capabilities"], {"drop": []}),
            "gain privileges",
        ),
        ((SYSTEM, "kubernetes:batch/v1:CronJob", ["spec", "concurrencyPolicy"], "Allow"), "twice at once"),
    ],
)
def test_catches(resource: tuple[str, str, list[str | int], Any], words: str) -> None:
    wrong = spoiled(*resource)
    found = violations([wrong])
    assert len(found) == 1, found
    assert words in found[0]
    reported, untold = engine_violations(wrong)
    assert len(reported) == 1, reported
    assert words in reported[0]
    assert untold == []


def test_every_rule_has_a_name_of_its_own() -> None:
    assert len({policy.name for policy in POLICIES}) == len(POLICIES)
