"""The instructor's solution of lesson 8."""

import json

import pulumi
import pulumi_aws as aws

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}],
}


def program() -> None:
    """Declare a provider, a log group, a role with a policy, and a function."""
    where = pulumi.Config("lesson").require("substrate")  # "embedded", "localstack" or "aws"
    emulator = "http://127.0.0.1:8081"
    endpoints = None if where == "aws" else [{"lambda": emulator, "iam": emulator, "logs": emulator}]
    provider = aws.Provider("aws", region="eu-west-1", endpoints=endpoints)
    here = pulumi.ResourceOptions(provider=provider)

    logs = aws.cloudwatch.LogGroup("greeter", name="/aws/lambda/greeter", retention_in_days=14, opts=here)
    role = aws.iam.Role("greeter", assume_role_policy=json.dumps(TRUST), opts=here)
    aws.iam.RolePolicy("greeter", role=role.id, policy=logs.arn.apply(may_log), opts=here)
    aws.lambda_.Function(
        "greeter",
        role=role.arn,
        runtime="python3.13",
        handler="greeter.handler",
        code=pulumi.FileArchive("."),
        timeout=15,
        reserved_concurrent_executions=5,
        opts=here,
    )


def may_log(arn: str) -> str:
    """Write the policy: a log of its own, and nothing else."""
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": f"{arn}:*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
