"""The rendered manifests: fresh, valid for three Kubernetes versions, without secrets, synced by Argo CD."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]  # the package carries no types
import pytest
import yaml

from infra_pulumi.examples import INVENTED_SECRET, STACKS, SYSTEM, resources
from infra_pulumi.render import MANIFESTS, main, rendered
from infra_pulumi.secret_text import revealed

VERSIONS = ("1.35", "1.36", "1.37")
# Kinds of controllers' own, whose schemas kubernetes-validate does not carry.
FOREIGN = ("external-secrets.io/", "kustomize.config.k8s.io/", "argoproj.io/")


def documents() -> dict[Path, dict[str, Any]]:
    return {path: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(MANIFESTS.glob("*.yaml"))}


def test_is_fresh() -> None:
    assert main(["--check"]) == 0, "run `nox -s render`"


@pytest.mark.parametrize("version", VERSIONS)
def test_is_valid_for_kubernetes(version: str) -> None:
    for path, document in documents().items():
        if not document["apiVersion"].startswith(FOREIGN):
            kubernetes_validate.validate(document, version, strict=True)
        else:
            assert document["kind"], path


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("stack", STACKS)
def test_what_is_applied_directly_is_valid_too(stack: str, version: str) -> None:
    for resource in resources(SYSTEM, stack):
        if resource.type.startswith("kubernetes:"):
            kubernetes_validate.validate(revealed(resource.inputs), version, strict=True)


def hollow(value: object, path: str = "") -> list[str]:
    """Where a manifest holds an empty list or nothing at all: a cluster drops those (seen on Kubernetes 1.37)."""
    if isinstance(value, dict):
        return [line for key, inner in value.items() for line in hollow(inner, f"{path}.{key}")]
    if isinstance(value, list) and value:
        return [line for inner in value for line in hollow(inner, f"{path}[]")]
    return [path] if value is None or value == [] else []


@pytest.mark.parametrize("stack", STACKS)
def test_says_nothing_that_a_cluster_would_drop(stack: str) -> None:
    declared = [resource.inputs for resource in resources(SYSTEM, stack) if resource.type.startswith("kubernetes:")]
    assert not [line for manifest in [*declared, *documents().values()] for line in hollow(manifest)]


def test_holds_no_secrets() -> None:
    found = documents()
    assert not [path for path, document in found.items() if document["kind"] == "Secret"]
    assert not [path for path in found if INVENTED_SECRET.value in path.read_text(encoding="utf-8")]


def test_refers_only_to_secrets_that_the_program_keeps() -> None:
    kept = {
        resource.inputs["name"]
        for resource in resources(SYSTEM, "aws", workloads="argocd")
        if resource.type == "aws:secretsmanager/secret:Secret"
    }
    referred = {
        entry["remoteRef"]["key"]
        for document in documents().values()
        if document["kind"] == "ExternalSecret"
        for entry in document["spec"]["data"]
    }
    assert referred
    assert referred <= kept


def test_every_pods_configuration_exists() -> None:
    names = {(document["kind"], document.get("metadata", {}).get("name")) for document in documents().values()}
    for document in documents().values():
        spec = document.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        for source in template["spec"]["containers"][0]["envFrom"] if template else []:
            if "configMapRef" in source:
                assert ("ConfigMap", source["configMapRef"]["name"]) in names
            else:
                assert ("ExternalSecret", source["secretRef"]["name"]) in names


def test_a_database_that_is_away_restarts_nothing() -> None:
    """Seen on Kubernetes 1.37: a liveness probe of `/health`, which asks the database, restarts the LMS for ever."""
    (container,) = documents()[MANIFESTS / "deployment-lms.yaml"]["spec"]["template"]["spec"]["containers"]
    paths = {probe: container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "liveness", "readiness")}
    assert paths == {"startup": "/alive", "liveness": "/alive", "readiness": "/health"}


def test_ci_writes_the_image_tag_and_registry() -> None:
    text = rendered("registry.example/coursematch/", "0a1b2c3")[MANIFESTS / "kustomization.yaml"]
    images = {image["name"]: image for image in yaml.safe_load(text)["images"]}
    assert images["lms"] == {"name": "lms", "newName": "registry.example/coursematch/lms", "newTag": "0a1b2c3"}


def test_argo_cd_runs_jobs_anew_instead_of_comparing_them() -> None:
    """Seen on Kubernetes 1.37: applying a Job with another image is refused, by a dry run as well."""
    jobs = [document for document in documents().values() if document["kind"] == "Job"]
    assert jobs
    for job in jobs:
        assert job["metadata"]["annotations"] == {
            "argocd.argoproj.io/hook": "Sync",
            "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
        }


def test_argo_cd_reads_the_folder_that_is_rendered() -> None:
    application = yaml.safe_load((MANIFESTS.parent / "argocd" / "application.yaml").read_text(encoding="utf-8"))
    source = application["spec"]["source"]
    assert Path(source["path"]) == MANIFESTS.relative_to(MANIFESTS.parents[2])
    assert application["spec"]["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True}
