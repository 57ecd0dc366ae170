"""Both programs under mocks: the same resources on every substrate, only portable ones, and bad settings refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra_pulumi.examples import FOLDERS, INVENTED_SECRET, PLATFORM, STACKS, SYSTEM, preview, resources
from infra_pulumi.program_runner import UNKNOWN, Registered
from infra_pulumi.refusal import ProgramRefused
from infra_pulumi.render import INVENTORY, own
from infra_pulumi.secret_text import Secret, revealed

WHOLE = {"algolia": "mock", "algoliaHosts": "http://mock-algolia:8082"}
# What every substrate has. Nothing is added here before it has been seen to work on MiniStack and on LocalStack.
PORTABLE = {
    "aws:apigateway/deployment:Deployment",
    "aws:apigateway/integration:Integration",
    "aws:apigateway/integrationResponse:IntegrationResponse",
    "aws:apigateway/method:Method",
    "aws:apigateway/methodResponse:MethodResponse",
    "aws:apigateway/methodSettings:MethodSettings",
    "aws:apigateway/requestValidator:RequestValidator",
    "aws:apigateway/resource:Resource",
    "aws:apigateway/response:Response",
    "aws:apigateway/restApi:RestApi",
    "aws:apigateway/stage:Stage",
    "aws:cloudwatch/dashboard:Dashboard",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:lambda/alias:Alias",
    "aws:lambda/function:Function",
    "aws:lambda/permission:Permission",
    "aws:secretsmanager/secret:Secret",
    "aws:secretsmanager/secretVersion:SecretVersion",
    "kubernetes:apps/v1:Deployment",
    "kubernetes:batch/v1:CronJob",
    "kubernetes:batch/v1:Job",
    "kubernetes:core/v1:ConfigMap",
    "kubernetes:core/v1:Namespace",
    "kubernetes:core/v1:PersistentVolumeClaim",
    "kubernetes:core/v1:Secret",
    "kubernetes:core/v1:Service",
    "kubernetes:core/v1:ServiceAccount",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy",
}


def listed(declared: tuple[Registered, ...]) -> list[str]:
    return [f"{resource.type}  {resource.name}" for resource in own(declared)]


@pytest.mark.parametrize("stack", STACKS)
def test_registers_the_same_resources_on_every_substrate(stack: str) -> None:
    section = INVENTORY.read_text(encoding="utf-8").split(f"## {PLATFORM}")[0].split(f"## {SYSTEM}\n")[1]
    assert listed(resources(SYSTEM, stack, **WHOLE)) == section.strip().splitlines(), "run `nox -s render`, and review"


@pytest.mark.parametrize("stack", STACKS)
def test_uses_only_types_that_every_substrate_has(stack: str) -> None:
    types = {resource.type for resource in own(resources(SYSTEM, stack, **WHOLE)) if not resource.is_component}
    assert types <= PORTABLE


@pytest.mark.parametrize(("project", "stack"), [*((SYSTEM, stack) for stack in STACKS), (PLATFORM, "aws")])
def test_gives_every_resource_an_explicit_provider(project: str, stack: str) -> None:
    for resource in resources(project, stack):
        if resource.type.startswith(("aws:", "kubernetes:")):
            assert resource.provider, resource


@pytest.mark.parametrize("stack", ["embedded", "localstack"])
def test_sends_every_aws_service_it_uses_to_the_emulator(stack: str) -> None:
    declared = resources(SYSTEM, stack)
    (provider,) = [resource for resource in declared if resource.type == "pulumi:providers:aws"]
    endpoints = json.loads(provider.inputs["endpoints"])[0]
    modules = {resource.type.split(":")[1].split("/")[0] for resource in declared if resource.type.startswith("aws:")}
    services = {"cloudwatch": {"cloudwatch", "logs"}}
    for module in modules:
        for service in services.get(module, {module}):
            assert endpoints[service].startswith("http://"), service


def test_lets_the_aws_provider_touch_one_account_only() -> None:
    (provider,) = [found for found in resources(SYSTEM, "aws") if found.type == "pulumi:providers:aws"]
    assert json.loads(provider.inputs["allowedAccountIds"]) == ["123456789012"]
    assert "endpoints" not in provider.inputs


def test_the_cluster_keeps_network_policies_and_has_a_default_storage_class() -> None:
    add_ons = {
        found.inputs["addonName"]: json.loads(found.inputs.get("configurationValues", "{}"))
        for found in resources(PLATFORM, "aws")
        if found.type == "aws:eks/addon:Addon"
    }
    assert add_ons["vpc-cni"] == {"enableNetworkPolicy": "true"}
    assert add_ons["aws-ebs-csi-driver"] == {"defaultStorageClass": {"enabled": True}}


def test_the_images_are_built_for_the_nodes_processor() -> None:
    (nodes,) = [found for found in resources(PLATFORM, "aws") if found.type == "aws:eks/nodeGroup:NodeGroup"]
    assert nodes.inputs["amiType"] == "AL2023_ARM_64_STANDARD"
    guide = (Path(__file__).resolve().parents[2] / "docs" / "aws.md").read_text(encoding="utf-8")
    (push,) = [line for line in guide.splitlines() if "nox -s images" in line and "--push" in line]
    assert "--platform linux/arm64" in push


def test_leaves_the_workloads_to_argo_cd_when_told_so() -> None:
    declared = resources(SYSTEM, "aws", workloads="argocd")
    assert not [resource for resource in declared if resource.type.startswith(("kubernetes:", "pulumi:providers:kub"))]
    names = {resource.name for resource in declared if resource.type == "aws:secretsmanager/secret:Secret"}
    assert {"workload-catalog-sync", "workload-lms", "workload-recommendation-model"} <= names


@pytest.mark.parametrize(
    ("setting", "kind", "workload"),
    [
        ("syncMemoryMb", "batch/v1:CronJob", "catalog-sync"),
        ("modelMemoryMb", "batch/v1:CronJob", "recommendation-model"),
        ("mockAlgoliaMemoryMb", "apps/v1:Deployment", "mock-algolia"),
    ],
)
def test_gives_a_workload_the_memory_that_the_stack_says(setting: str, kind: str, workload: str) -> None:
    declared = resources(SYSTEM, "localstack", **{setting: "2048"})
    (found,) = [one.inputs for one in declared if one.type == f"kubernetes:{kind}" and one.name == workload]
    spec = found["spec"].get("jobTemplate", found)["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    assert (container["resources"]["requests"]["memory"], container["resources"]["limits"]["memory"]) == ("2048Mi",) * 2


def reads(declared: tuple[Registered, ...]) -> dict[str, tuple[object, object]]:
    """What each workload's pods read when they start, and the template that makes them, by workload."""
    kept = {
        (found.type, found.name): found.inputs.get("data", found.inputs.get("stringData"))
        for found in declared
        if found.type in ("kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:Secret")
    }
    pods: dict[str, tuple[object, object]] = {}
    for found in declared:
        if found.type.startswith(("kubernetes:apps/", "kubernetes:batch/")):
            spec = found.inputs["spec"]
            template = spec.get("jobTemplate", {}).get("spec", spec)["template"]
            (container,) = template["spec"]["containers"]
            sources = [
                (kind, next(iter(ref.values()))) for source in container["envFrom"] for kind, ref in source.items()
            ]
            types = {"configMapRef": "kubernetes:core/v1:ConfigMap", "secretRef": "kubernetes:core/v1:Secret"}
            pods[found.name] = [revealed(kept[types[kind], name]) for kind, name in sources], template["metadata"]
    return pods


OTHER = Secret("another-invented-secret-of-32-chars")


@pytest.mark.parametrize(
    ("change", "touched"),
    [
        ({"identityIssuer": "elsewhere"}, {"lms", "lms-load"}),
        ({"algoliaIndex": "kurse"}, {"catalog-sync", "recommendation-model"}),
        ({"modelLeastLearners": "9"}, {"recommendation-model"}),
        ({"modelDatabaseUrl": OTHER}, {"recommendation-model"}),
        ({"lmsClientId": "somebody"}, {"lms", "lms-load", "catalog-sync"}),
        ({"lmsDatabaseUrl": OTHER}, {"lms", "lms-load"}),
        ({"identitySigningKey": OTHER}, {"lms", "lms-load"}),
        ({"lmsClientSecret": OTHER}, {"lms", "lms-load", "catalog-sync"}),
        ({"algoliaAdminKey": OTHER}, {"mock-algolia", "catalog-sync", "recommendation-model"}),
        ({"algoliaSearchKey": OTHER}, {"mock-algolia"}),
        ({"requestsPerSecond": "7"}, set()),
    ],
)
def test_starts_new_pods_when_what_they_read_changes(change: dict[str, str | Secret], touched: set[str]) -> None:
    before, after = reads(resources(SYSTEM, "localstack")), reads(resources(SYSTEM, "localstack", **change))
    assert set(before) == {"mock-algolia", "lms", "lms-load", "catalog-sync", "recommendation-model"}
    assert {name for name in before if before[name][0] != after[name][0]} == touched
    assert {name for name in before if before[name][1] != after[name][1]} == touched


def test_makes_a_new_version_of_a_function_when_a_secret_that_it_reads_does() -> None:
    """A warm function has read its secrets: its environment names their versions, so that another one is published."""
    declared = resources(SYSTEM, "aws")
    versions = {found.name for found in declared if found.type == "aws:secretsmanager/secretVersion:SecretVersion"}
    for found in declared:
        if found.type == "aws:lambda/function:Function":
            told = found.inputs["environment"]["variables"]
            reads = [value for value in told.values() if value.startswith("arn:aws:secretsmanager")]
            assert len(told["SECRET_VERSIONS"].split(",")) == len(reads) > 0
    (preview_of,) = [
        found for found in preview(SYSTEM, "aws").resources
        if found.type == "aws:lambda/function:Function" and found.name == "coursematch"
    ]  # fmt: skip
    assert preview_of.inputs["environment"]["variables"]["SECRET_VERSIONS"] == UNKNOWN  # it is the version's own
    assert versions == {"algolia-search", "database-reader", "identity"}


def test_puts_no_secret_where_it_can_be_read() -> None:
    hiding = ("aws:secretsmanager/secretVersion:SecretVersion", "kubernetes:core/v1:Secret")
    for resource in resources(SYSTEM, "aws", **WHOLE):
        if resource.type not in hiding:
            assert INVENTED_SECRET.value not in json.dumps(revealed(resource.inputs)), resource


@pytest.mark.parametrize(
    ("project", "stack", "changes", "key"),
    [
        (SYSTEM, "embedded", {"substrate": "aws"}, "substrate"),
        (SYSTEM, "embedded", {"substrate": "moon"}, "substrate"),
        (SYSTEM, "embedded", {"substrate": None}, "substrate"),
        (SYSTEM, "embedded", {"awsEndpoint": "https://lambda.eu-west-1.amazonaws.com"}, "awsEndpoint"),
        (SYSTEM, "embedded", {"awsEndpoint": None}, "awsEndpoint"),
        (SYSTEM, "localstack", {"kubeContext": "production"}, "kubeContext"),
        (SYSTEM, "localstack", {"identitySigningKey": None}, "identitySigningKey"),
        (SYSTEM, "aws", {"awsEndpoint": "http://localhost:4566"}, "awsEndpoint"),
        (SYSTEM, "aws", {"awsAccountId": None}, "awsAccountId"),
        (SYSTEM, "aws", {"awsAccountId": "mine"}, "awsAccountId"),
        (SYSTEM, "aws", {"imageTag": "latest"}, "imageTag"),
        (SYSTEM, "aws", {"reservedConcurrency": "many"}, "reservedConcurrency"),
        (SYSTEM, "aws", {"algoliaAppId": None}, "algoliaAppId"),
        (SYSTEM, "aws", {"syncMemoryMb": "1Gi"}, "syncMemoryMb"),
        (SYSTEM, "aws", {"syncMemoryMb": "64"}, "syncMemoryMb"),
        (SYSTEM, "localstack", {"mockAlgoliaMemoryMb": "64"}, "mockAlgoliaMemoryMb"),
        (PLATFORM, "aws", {"awsAccountId": None}, "awsAccountId"),
        (PLATFORM, "aws", {"deploySubject": "*"}, "deploySubject"),
        (PLATFORM, "aws", {"clusterApiNetworks": '["0.0.0.0/0"]'}, "clusterApiNetworks"),
    ],
)
def test_refuses_bad_settings_naming_key_and_file(
    project: str, stack: str, changes: dict[str, str | None], key: str
) -> None:
    with pytest.raises(ProgramRefused, match=rf"^{project}:{key} in Pulumi\.{stack}\.yaml "):
        resources(project, stack, **changes)


@pytest.mark.parametrize("project", [SYSTEM, PLATFORM])
def test_says_a_refusal_in_one_line_to_the_cli(project: str, tmp_path: Path) -> None:
    """As the CLI's own launcher runs a program: it prints a RunError as a line, any other exception as a traceback."""
    script = tmp_path / "launch.py"
    script.write_text(
        "import runpy, sys, pulumi\n"
        "from pulumi.runtime import mocks\n"
        f"mocks.set_mocks(mocks.Mocks, project={project!r}, stack='aws')\n"
        "try:\n"
        "    runpy.run_path(sys.argv[1], run_name='__main__')\n"
        "except pulumi.RunError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(  # noqa: S603 - the script above
        [sys.executable, str(script), str(FOLDERS[project])], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(f"{project}:")
    assert "in Pulumi.aws.yaml is missing" in done.stdout
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def test_tells_every_part_where_its_spans_go_and_none_where_they_go_nowhere() -> None:
    """Any collector of OTLP/HTTP, by configuration alone: X-Ray is reached through one."""

    def told(**changes: str) -> dict[str, dict[str, str]]:
        found = resources(SYSTEM, "aws", **changes)
        functions = {
            one.name: one.inputs["environment"]["variables"]
            for one in found
            if one.type == "aws:lambda/function:Function"
        }
        maps = {one.name: one.inputs["data"] for one in found if one.type == "kubernetes:core/v1:ConfigMap"}
        return functions | {name: data for name, data in maps.items() if "ALGOLIA_INDEX" in data}

    asked = told(otlpEndpoint="http://10.0.0.4:4318", tracesSampledPercent="25", traceWaitMs="300")
    assert len(asked) == 5  # the functions, the sync and the training
    for part in asked.values():
        assert part["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://10.0.0.4:4318"
        assert part["OTEL_TRACES_SAMPLER_ARG"] == "0.25"
    assert sum(part.get("TRACE_WAIT_MS") == "300" for part in asked.values()) == 3  # what stands still between requests
    assert not any("OTEL_EXPORTER_OTLP_ENDPOINT" in part for part in told().values())
