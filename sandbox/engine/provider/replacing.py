"""What of a resource cannot change while it lives: the engine makes a new one then.

Of the vendors' providers (Terraform's `ForceNew`, and what Kubernetes calls immutable), as far as our programs say it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from infra_pulumi.program_runner import UNKNOWN
from sandbox.engine.provider.cloud import Change, Properties

WHOLE = "*"
"""Nothing of it can change."""
FIXED: Mapping[str, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        "aws:apigateway/deployment:Deployment": "restApi triggers",
        "aws:apigateway/integration:Integration": "restApi resourceId httpMethod",
        "aws:apigateway/integrationResponse:IntegrationResponse": "restApi resourceId httpMethod statusCode",
        "aws:apigateway/method:Method": "restApi resourceId httpMethod",
        "aws:apigateway/methodResponse:MethodResponse": "restApi resourceId httpMethod statusCode",
        "aws:apigateway/methodSettings:MethodSettings": "restApi stageName methodPath",
        "aws:apigateway/requestValidator:RequestValidator": "restApi",
        "aws:apigateway/resource:Resource": "restApi",
        "aws:apigateway/response:Response": "restApiId responseType",
        "aws:apigateway/stage:Stage": "restApi stageName",
        "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
        "aws:cloudwatch/logGroup:LogGroup": "name",
        "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
        "aws:iam/role:Role": "name",
        "aws:iam/rolePolicy:RolePolicy": "name role",
        "aws:lambda/alias:Alias": "name functionName",
        "aws:lambda/function:Function": "name",
        "aws:lambda/permission:Permission": WHOLE,
        "aws:secretsmanager/secret:Secret": "name",
        "aws:secretsmanager/secretVersion:SecretVersion": WHOLE,
        "aws:rds/instance:Instance": "identifier dbSubnetGroupName storageEncrypted kmsKeyId",
        "aws:eks/cluster:Cluster": "name roleArn",
        "aws:ec2/vpc:Vpc": "cidrBlock",
        "aws:ec2/subnet:Subnet": "vpcId availabilityZone cidrBlock",
        "aws:ecr/repository:Repository": "name",
    }.items()
}
METADATA = ("name", "namespace")


def aws_change(kind: str, old: Properties, new: Properties) -> Change:
    """Compare two versions of the inputs of a resource on AWS."""
    changed = frozenset(differing(old, new))
    fixed = FIXED.get(kind, frozenset())
    return Change(changed, changed if WHOLE in fixed else changed & fixed)


def kubernetes_change(kind: str, old: Properties, new: Properties) -> Change:
    """Compare two versions of a manifest. A new one of the same name can only come after the old one has gone."""
    changed = frozenset(differing(old, new))
    moved = any(old.get("metadata", {}).get(key) != new.get("metadata", {}).get(key) for key in METADATA)
    replacing = {"metadata"} if moved else set()
    if kind == "kubernetes:batch/v1:Job" and "spec" in changed:
        replacing.add("spec")  # a Job's template is immutable
    return Change(changed, frozenset(replacing), delete_first=bool(replacing) and not moved)


def differing(old: Properties, new: Properties) -> Iterator[str]:
    """Name the properties that differ; one that nobody knows yet may."""
    for key in {*old, *new}:
        if old.get(key) != new.get(key) or _holds_unknown(new.get(key)):
            yield key


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_unknown(item) for item in value.values())
    return any(_holds_unknown(item) for item in value) if isinstance(value, list) else bool(value == UNKNOWN)
