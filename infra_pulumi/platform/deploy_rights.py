"""What a deploy of the system calls, from the types of resources it is made of: the pipeline's role gets exactly that.

Rows follow the Service Authorization Reference and what the provider calls for a type; `tests/infra_pulumi` holds the
table to the program: a type that it declares and the table lacks, or the other way round, fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Right:
    """What may be done (IAM actions), to what (ARNs after the partition), for which types of resource."""

    sid: str
    actions: Sequence[str]
    resources: Sequence[str]
    types: Sequence[str] = ()
    conditions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


FUNCTION_ROLES = "iam::{account}:role/coursematch-*-function"


def deploy_rights(boundary: str) -> Iterator[Right]:
    """Give the rights of a deploy; roles that it makes carry the permissions boundary `boundary` (an ARN)."""
    bounded = {"StringEquals": {"iam:PermissionsBoundary": boundary}}
    yield Right(
        "Functions",
        (
            *_each("lambda", "Create Delete Get Update", "Alias"),
            *_each("lambda", "Create Delete Get", "Function"),
            *_each("lambda", "Get Put Delete", "FunctionConcurrency"),
            "lambda:AddPermission",
            "lambda:GetFunctionCodeSigningConfig",
            "lambda:GetFunctionConfiguration",
            "lambda:GetPolicy",
            "lambda:ListTags",
            "lambda:ListVersionsByFunction",
            "lambda:PublishVersion",
            "lambda:RemovePermission",
            "lambda:TagResource",
            "lambda:UntagResource",
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration",
        ),
        ("lambda:{region}:{account}:function:coursematch-*",),
        ("aws:lambda/function:Function", "aws:lambda/alias:Alias", "aws:lambda/permission:Permission"),
    )
    yield Right(
        # What Lambda asks of who puts a function into a network; none knows a resource (Amazon EC2).
        "LookAtTheNetworkWildcardRequiredByEc2",
        ("ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"),
        ("*",),
        ("aws:lambda/function:Function",),
    )
    yield Right(
        "MakeBoundedRoles",
        ("iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePolicy"),
        (FUNCTION_ROLES,),
        ("aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"),
        bounded,
    )
    yield Right(
        "KeepRoles",
        (
            "iam:DeleteRole",
            "iam:GetRole",
            "iam:GetRolePolicy",
            "iam:ListAttachedRolePolicies",
            "iam:ListInstanceProfilesForRole",
            "iam:ListRolePolicies",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
            "iam:UpdateRoleDescription",
        ),
        (FUNCTION_ROLES,),
        ("aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"),
    )
    yield Right(
        "GiveRolesToFunctions",
        ("iam:PassRole",),
        (FUNCTION_ROLES,),
        ("aws:lambda/function:Function",),
        {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
    )
    yield Right(
        # API Gateway's actions are HTTP methods, and an API's id is made up by AWS: no name to scope by.
        "RestApis",
        tuple(f"apigateway:{method}" for method in ("DELETE", "GET", "PATCH", "POST", "PUT")),
        ("apigateway:{region}::/restapis", "apigateway:{region}::/restapis/*", "apigateway:{region}::/tags/*"),
        tuple(
            f"aws:apigateway/{name[0].lower()}{name[1:]}:{name}"
            for name in (
                "Deployment", "Integration", "IntegrationResponse", "Method", "MethodResponse", "MethodSettings",
                "RequestValidator", "Resource", "Response", "RestApi", "Stage",
            )
        ),
    )  # fmt: skip
    yield Right(
        "Logs",
        (
            "logs:CreateLogGroup",
            "logs:DeleteLogGroup",
            "logs:DeleteRetentionPolicy",
            "logs:ListTagsForResource",
            "logs:PutRetentionPolicy",
            "logs:TagResource",
            "logs:UntagResource",
        ),
        (
            "logs:{region}:{account}:log-group:/aws/lambda/coursematch-*",
            "logs:{region}:{account}:log-group:/aws/apigateway/coursematch-*",
        ),
        ("aws:cloudwatch/logGroup:LogGroup",),
    )
    yield Right(
        # logs:DescribeLogGroups lists (Amazon CloudWatch Logs); a stage's log delivery is the account's own.
        "ListLogsWildcardRequiredByLogs",
        ("logs:DescribeLogGroups",),
        ("*",),
        ("aws:cloudwatch/logGroup:LogGroup",),
    )
    yield Right(
        "Watching",
        (
            "cloudwatch:DeleteAlarms",
            "cloudwatch:DeleteDashboards",
            "cloudwatch:DescribeAlarms",
            "cloudwatch:GetDashboard",
            "cloudwatch:ListTagsForResource",
            "cloudwatch:PutDashboard",
            "cloudwatch:PutMetricAlarm",
            "cloudwatch:TagResource",
            "cloudwatch:UntagResource",
        ),
        ("cloudwatch:{region}:{account}:alarm:coursematch-*", "cloudwatch::{account}:dashboard/coursematch-*"),
        ("aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/dashboard:Dashboard"),
    )
    yield Right(
        "Secrets",
        (
            "secretsmanager:CreateSecret",
            "secretsmanager:DeleteSecret",
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetResourcePolicy",
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            "secretsmanager:RestoreSecret",
            "secretsmanager:TagResource",
            "secretsmanager:UntagResource",
            "secretsmanager:UpdateSecret",
            "secretsmanager:UpdateSecretVersionStage",
        ),
        ("secretsmanager:{region}:{account}:secret:coursematch/*",),
        ("aws:secretsmanager/secret:Secret", "aws:secretsmanager/secretVersion:SecretVersion"),
    )


def statements(boundary: str, region: str, account: str) -> list[dict[str, Any]]:
    """Give the rights as statements of an IAM policy."""
    return [
        {
            "Sid": right.sid,
            "Effect": "Allow",
            "Action": sorted(right.actions),
            "Resource": [
                "*" if arn == "*" else f"arn:aws:{arn.format(region=region, account=account)}"
                for arn in right.resources
            ],
            **({"Condition": dict(right.conditions)} if right.conditions else {}),
        }
        for right in deploy_rights(boundary)
    ]


def function_boundary(region: str, account: str) -> dict[str, Any]:
    """Give the most that any function's role can ever do, whatever a deploy writes into it (an IAM policy)."""
    allowed = {
        "WriteLogs": (
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            [f"arn:aws:logs:{region}:{account}:log-group:/aws/lambda/coursematch-*"],
        ),
        "ReadSecrets": (
            ["secretsmanager:GetSecretValue"],
            [f"arn:aws:secretsmanager:{region}:{account}:secret:coursematch/*"],
        ),
        "AskModels": (
            ["bedrock:InvokeModel"],
            ["arn:aws:bedrock:*::foundation-model/*", f"arn:aws:bedrock:*:{account}:inference-profile/*"],
        ),
        # These actions know no resource to name (Service Authorization Reference, Amazon EC2).
        "JoinNetworkWildcardRequiredByEc2": (
            ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"],
            ["*"],
        ),
    }
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": arns}
            for sid, (actions, arns) in allowed.items()
        ],
    }


def _each(service: str, verbs: str, noun: str) -> list[str]:
    return [f"{service}:{verb}{noun}" for verb in verbs.split()]
