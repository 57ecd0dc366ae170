"""IAM against the code: each Lambda may do what its code calls, and nothing else."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from infra_pulumi.examples import STACKS, SYSTEM, resources
from infra_pulumi.package.build import ROOMS
from infra_pulumi.package.reach import sources

ROOT = Path(__file__).resolve().parents[2]
PRESENT = [room for room in ROOMS if (ROOT / "services" / room / "lambda_handler.py").is_file()]
# What the Lambda service itself does in a function's name (AWS Lambda developer guide, «Execution role»).
BY_THE_SERVICE = {"logs:CreateLogStream", "logs:PutLogEvents"}
BY_THE_NETWORK = {"ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"}
# boto3 method → IAM action, for the clients that any service may make.
ACTIONS = {
    ("secretsmanager", "get_secret_value"): "secretsmanager:GetSecretValue",
    ("bedrock-runtime", "converse"): "bedrock:InvokeModel",  # Amazon Bedrock API reference, Converse
}
# What a stack must say for every call of the code to be possible.
EVERYTHING_ON = {
    "advisorModel": "bedrock",
    "advisorModelId": "eu.example.model-v1:0",
    "advisorModelArns": '["arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.example.model-v1:0"]',
}


def aws_calls(room: str) -> set[str]:
    """The IAM actions behind every boto3 call in the files of the room's zip; a call nobody knows fails the test."""
    found: set[str] = set()
    for path in sources(room, ROOT).values():
        if path.suffix != ".py" or "boto3" not in path.read_text(encoding="utf-8"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
        services = {
            argument.value
            for call in calls
            if isinstance(call.func, ast.Attribute) and call.func.attr == "client"
            for argument in call.args[:1]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        }
        assert services, f"{path}: uses boto3 without naming a service in the call of client()"
        methods = {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}
        assert services <= {service for service, _ in ACTIONS}, f"{path}: add its calls to ACTIONS and to the policy"
        found |= {action for (service, method), action in ACTIONS.items() if service in services and method in methods}
    return found


def allowed(room: str, stack: str, **changes: str) -> set[str]:
    (policy,) = [
        resource
        for resource in resources(SYSTEM, stack, **changes)
        if resource.type == "aws:iam/rolePolicy:RolePolicy" and resource.name == room
    ]
    statements = json.loads(policy.inputs["policy"])["Statement"]
    return {action for statement in statements for action in statement["Action"]}


@pytest.mark.parametrize("stack", STACKS)
def test_every_lambda_is_named_by_a_route(stack: str) -> None:
    deployed = {found.name for found in resources(SYSTEM, stack) if found.type == "aws:lambda/function:Function"}
    assert deployed == set(PRESENT), "openapi.yaml (x-function) names other Lambdas than services/ has"


@pytest.mark.parametrize("room", PRESENT)
def test_may_do_exactly_what_its_code_calls(room: str) -> None:
    assert allowed(room, "embedded", **EVERYTHING_ON) == aws_calls(room) | BY_THE_SERVICE
    assert allowed(room, "aws", **EVERYTHING_ON) == aws_calls(room) | BY_THE_SERVICE | BY_THE_NETWORK


@pytest.mark.parametrize("room", PRESENT)
def test_may_not_use_a_model_that_the_stack_did_not_ask_for(room: str) -> None:
    assert "bedrock:InvokeModel" not in allowed(room, "aws")


@pytest.mark.parametrize("room", PRESENT)
def test_may_read_exactly_the_secrets_it_is_told_of(room: str) -> None:
    declared = resources(SYSTEM, "aws")
    (function,) = [found for found in declared if found.type == "aws:lambda/function:Function" and found.name == room]
    (policy,) = [found for found in declared if found.type == "aws:iam/rolePolicy:RolePolicy" and found.name == room]
    told = {value for value in function.inputs["environment"]["variables"].values() if value.startswith("arn:")}
    statements = json.loads(policy.inputs["policy"])["Statement"]
    readable = {
        resource
        for statement in statements
        if "secretsmanager:GetSecretValue" in statement["Action"]
        for resource in statement["Resource"]
    }
    assert readable == told
