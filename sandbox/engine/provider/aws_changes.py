"""Change, find and remove in the emulator what the embedded engine only ever creates: one function a type."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.embedded.pulumi_engine import rest_api, services
from sandbox.embedded.pulumi_engine.aws_clients import AwsClients, Inputs

Updater = Callable[[AwsClients, Inputs], dict[str, Any]]
"""Changes one; gives its state, as a creator does."""
OnOne = Callable[[AwsClients, str, Inputs], Any]
"""Finds or removes one, by its identity and last inputs."""


def _put_again(creator: Callable[[AwsClients, Inputs], tuple[str, dict[str, Any]]]) -> Updater:
    """For what AWS itself puts in place of what is there: the creator is the updater."""
    return lambda aws, inputs: creator(aws, inputs)[1]


def role(aws: AwsClients, inputs: Inputs) -> dict[str, Any]:
    """Change who may take a role, and what it says of itself."""
    client = aws.client("iam")
    client.update_assume_role_policy(RoleName=inputs["name"], PolicyDocument=inputs["assumeRolePolicy"])
    client.update_role(RoleName=inputs["name"], Description=inputs.get("description", ""))
    return dict(inputs)


def log_group(aws: AwsClients, inputs: Inputs) -> dict[str, Any]:
    """Change how long a log is kept."""
    aws.client("logs").put_retention_policy(logGroupName=inputs["name"], retentionInDays=inputs["retentionInDays"])
    return dict(inputs)


def secret(aws: AwsClients, inputs: Inputs) -> dict[str, Any]:
    """Change what a secret says of itself."""
    aws.client("secretsmanager").update_secret(SecretId=inputs["name"], Description=inputs.get("description", ""))
    return dict(inputs)


def function(aws: AwsClients, inputs: Inputs) -> dict[str, Any]:
    """Change a function's configuration and code, and publish that as its next version."""
    client = aws.client("lambda")
    client.update_function_configuration(
        FunctionName=inputs["name"],
        Role=inputs["role"],
        Runtime=inputs["runtime"],
        Handler=inputs["handler"],
        MemorySize=inputs["memorySize"],
        Timeout=inputs["timeout"],
        Environment={"Variables": inputs.get("environment", {}).get("variables", {})},
    )
    made = client.update_function_code(
        FunctionName=inputs["name"], ZipFile=Path(inputs["code"]).read_bytes(), Publish=bool(inputs.get("publish"))
    )
    if "reservedConcurrentExecutions" in inputs:
        client.put_function_concurrency(
            FunctionName=inputs["name"], ReservedConcurrentExecutions=inputs["reservedConcurrentExecutions"]
        )
    return {**inputs, "version": made["Version"]}


def alias(aws: AwsClients, inputs: Inputs) -> dict[str, Any]:
    """Lead an alias to another version."""
    aws.client("lambda").update_alias(
        FunctionName=inputs["functionName"], Name=inputs["name"], FunctionVersion=inputs["functionVersion"]
    )
    return dict(inputs)


def stage(aws: AwsClients, inputs: Inputs) -> dict[str, Any]:
    """Put another snapshot under a stage's name."""
    aws.client("apigateway").update_stage(
        restApiId=inputs["restApi"],
        stageName=inputs["stageName"],
        patchOperations=[{"op": "replace", "path": "/deploymentId", "value": inputs["deployment"]}],
    )
    return dict(inputs)


UPDATERS: dict[str, Updater] = {
    "aws:apigateway/integration:Integration": _put_again(rest_api.integration),
    "aws:apigateway/integrationResponse:IntegrationResponse": _put_again(rest_api.integration_response),
    "aws:apigateway/methodResponse:MethodResponse": _put_again(rest_api.method_response),
    "aws:apigateway/methodSettings:MethodSettings": _put_again(rest_api.method_settings),
    "aws:apigateway/response:Response": _put_again(rest_api.gateway_response),
    "aws:apigateway/stage:Stage": stage,
    "aws:cloudwatch/dashboard:Dashboard": _put_again(services.dashboard),
    "aws:cloudwatch/logGroup:LogGroup": log_group,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _put_again(services.metric_alarm),
    "aws:iam/role:Role": role,
    "aws:iam/rolePolicy:RolePolicy": _put_again(services.role_policy),
    "aws:lambda/alias:Alias": alias,
    "aws:lambda/function:Function": function,
    "aws:secretsmanager/secret:Secret": secret,
}

DELETERS: dict[str, OnOne] = {
    "aws:apigateway/restApi:RestApi": lambda aws, identity, _: aws.client("apigateway").delete_rest_api(
        restApiId=identity
    ),
    "aws:apigateway/deployment:Deployment": lambda aws, identity, inputs: aws.client("apigateway").delete_deployment(
        restApiId=inputs["restApi"], deploymentId=identity
    ),
    "aws:apigateway/stage:Stage": lambda aws, _, inputs: aws.client("apigateway").delete_stage(
        restApiId=inputs["restApi"], stageName=inputs["stageName"]
    ),
    "aws:cloudwatch/dashboard:Dashboard": lambda aws, identity, _: aws.client("cloudwatch").delete_dashboards(
        DashboardNames=[identity]
    ),
    "aws:cloudwatch/logGroup:LogGroup": lambda aws, identity, _: aws.client("logs").delete_log_group(
        logGroupName=identity
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": lambda aws, identity, _: aws.client("cloudwatch").delete_alarms(
        AlarmNames=[identity]
    ),
    "aws:iam/role:Role": lambda aws, identity, _: aws.client("iam").delete_role(RoleName=identity),
    "aws:iam/rolePolicy:RolePolicy": lambda aws, _, inputs: aws.client("iam").delete_role_policy(
        RoleName=inputs["role"], PolicyName=inputs["name"]
    ),
    "aws:lambda/alias:Alias": lambda aws, _, inputs: aws.client("lambda").delete_alias(
        FunctionName=inputs["functionName"], Name=inputs["name"]
    ),
    "aws:lambda/function:Function": lambda aws, identity, _: aws.client("lambda").delete_function(
        FunctionName=identity
    ),
    "aws:lambda/permission:Permission": lambda aws, identity, inputs: aws.client("lambda").remove_permission(
        FunctionName=inputs["function"], StatementId=identity, Qualifier=inputs["qualifier"]
    ),
    "aws:secretsmanager/secret:Secret": lambda aws, identity, _: aws.client("secretsmanager").delete_secret(
        SecretId=identity, ForceDeleteWithoutRecovery=True
    ),
}


def _log_group_there(aws: AwsClients, identity: str, _: Inputs) -> Any:
    found = aws.client("logs").describe_log_groups(logGroupNamePrefix=identity)["logGroups"]
    return next((group for group in found if group["logGroupName"] == identity), None)


def _alarm_there(aws: AwsClients, identity: str, _: Inputs) -> Any:
    return next(iter(aws.client("cloudwatch").describe_alarms(AlarmNames=[identity])["MetricAlarms"]), None)


FINDERS: dict[str, OnOne] = {
    "aws:apigateway/restApi:RestApi": lambda aws, identity, _: aws.client("apigateway").get_rest_api(
        restApiId=identity
    ),
    "aws:cloudwatch/logGroup:LogGroup": _log_group_there,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _alarm_there,
    "aws:iam/role:Role": lambda aws, identity, _: aws.client("iam").get_role(RoleName=identity),
    "aws:lambda/alias:Alias": lambda aws, _, inputs: aws.client("lambda").get_alias(
        FunctionName=inputs["functionName"], Name=inputs["name"]
    ),
    "aws:lambda/function:Function": lambda aws, identity, _: aws.client("lambda").get_function(FunctionName=identity),
    "aws:secretsmanager/secret:Secret": lambda aws, identity, _: aws.client("secretsmanager").describe_secret(
        SecretId=identity
    ),
}
