"""The embedded engine: the program's resources really are in the emulator, and its workloads come back whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from infra_pulumi import routes
from infra_pulumi.secret_text import Secret
from sandbox.embedded.pulumi_engine.aws_resources import AwsResources
from sandbox.embedded.pulumi_engine.deployment import Deployed, NotDeployed, deploy_once
from sandbox.gateway.emulator_start import ROOT
from tests.support.deployed_system import KEYS, VALUES
from tests.support.ports import free_port


@pytest.fixture(scope="module")
def aws(emulator: str) -> Iterator[AwsResources]:
    resources = AwsResources(emulator, "us-east-1", KEYS)
    yield resources
    resources.close()


def kinds(deployed: Deployed) -> dict[tuple[str, str], dict[str, Any]]:
    return {(found["kind"], found["metadata"]["name"]): found for found in deployed.manifests}


def test_deploys_every_route_of_the_contract(deployed: Deployed, aws: AwsResources) -> None:
    declared = routes.read(ROOT / "openapi.yaml")
    assert json.loads(deployed.outputs["routes"]) == [str(route) for route in declared]
    api = deployed.outputs["restApiId"]
    found = aws.client("apigateway").get_resources(restApiId=api, limit=500, embed=["methods"])["items"]
    methods = {item["path"]: set(item.get("resourceMethods", {})) for item in found}
    for route in declared:
        assert {route.method, "OPTIONS"} <= methods[route.path]


def test_gives_each_function_its_secrets_and_nothing_in_the_clear(deployed: Deployed, aws: AwsResources) -> None:
    for name in json.loads(deployed.outputs["functions"]):
        variables = aws.client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        assert "invented" not in json.dumps(variables)
        identity = aws.client("secretsmanager").get_secret_value(SecretId=variables["IDENTITY_SECRET"])
        assert json.loads(identity["SecretString"]) == {"signing_key": "invented-signing-key-of-32-characters"}


def test_lets_each_function_do_only_what_it_needs(deployed: Deployed, aws: AwsResources) -> None:
    for name in json.loads(deployed.outputs["functions"]):
        policies = aws.client("iam").list_role_policies(RoleName=f"{name}-function")["PolicyNames"]
        assert policies == ["least-privilege"]
        policy = aws.client("iam").get_role_policy(RoleName=f"{name}-function", PolicyName="least-privilege")
        statements = policy["PolicyDocument"]["Statement"]
        assert {action for statement in statements for action in statement["Action"]} == {
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "secretsmanager:GetSecretValue",
        }
        assert all(resource != "*" for statement in statements for resource in statement["Resource"])


def test_keeps_logs_for_a_set_time(deployed: Deployed, aws: AwsResources) -> None:
    groups = aws.client("logs").describe_log_groups()["logGroups"]
    assert groups
    assert all(group.get("retentionInDays") == 30 for group in groups)


def test_answers_preflights_without_calling_a_function(deployed: Deployed) -> None:
    answer = httpx.options(f"{deployed.outputs['apiUrl']}/coursematch", trust_env=False, timeout=60)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-methods"] == "GET,OPTIONS"


def test_a_page_may_send_every_header_that_mcp_demands_and_read_why_it_was_refused(deployed: Deployed) -> None:
    asked = {"Origin": "https://x.example", "Access-Control-Request-Headers": "mcp-method,mcp-name"}
    answer = httpx.options(f"{deployed.outputs['apiUrl']}/mcp", headers=asked, trust_env=False, timeout=60)
    allowed = {name.lower() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert {"authorization", "content-type", "mcp-protocol-version", "mcp-method", "mcp-name"} <= allowed
    assert "WWW-Authenticate" in answer.headers["access-control-expose-headers"]


def test_hands_bodies_over_as_they_are(deployed: Deployed) -> None:
    greeting = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "tëst", "version": "1"}},
    }
    answer = httpx.post(
        f"{deployed.outputs['apiUrl']}/mcp",
        json=greeting,
        headers={"Accept": "application/json, text/event-stream"},
        trust_env=False,
        timeout=60,
    )
    assert answer.status_code == 200
    assert answer.json()["id"] == 1
    logo = httpx.get(f"{deployed.outputs['apiUrl']}/.well-known/logo.svg", trust_env=False, timeout=60)
    assert logo.headers["content-type"].startswith("image/svg+xml")
    assert "<svg" in logo.text


@pytest.mark.parametrize(("path", "status"), [("/enrollments", 400), ("/no/such/path", 404)])
def test_answers_its_own_refusals_as_problems(deployed: Deployed, path: str, status: int) -> None:
    answer = httpx.get(deployed.outputs["apiUrl"] + path, trust_env=False, timeout=60)
    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_hands_back_workloads_that_kubernetes_would_take(deployed: Deployed) -> None:
    found = kinds(deployed)
    assert {kind for kind, _ in found} >= {"Namespace", "Deployment", "Service", "Job", "CronJob", "NetworkPolicy"}
    sync = found["CronJob", "catalog-sync"]["spec"]
    assert sync["concurrencyPolicy"] == "Forbid"
    assert sync["jobTemplate"]["spec"]["activeDeadlineSeconds"] > 0
    assert found["Secret", "lms"]["stringData"]["LMS_CLIENT_SECRET"] == Secret("invented-client-secret")
    assert found["ConfigMap", "lms"]["data"]["LMS_PORT"] == "8083"


def test_hardens_every_pod(deployed: Deployed) -> None:
    for manifest in deployed.manifests:
        spec = manifest.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if template is None:
            continue
        pod = template["spec"]
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["limits"]["memory"]
            assert not container["image"].endswith(":latest")


def test_refuses_bad_config_by_key_and_file(tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    missing = {key: value for key, value in VALUES.items() if key != "databaseUrl"}
    with pytest.raises(NotDeployed, match=r"coursematch:databaseUrl in Pulumi\.embedded\.yaml is missing"):
        deploy_once(missing, nowhere, tmp_path)


def test_declares_the_embedded_stack_in_a_file_without_secrets() -> None:
    settings = yaml.safe_load((ROOT / "infra_pulumi/coursematch/Pulumi.embedded.yaml").read_text())["config"]
    assert settings["pulumi:disable-default-providers"] == ["aws", "kubernetes"]
    assert not [key for key in settings if "ecret" in key or "Key" in key or "assword" in key]
