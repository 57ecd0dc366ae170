"""API Gateway's right to write logs: one setting for a whole account and region, so it lives with the platform."""

from __future__ import annotations

import json

import pulumi
import pulumi_aws as aws

from infra_pulumi.naming import physical

ASSUMED_BY_GATEWAY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
WRITE_LOGS = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


def allow_gateway_to_log(opts: pulumi.ResourceOptions) -> None:
    """Create the role with which API Gateway writes access logs, and tell the account of it."""
    role = aws.iam.Role(
        "gateway-logs",
        name=physical("gateway-logs"),
        assume_role_policy=json.dumps(ASSUMED_BY_GATEWAY),
        opts=opts,
    )
    attached = aws.iam.RolePolicyAttachment("gateway-logs", role=role.name, policy_arn=WRITE_LOGS, opts=opts)
    aws.apigateway.Account(
        "gateway-logs",
        cloudwatch_role_arn=role.arn,
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[attached])),
    )
