"""A Lambda function, with all that belongs to it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pulumi
import pulumi_aws as aws

from infra_pulumi.naming import physical

RUNTIME = "python3.13"
ALIAS = "live"


@dataclass(frozen=True)
class Network:
    """The private network a function joins."""

    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    security_group_ids: pulumi.Input[Sequence[pulumi.Input[str]]]


@dataclass(frozen=True)
class FunctionConfig:
    """A function's zip, handler, environment and limits, and the secrets (ARNs) it may read: nothing else."""

    zip: Path
    handler: str
    environment: Mapping[str, pulumi.Input[str]]
    readable_secrets: Sequence[pulumi.Input[str]] = ()
    invokable_models: Sequence[str] = ()
    """ARNs of Bedrock models and inference profiles."""
    memory_mb: int = 512
    timeout_seconds: int = 15
    reserved_concurrency: int = 10
    log_retention_days: int = 30
    alarm_topics: Sequence[pulumi.Input[str]] = ()
    network: Network | None = None
    boundary: pulumi.Input[str] | None = None
    """The ARN of the role's permissions boundary."""
    alarms: Mapping[str, int] = field(default_factory=lambda: {"Errors": 1, "Throttles": 5})
    """Metric → how many in five minutes wake somebody."""


class Function(pulumi.ComponentResource):
    """Creates a role, its least-privilege policy, a log group, the function, the alias `live`, and its alarms.

    `alias_arn` and `invoke_arn` are the alias's: a rollback moves the alias, and callers need not know.
    """

    name: pulumi.Output[str]
    alias_arn: pulumi.Output[str]
    invoke_arn: pulumi.Output[str]
    alias_name: pulumi.Output[str]

    def __init__(self, name: str, config: FunctionConfig, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("coursematch:components:Function", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        function_name = physical(name)
        logs = aws.cloudwatch.LogGroup(
            name, name=f"/aws/lambda/{function_name}", retention_in_days=config.log_retention_days, opts=child
        )
        role = aws.iam.Role(
            name,
            name=f"{function_name}-function",
            description=f"What the Lambda function {function_name} may do",
            assume_role_policy=json.dumps(ASSUMED_BY_LAMBDA),
            permissions_boundary=config.boundary,
            opts=child,
        )
        policy = aws.iam.RolePolicy(
            name,
            name="least-privilege",
            role=role.name,
            policy=pulumi.Output.all(logs.arn, *config.readable_secrets).apply(
                lambda arns: json.dumps(
                    permissions(arns[0], arns[1:], config.invokable_models, in_network=config.network is not None)
                )
            ),
            opts=child,
        )
        function = aws.lambda_.Function(
            name,
            name=function_name,
            role=role.arn,
            runtime=RUNTIME,
            architectures=["x86_64"],
            handler=config.handler,
            code=pulumi.FileArchive(str(config.zip)),
            source_code_hash=base64.b64encode(hashlib.sha256(config.zip.read_bytes()).digest()).decode(),
            publish=True,
            memory_size=config.memory_mb,
            timeout=config.timeout_seconds,
            reserved_concurrent_executions=config.reserved_concurrency,
            environment=aws.lambda_.FunctionEnvironmentArgs(variables=dict(config.environment)),
            vpc_config=_vpc(config.network),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[logs, policy]),
        )
        alias = aws.lambda_.Alias(
            name, name=ALIAS, function_name=function.name, function_version=function.version, opts=child
        )
        for metric, threshold in config.alarms.items():
            aws.cloudwatch.MetricAlarm(
                f"{name}-{metric.lower()}",
                name=f"{function_name}-{metric.lower()}",
                alarm_description=f"{function_name}: {metric}. See docs/operations.md.",
                namespace="AWS/Lambda",
                metric_name=metric,
                dimensions={"FunctionName": function_name},
                statistic="Sum",
                period=300,
                evaluation_periods=1,
                threshold=threshold,
                comparison_operator="GreaterThanOrEqualToThreshold",
                treat_missing_data="notBreaching",
                alarm_actions=list(config.alarm_topics),
                opts=child,
            )
        self.name = function.name
        self.alias_name = alias.name
        self.alias_arn = alias.arn
        self.invoke_arn = alias.invoke_arn
        self.register_outputs({"name": self.name, "alias_arn": self.alias_arn})


ASSUMED_BY_LAMBDA = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def permissions(
    log_group_arn: str, secret_arns: Sequence[str], model_arns: Sequence[str], *, in_network: bool
) -> dict[str, object]:
    """Let a function write its log, read these secrets, ask these models and join its network."""
    statements: list[dict[str, object]] = [
        {
            "Sid": "WriteOwnLog",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [f"{log_group_arn.removesuffix(':*')}:*"],
        }
    ]
    if secret_arns:
        statements.append(
            {
                "Sid": "ReadOwnSecrets",
                "Effect": "Allow",
                "Action": ["secretsmanager:GetSecretValue"],
                "Resource": sorted(secret_arns),
            }
        )
    if model_arns:
        statements.append(
            {
                "Sid": "AskOwnModels",
                "Effect": "Allow",
                "Action": ["bedrock:InvokeModel"],
                "Resource": sorted(model_arns),
            }
        )
    if in_network:
        statements.append(
            {
                # These actions know no resource to name (Service Authorization Reference, Amazon EC2).
                "Sid": "JoinNetworkWildcardRequiredByEc2",
                "Effect": "Allow",
                "Action": [
                    "ec2:CreateNetworkInterface",
                    "ec2:DeleteNetworkInterface",
                    "ec2:DescribeNetworkInterfaces",
                ],
                "Resource": ["*"],
            }
        )
    return {"Version": "2012-10-17", "Statement": statements}


def _vpc(network: Network | None) -> aws.lambda_.FunctionVpcConfigArgs | None:
    if network is None:
        return None
    return aws.lambda_.FunctionVpcConfigArgs(
        subnet_ids=network.subnet_ids, security_group_ids=network.security_group_ids
    )
