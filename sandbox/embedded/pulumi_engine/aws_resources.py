"""Creates the program's AWS resources in the emulator: one function a type, inputs as Pulumi names them.

Each function answers (id, state) as the AWS provider would. A type without a function is refused by the engine.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
from botocore.config import Config
from localstack_client.session import Session  # type: ignore[import-untyped]  # the package carries no types

from sandbox.embedded.pulumi_engine import rest_api
from sandbox.setup.aws_keys import ACCOUNT, AwsKeys

Inputs = Mapping[str, Any]
Created = tuple[str, dict[str, Any]]
PATIENCE_SECONDS = 20


class EmulatorSilent(Exception):
    """The emulator does not answer."""


class AwsResources:
    """The emulator at one endpoint, and how to create each type of resource in it."""

    def __init__(self, endpoint: str, region: str, keys: AwsKeys) -> None:
        self.endpoint = endpoint.rstrip("/")
        self.region = region
        self._session = Session(
            aws_access_key_id=keys.access_key_id,
            aws_secret_access_key=keys.secret_access_key,
            region_name=region,
            localstack_host=self.endpoint.removeprefix("http://"),
        )
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._ready = False
        for service in ("iam", "lambda", "logs", "secretsmanager", "cloudwatch", "apigateway"):
            self._clients[service] = self._connect(service)
        self.creators: dict[str, Callable[[AwsResources, Inputs], Created]] = CREATORS | rest_api.CREATORS

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator. Raises KeyError for a service that this engine does not use."""
        return self._clients[service]

    def _connect(self, service: str) -> Any:
        options = Config(
            proxies={}, max_pool_connections=20, connect_timeout=3, read_timeout=60, retries={"total_max_attempts": 1}
        )
        client = self._session.client(service, config=options)
        if client.meta.endpoint_url != self.endpoint:
            raise EmulatorSilent(f"a client of {service} would call {client.meta.endpoint_url}, not the emulator")
        return client

    def close(self) -> None:
        """Close the connections to the emulator."""
        for client in self._clients.values():
            client.close()

    def wait(self) -> None:
        """Wait until the emulator answers. Raises EmulatorSilent after 20 s."""
        until = time.monotonic() + PATIENCE_SECONDS
        with httpx.Client(trust_env=False, timeout=2) as http:
            while time.monotonic() < until:
                try:
                    if http.get(f"{self.endpoint}/_localstack/health").status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                time.sleep(0.05)
        raise EmulatorSilent(f"nothing answers at {self.endpoint}")

    def create(self, kind: str, inputs: Inputs) -> Created:
        """Create one resource of a known type; the first waits for the emulator."""
        with self._lock:
            if not self._ready:
                self.wait()
                self._ready = True
        return self.creators[kind](self, inputs)

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """The ARN of a resource in the emulators' default account."""
        return f"arn:aws:{service}:{self.region if region is None else region}:{ACCOUNT}:{resource}"


def role(aws: AwsResources, inputs: Inputs) -> Created:
    """An IAM role."""
    made = aws.client("iam").create_role(
        RoleName=inputs["name"],
        AssumeRolePolicyDocument=inputs["assumeRolePolicy"],
        Description=inputs.get("description", ""),
    )["Role"]
    return made["RoleName"], {**inputs, "arn": made["Arn"], "uniqueId": made["RoleId"]}


def role_policy(aws: AwsResources, inputs: Inputs) -> Created:
    """A role's inline policy."""
    aws.client("iam").put_role_policy(
        RoleName=inputs["role"], PolicyName=inputs["name"], PolicyDocument=inputs["policy"]
    )
    return f"{inputs['role']}:{inputs['name']}", dict(inputs)


def log_group(aws: AwsResources, inputs: Inputs) -> Created:
    """A log group that forgets after some days."""
    name = inputs["name"]
    aws.client("logs").create_log_group(logGroupName=name)
    aws.client("logs").put_retention_policy(logGroupName=name, retentionInDays=inputs["retentionInDays"])
    return name, {**inputs, "arn": aws.arn("logs", f"log-group:{name}")}


def secret(aws: AwsResources, inputs: Inputs) -> Created:
    """A secret, still without a value."""
    made = aws.client("secretsmanager").create_secret(Name=inputs["name"], Description=inputs.get("description", ""))
    return made["ARN"], {**inputs, "arn": made["ARN"]}


def secret_version(aws: AwsResources, inputs: Inputs) -> Created:
    """A secret's value."""
    made = aws.client("secretsmanager").put_secret_value(
        SecretId=inputs["secretId"], SecretString=inputs["secretString"]
    )
    identity = f"{inputs['secretId']}|{made['VersionId']}"
    return identity, {**inputs, "arn": inputs["secretId"], "versionId": made["VersionId"]}


def function(aws: AwsResources, inputs: Inputs) -> Created:
    """A Lambda function from its zip, with a published version."""
    client = aws.client("lambda")
    made = client.create_function(
        FunctionName=inputs["name"],
        Role=inputs["role"],
        Runtime=inputs["runtime"],
        Handler=inputs["handler"],
        Architectures=inputs["architectures"],
        Code={"ZipFile": Path(inputs["code"]).read_bytes()},
        MemorySize=inputs["memorySize"],
        Timeout=inputs["timeout"],
        Environment={"Variables": inputs.get("environment", {}).get("variables", {})},
        Publish=bool(inputs.get("publish", False)),
    )
    if "reservedConcurrentExecutions" in inputs:
        client.put_function_concurrency(
            FunctionName=inputs["name"], ReservedConcurrentExecutions=inputs["reservedConcurrentExecutions"]
        )
    arn = aws.arn("lambda", f"function:{inputs['name']}")
    return inputs["name"], {**inputs, "arn": arn, "version": made["Version"], "invokeArn": _invoke_arn(aws, arn)}


def alias(aws: AwsResources, inputs: Inputs) -> Created:
    """A name for one version of a function."""
    made = aws.client("lambda").create_alias(
        FunctionName=inputs["functionName"], Name=inputs["name"], FunctionVersion=inputs["functionVersion"]
    )
    arn = made["AliasArn"]
    return arn, {**inputs, "arn": arn, "invokeArn": _invoke_arn(aws, arn)}


def _invoke_arn(aws: AwsResources, arn: str) -> str:
    return f"arn:aws:apigateway:{aws.region}:lambda:path/2015-03-31/functions/{arn}/invocations"


def permission(aws: AwsResources, inputs: Inputs) -> Created:
    """Who may invoke a function."""
    aws.client("lambda").add_permission(
        FunctionName=inputs["function"],
        StatementId=inputs["statementId"],
        Action=inputs["action"],
        Principal=inputs["principal"],
        **({"SourceArn": inputs["sourceArn"]} if "sourceArn" in inputs else {}),
        **({"Qualifier": inputs["qualifier"]} if "qualifier" in inputs else {}),
    )
    return inputs["statementId"], dict(inputs)


def metric_alarm(aws: AwsResources, inputs: Inputs) -> Created:
    """An alarm on a metric."""
    statistic = (
        {"ExtendedStatistic": inputs["extendedStatistic"]}
        if "extendedStatistic" in inputs
        else {"Statistic": inputs["statistic"]}
    )
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName=inputs["name"],
        AlarmDescription=inputs["alarmDescription"],
        Namespace=inputs["namespace"],
        MetricName=inputs["metricName"],
        Dimensions=[{"Name": name, "Value": value} for name, value in inputs["dimensions"].items()],
        Period=inputs["period"],
        EvaluationPeriods=inputs["evaluationPeriods"],
        Threshold=inputs["threshold"],
        ComparisonOperator=inputs["comparisonOperator"],
        TreatMissingData=inputs["treatMissingData"],
        AlarmActions=inputs.get("alarmActions", []),
        **statistic,
    )
    return inputs["name"], {**inputs, "arn": aws.arn("cloudwatch", f"alarm:{inputs['name']}")}


def dashboard(aws: AwsResources, inputs: Inputs) -> Created:
    """A dashboard."""
    aws.client("cloudwatch").put_dashboard(DashboardName=inputs["dashboardName"], DashboardBody=inputs["dashboardBody"])
    return inputs["dashboardName"], {
        **inputs,
        "dashboardArn": aws.arn("cloudwatch", inputs["dashboardName"], region=""),
    }


CREATORS: dict[str, Callable[[AwsResources, Inputs], Created]] = {
    "aws:cloudwatch/dashboard:Dashboard": dashboard,
    "aws:cloudwatch/logGroup:LogGroup": log_group,
    "aws:cloudwatch/metricAlarm:MetricAlarm": metric_alarm,
    "aws:iam/role:Role": role,
    "aws:iam/rolePolicy:RolePolicy": role_policy,
    "aws:lambda/alias:Alias": alias,
    "aws:lambda/function:Function": function,
    "aws:lambda/permission:Permission": permission,
    "aws:secretsmanager/secret:Secret": secret,
    "aws:secretsmanager/secretVersion:SecretVersion": secret_version,
}
