"""The rules, each a function from a resource to what is wrong with it.

They read plain values (`engine_values.py` makes them of what the engine hands over). A value that only the deployment
will know raises `CannotBeTold` as soon as a rule asks what it is: compare with `==`, never with `is`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pulumi_policy import EnforcementLevel, ReportViolation, ResourceValidationArgs, ResourceValidationPolicy

from infra_pulumi.policies.engine_values import plain

Properties = Mapping[str, Any]
Rule = Callable[[str, Properties], Iterator[str]]
EVERYWHERE = ("0.0.0.0/0", "::/0")
# In a statement's Sid, where an action knows no resource to name; the comment beside it cites the source.
REASON = "WildcardRequiredBy"
POLICY_PROPERTIES = ("policy", "assumeRolePolicy")


def least_privilege(kind: str, properties: Properties) -> Iterator[str]:
    """IAM policies name their actions, and their resources unless the Sid says why they cannot."""
    if not kind.startswith("aws:iam/"):
        return
    for name in POLICY_PROPERTIES:
        if not properties.get(name):
            continue
        for statement in _listed(json.loads(str(properties[name]))["Statement"]):
            if statement["Effect"] != "Allow":
                continue
            for action in _listed(statement.get("Action", "*")):
                if "*" in action:
                    yield f"allows {action}: name the actions"
            reasoned = REASON in statement.get("Sid", "")
            if "Resource" in statement and "*" in _listed(statement["Resource"]) and not reasoned:
                yield f"allows {', '.join(_listed(statement['Action']))} on every resource: name them"
            trusted = statement.get("Principal", {})
            if trusted == "*" or "*" in _listed(trusted.get("AWS", [])):
                yield "trusts everybody"


def no_public_database(kind: str, properties: Properties) -> Iterator[str]:
    """Databases are private, encrypted, backed up and protected."""
    if kind not in ("aws:rds/instance:Instance", "aws:rds/cluster:Cluster"):
        return
    if properties.get("publiclyAccessible", False):
        yield "can be reached from the internet"
    for name, wrong in (
        ("storageEncrypted", "is not encrypted"),
        ("deletionProtection", "can be deleted by mistake"),
        ("backupRetentionPeriod", "has no backups"),
    ):
        if not properties.get(name):
            yield wrong
    if properties.get("skipFinalSnapshot", False):
        yield "would be deleted without a last snapshot"
    if "password" in properties:
        yield "has its password in the state: let RDS keep it in Secrets Manager"


def nothing_open_to_the_world(kind: str, properties: Properties) -> Iterator[str]:
    """No security group or cluster API lets the whole internet in."""
    if kind == "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
        if properties.get("cidrIpv4") in EVERYWHERE or properties.get("cidrIpv6") in EVERYWHERE:
            yield "lets the whole internet in"
    elif kind.startswith("aws:ec2/") and kind.endswith("SecurityGroup"):
        for rule in properties.get("ingress") or []:
            if set(EVERYWHERE) & {*rule.get("cidrBlocks", []), *rule.get("ipv6CidrBlocks", [])}:
                yield "lets the whole internet in"
    elif kind == "aws:eks/cluster:Cluster":
        place = properties["vpcConfig"]
        if place.get("endpointPublicAccess", True) and not set(place.get("publicAccessCidrs") or EVERYWHERE).isdisjoint(
            EVERYWHERE
        ):
            yield "has an API that the whole internet can reach"


def encrypted(kind: str, properties: Properties) -> Iterator[str]:
    """Encrypt what holds data with a key of ours, and rotate keys."""
    if kind == "aws:eks/cluster:Cluster" and not properties.get("encryptionConfig"):
        yield "keeps its secrets unencrypted"
    if kind == "aws:ecr/repository:Repository":
        if not properties.get("encryptionConfigurations"):
            yield "keeps its images unencrypted"
        if properties.get("imageTagMutability") != "IMMUTABLE":
            yield "lets a tag move to another image"
    if kind == "aws:kms/key:Key" and not properties.get("enableKeyRotation"):
        yield "never rotates"


def logs_end(kind: str, properties: Properties) -> Iterator[str]:
    """Every log group forgets, so that logs cost and reveal only so much."""
    if kind == "aws:cloudwatch/logGroup:LogGroup" and not properties.get("retentionInDays"):
        yield "keeps its log forever: set retention_in_days"


def functions_are_bounded(kind: str, properties: Properties) -> Iterator[str]:
    """Every function has a share of the account's concurrency, and answers before API Gateway gives up."""
    if kind != "aws:lambda/function:Function":
        return
    if properties.get("reservedConcurrentExecutions") == None:  # noqa: E711 - an unknown value refuses `==`, not `is`
        yield "may use up the account's concurrency: reserve some"
    if properties.get("timeout", 3) >= 29:
        yield "may answer after API Gateway has given up (29 s)"


def images_are_named(kind: str, properties: Properties) -> Iterator[str]:
    """Every image has a tag that means one build."""
    for container in _containers(kind, properties):
        image = container.get("image", "")
        tag = str(image).rpartition("/")[2].partition(":")[2]
        if tag in ("", "latest"):
            yield f"runs {image!r}: name one build"


def pods_are_hardened(kind: str, properties: Properties) -> Iterator[str]:
    """Pods run as nobody, on a read-only root, without privileges or a token, within limits."""
    pod = _pod(kind, properties)
    if pod is None:
        return
    if pod.get("automountServiceAccountToken") != False:  # noqa: E712 - as above
        yield "gives its pods a token for the cluster's API"
    if not pod.get("securityContext", {}).get("runAsNonRoot"):
        yield "may run as root"
    for container in pod["containers"]:
        context = container.get("securityContext", {})
        if not context.get("readOnlyRootFilesystem"):
            yield f"{container['name']} can write to its root"
        escalates = context.get("allowPrivilegeEscalation") != False  # noqa: E712 - as above
        if escalates or context.get("capabilities") != {"drop": ["ALL"]}:
            yield f"{container['name']} can gain privileges"
        if not {"cpu", "memory"} <= set(container.get("resources", {}).get("limits", {})):
            yield f"{container['name']} has no limits"


def syncs_never_overlap(kind: str, properties: Properties) -> Iterator[str]:
    """Never run a CronJob twice at once, and let it end."""
    if kind == "kubernetes:batch/v1:CronJob":
        spec = properties["spec"]
        if spec.get("concurrencyPolicy") != "Forbid":
            yield "may run twice at once"
        if not spec["jobTemplate"]["spec"].get("activeDeadlineSeconds"):
            yield "may run forever"


def _pod(kind: str, properties: Properties) -> Mapping[str, Any] | None:
    if not kind.startswith(("kubernetes:apps/", "kubernetes:batch/")):
        return None
    spec = properties["spec"]
    found: Mapping[str, Any] = spec.get("jobTemplate", {}).get("spec", spec)["template"]["spec"]
    return found


def _containers(kind: str, properties: Properties) -> list[Mapping[str, Any]]:
    pod = _pod(kind, properties)
    return [] if pod is None else [*pod.get("initContainers", []), *pod["containers"]]


def _listed(value: Any) -> list[Any]:
    """Give a list as it is, anything else as a list of one."""
    return value if isinstance(value, list) else [value]


RULES: tuple[Rule, ...] = (
    least_privilege,
    no_public_database,
    nothing_open_to_the_world,
    encrypted,
    logs_end,
    functions_are_bounded,
    images_are_named,
    pods_are_hardened,
    syncs_never_overlap,
)


def _validate(rule: Rule, args: ResourceValidationArgs, report: ReportViolation) -> None:
    for violation in rule(args.resource_type, plain(args.props)):
        report(f"{args.name} {violation}", None)


POLICIES = tuple(
    ResourceValidationPolicy(
        name=rule.__name__.replace("_", "-"),
        description=(rule.__doc__ or "").strip(),
        validate=functools.partial(_validate, rule),
        enforcement_level=EnforcementLevel.MANDATORY,
    )
    for rule in RULES
)
