"""The localstack substrate's own parts, as far as they can be proven without Docker."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import kubernetes_validate  # type: ignore[import-untyped]  # the package carries no types
import pytest

from infra_pulumi.examples import LEFT_OPEN, SYSTEM, resources, settings
from infra_pulumi.secret_text import Secret
from sandbox.localstack import cluster, container, database
from sandbox.localstack.deployment import keep_settings
from sandbox.setup.credentials import Credentials
from tests.support.fake_pulumi import FakePulumi, fake_pulumi

__all__ = ["fake_pulumi"]

INVENTED = Credentials(**{field.name: Secret(f"invented-{field.name}") for field in dataclasses.fields(Credentials)})


@pytest.mark.parametrize("version", ["1.35", "1.36", "1.37"])
def test_the_databases_manifests_are_valid(version: str) -> None:
    for manifest in database.manifests(INVENTED):
        kubernetes_validate.validate(manifest, version, strict=True)


def test_the_database_keeps_its_passwords_in_its_secret() -> None:
    found = database.manifests(INVENTED)
    hidden = [manifest for manifest in found if manifest["kind"] == "Secret"]
    assert len(hidden) == 1
    assert "invented" not in json.dumps([manifest for manifest in found if manifest["kind"] != "Secret"])


def test_the_stacks_file_and_the_cluster_agree_on_ports_and_names() -> None:
    values = settings(SYSTEM, "localstack")
    assert not LEFT_OPEN[SYSTEM, "localstack"]
    assert values[f"{SYSTEM}:kubeContext"] == cluster.CONTEXT
    assert values[f"{SYSTEM}:algoliaNodePort"] == str(cluster.ALGOLIA_NODE_PORT)
    assert values[f"{SYSTEM}:lmsNodePort"] == str(cluster.LMS_NODE_PORT)
    assert values[f"{SYSTEM}:algoliaHosts"] == f"http://{cluster.NODE}:{cluster.ALGOLIA_NODE_PORT}"
    services = {
        resource.name: resource.inputs["spec"]
        for resource in resources(SYSTEM, "localstack")
        if resource.type == "kubernetes:core/v1:Service"
    }
    assert {spec["type"] for spec in services.values()} == {"NodePort"}


def test_runs_the_free_localstack_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSEMATCH_LOCALSTACK_IMAGE", raising=False)
    assert container.image() == "localstack/localstack:4.14.0"
    monkeypatch.setenv("COURSEMATCH_LOCALSTACK_IMAGE", "localstack/localstack:2026.8")
    assert container.image() == "localstack/localstack:2026.8"


def test_hands_settings_to_the_engine_where_nobody_else_can_read_them(fake_pulumi: FakePulumi, tmp_path: Path) -> None:
    keep_settings(tmp_path, "localstack", fake_pulumi.environment, {"madeUpKey": Secret("made up"), "name": "plain"})
    first, second = fake_pulumi.calls()
    assert (first["stdin"], second["stdin"]) == ("made up", "plain")
    assert {"coursematch:madeUpKey", "--secret"} <= set(first["argv"])
    assert {"coursematch:name", "--plaintext"} <= set(second["argv"])
    assert "made up" not in first["argv"]
