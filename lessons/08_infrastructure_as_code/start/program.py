"""Lesson 8: declare a function with all that belongs to it. The check runs this program and creates nothing."""

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
    provider = aws.Provider("aws", region="eu-west-1")  # 1: emulators need `endpoints`
    here = pulumi.ResourceOptions(provider=provider)

    aws.cloudwatch.LogGroup("greeter", name="/aws/lambda/greeter", opts=here)  # 2: it keeps its log for ever
    role = aws.iam.Role("greeter", assume_role_policy=json.dumps(TRUST), opts=here)
    aws.iam.RolePolicy(  # 3: it may do anything
        "greeter",
        role=role.id,
        policy=json.dumps({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
        }),
        opts=here,
    )  # fmt: skip
    aws.lambda_.Function(  # 4: nothing bounds it
        "greeter",
        role=role.arn,
        runtime="python3.13",
        handler="greeter.handler",
        code=pulumi.FileArchive("."),
        timeout=300,
        opts=here,
    )
