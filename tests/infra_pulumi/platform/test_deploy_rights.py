"""The pipeline's role: what a deploy calls, no more, and nothing by which it could get more."""

from __future__ import annotations

import fnmatch
import json
from typing import Any

import pytest

from infra_pulumi.examples import PLATFORM, SYSTEM, resources
from infra_pulumi.platform.deploy_rights import deploy_rights, function_boundary, statements
from infra_pulumi.program_runner import PLATFORM_OUTPUTS
from infra_pulumi.render import own

REGION, ACCOUNT = "eu-west-1", "123456789012"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/coursematch-platform-aws-functions"
EVERYTHING = (
    {"algolia": "mock", "algoliaHosts": "http://mock-algolia:8082"},
    {"workloads": "argocd"},
    {
        "advisorModel": "bedrock",
        "advisorModelId": "eu.example.model-v1:0",
        "advisorModelArns": json.dumps([f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/eu.example.model-v1:0"]),
    },
)


def allows(policy: list[dict[str, Any]], action: str, resource: str, **context: str) -> bool:
    """Whether a statement allows it: actions and ARNs by IAM's own wildcards, `StringEquals` by the context."""
    return any(
        any(fnmatch.fnmatchcase(action.lower(), allowed.lower()) for allowed in statement["Action"])
        and any(fnmatch.fnmatchcase(resource, arn) for arn in statement["Resource"])
        and all(
            context.get(key.replace(":", "_")) == value
            for key, value in statement.get("Condition", {}).get("StringEquals", {}).items()
        )
        for statement in policy
    )


def deploy_policy() -> list[dict[str, Any]]:
    (found,) = [
        resource for resource in resources(PLATFORM, "aws")
        if resource.type == "aws:iam/rolePolicy:RolePolicy" and resource.inputs["name"] == "deploy"
    ]  # fmt: skip
    policy: list[dict[str, Any]] = json.loads(found.inputs["policy"])["Statement"]
    for statement in policy:
        if "iam:PermissionsBoundary" in (equals := statement.get("Condition", {}).get("StringEquals", {})):
            equals["iam:PermissionsBoundary"] = BOUNDARY  # here an invented ARN
    return policy


def test_knows_every_type_of_resource_that_a_deploy_makes_and_no_other() -> None:
    declared = {found.type for changes in EVERYTHING for found in own(resources(SYSTEM, "aws", **changes))}
    known = {kind for right in deploy_rights(BOUNDARY) for kind in right.types}
    assert {kind for kind in declared if kind.startswith("aws:")} == known


def test_fits_into_a_role() -> None:
    """IAM counts a role's inline policies together: 10,240 characters without white space."""
    assert len(json.dumps(deploy_policy(), separators=(",", ":"))) < 10_000


@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("lambda:CreateFunction", "lambda:{here}:function:coursematch-aws-coursematch", {}),
        ("lambda:UpdateAlias", "lambda:{here}:function:coursematch-aws-coursematch:live", {}),
        (
            "iam:CreateRole",
            "iam::{account}:role/coursematch-aws-advisor-function",
            {"iam_PermissionsBoundary": BOUNDARY},
        ),
        (
            "iam:PutRolePolicy",
            "iam::{account}:role/coursematch-aws-advisor-function",
            {"iam_PermissionsBoundary": BOUNDARY},
        ),
        (
            "iam:PassRole",
            "iam::{account}:role/coursematch-aws-advisor-function",
            {"iam_PassedToService": "lambda.amazonaws.com"},
        ),
        ("apigateway:POST", "apigateway:{region}::/restapis", {}),
        ("apigateway:PATCH", "apigateway:{region}::/restapis/a1b2/stages/v1", {}),
        ("secretsmanager:PutSecretValue", "secretsmanager:{here}:secret:coursematch/aws/identity-AbCdEf", {}),
        ("logs:PutRetentionPolicy", "logs:{here}:log-group:/aws/apigateway/coursematch-aws-api", {}),
        ("cloudwatch:PutMetricAlarm", "cloudwatch:{here}:alarm:coursematch-aws-advisor-errors", {}),
        ("cloudwatch:PutDashboard", "cloudwatch::{account}:dashboard/coursematch-aws-dashboard", {}),
        ("ecr:PutImage", "ecr:{here}:repository/coursematch/lms", {}),
    ],
)
def test_allows_what_a_deploy_calls(action: str, resource: str, context: dict[str, str]) -> None:
    arn = "arn:aws:" + resource.format(here=f"{REGION}:{ACCOUNT}", region=REGION, account=ACCOUNT)
    assert allows(deploy_policy(), action, arn, **context)
    assert not context or not allows(deploy_policy(), action, arn), "only under its condition"


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("lambda:UpdateFunctionCode", "lambda:{here}:function:payroll"),
        ("iam:CreateRole", "iam::{account}:role/administrator"),
        ("iam:PutRolePolicy", "iam::{account}:role/coursematch-platform-aws-deploy"),
        ("iam:AttachRolePolicy", "iam::{account}:role/coursematch-aws-advisor-function"),
        ("iam:DeleteRolePermissionsBoundary", "iam::{account}:role/coursematch-aws-advisor-function"),
        ("iam:CreatePolicyVersion", "iam::{account}:policy/coursematch-platform-aws-functions"),
        ("iam:PassRole", "iam::{account}:role/coursematch-platform-aws-deploy"),
        ("secretsmanager:GetSecretValue", "secretsmanager:{here}:secret:payroll/database-AbCdEf"),
        ("rds:DeleteDBInstance", "rds:{here}:db:coursematch-platform-aws-database"),
        ("eks:DeleteCluster", "eks:{here}:cluster/coursematch-platform-aws-cluster"),
        ("s3:GetObject", "s3:::anything/at-all"),
    ],
)
def test_allows_nothing_else(action: str, resource: str) -> None:
    arn = "arn:aws:" + resource.format(here=f"{REGION}:{ACCOUNT}", account=ACCOUNT)
    assert not allows(
        deploy_policy(), action, arn, iam_PermissionsBoundary=BOUNDARY, iam_PassedToService="lambda.amazonaws.com"
    )


def test_every_role_of_a_deploy_is_one_that_it_may_make() -> None:
    roles = [found for found in resources(SYSTEM, "aws") if found.type == "aws:iam/role:Role"]
    assert roles
    for role in roles:
        boundary = role.inputs["permissionsBoundary"]
        assert boundary == PLATFORM_OUTPUTS["functionBoundaryArn"]
        made = f"arn:aws:iam::{ACCOUNT}:role/{role.inputs['name']}"
        assert allows(statements(boundary, REGION, ACCOUNT), "iam:CreateRole", made, iam_PermissionsBoundary=boundary)


def test_the_boundary_lets_every_function_do_its_work() -> None:
    boundary = function_boundary(REGION, ACCOUNT)["Statement"]
    asked = 0
    for changes in EVERYTHING:
        for found in resources(SYSTEM, "aws", **changes):
            if found.type == "aws:iam/rolePolicy:RolePolicy":
                for statement in json.loads(found.inputs["policy"])["Statement"]:
                    for action in statement["Action"]:
                        asked += 1
                        assert any(
                            fnmatch.fnmatchcase(action, allowed) for part in boundary for allowed in part["Action"]
                        )
    assert asked > 20
