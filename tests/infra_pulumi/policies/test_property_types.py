"""What a type of resource takes, by the SDKs' own classes."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from infra_pulumi.examples import LEFT_OPEN, resources
from infra_pulumi.policies.property_types import TypeUnknown, outputs, wrong_properties
from infra_pulumi.program_runner import UNKNOWN
from infra_pulumi.secret_text import Secret

ROLE = {"assumeRolePolicy": "{}", "name": "r"}
FUNCTION = {"role": "arn", "code": "f.zip", "environment": {"variables": {"A": "1"}}, "architectures": ["x86_64"]}
POD = {
    "spec": {"selector": {}, "template": {"spec": {"containers": [{"name": "c", "ports": [{"containerPort": 80}]}]}}}
}


@pytest.mark.parametrize(("project", "stack"), LEFT_OPEN)
def test_the_programs_say_nothing_that_a_type_does_not_take(project: str, stack: str) -> None:
    asked = 0
    for found in resources(project, stack):
        if found.type.startswith(("aws:", "kubernetes:")):
            assert wrong_properties(found.type, found.inputs) == [], found
            asked += 1
    assert asked > 50


@pytest.mark.parametrize(
    ("kind", "inputs", "path", "value", "words"),
    [
        ("aws:iam/role:Role", ROLE, ["nmae"], "x", "nmae is no property of it"),
        ("aws:iam/role:Role", ROLE, ["name"], 3, "name is 3, not str"),
        ("aws:iam/role:Role", ROLE, ["name"], ["r"], "name is ['r'], not str"),
        ("aws:lambda/function:Function", FUNCTION, ["timeout"], "15", "timeout is '15', not int"),
        ("aws:lambda/function:Function", FUNCTION, ["timeout"], True, "timeout is True, not int"),
        ("aws:lambda/function:Function", FUNCTION, ["publish"], 1, "publish is 1, not bool"),
        ("aws:lambda/function:Function", FUNCTION, ["architectures"], "x86_64", "architectures is no list"),
        ("aws:lambda/function:Function", FUNCTION, ["environment"], "A=1", "environment is no object"),
        (
            "aws:lambda/function:Function",
            FUNCTION,
            ["environment", "variables", "A"],
            1,
            "environment.variables.A is 1",
        ),
        ("aws:lambda/function:Function", FUNCTION, ["environment", "vars"], {}, "environment.vars is no property"),
        ("kubernetes:apps/v1:Deployment", POD, ["kind"], "Job", "kind is 'Job'"),
        ("kubernetes:apps/v1:Deployment", POD, ["spec", "replicas"], "1", "spec.replicas is '1', not int"),
        (
            "kubernetes:apps/v1:Deployment",
            POD,
            ["spec", "template", "spec", "containers", 0, "ports", 0, "containerPort"],
            "http",
            "spec.template.spec.containers[0].ports[0].containerPort is 'http', not int",
        ),
    ],
)
def test_says_what_is_wrong_and_where(
    kind: str, inputs: dict[str, Any], path: list[str | int], value: Any, words: str
) -> None:
    assert wrong_properties(kind, inputs) == []
    spoiled: Any = copy.deepcopy(inputs)
    place = spoiled
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    (said,) = wrong_properties(kind, spoiled)
    assert said.startswith(words)
    place[path[-1]] = UNKNOWN  # what nobody knows yet may be right, unless no such property is
    assert len(wrong_properties(kind, spoiled)) == ("no property" in words)


def test_says_what_is_missing() -> None:
    assert wrong_properties("aws:iam/role:Role", {"name": "r"}) == ["assumeRolePolicy is missing"]


def test_takes_a_secret_where_a_text_may_stand() -> None:
    assert wrong_properties("aws:iam/role:Role", ROLE | {"name": Secret("r")}) == []
    (said,) = wrong_properties("aws:iam/role:Role", ROLE | {"maxSessionDuration": Secret("hush")})
    assert "hush" not in said


def test_knows_no_type_that_no_sdk_has() -> None:
    for kind in ("aws:iam/role:Rule", "aws:moon/role:Role", "azure:iam/role:Role", "kubernetes:apps/v9:Deployment"):
        with pytest.raises(TypeUnknown):
            wrong_properties(kind, {})


def test_names_what_a_resource_answers() -> None:
    assert {"arn", "invokeArn", "version", "name"} <= outputs("aws:lambda/function:Function")
    assert {"metadata", "spec", "status"} <= outputs("kubernetes:apps/v1:Deployment")
