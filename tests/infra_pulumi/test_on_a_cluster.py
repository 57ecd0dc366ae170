"""What a real Kubernetes says to the manifests: nothing refused, warned of, dropped, or changed by applying again.

Runs where `kubectl` is installed and `COURSEMATCH_KUBECONFIG` names the file of a cluster (any will do). Everything is
applied in a namespace of the test's own, whose quota lets no pod start, and which is deleted afterwards.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from infra_pulumi.examples import STACKS, SYSTEM, resources
from infra_pulumi.render import MANIFESTS
from sandbox.localstack import database
from tests.sandbox.localstack.test_localstack import INVENTED

KUBECONFIG, KUBECTL = os.environ.get("COURSEMATCH_KUBECONFIG"), shutil.which("kubectl")
pytestmark = pytest.mark.skipif(
    not (KUBECONFIG and KUBECTL), reason="set COURSEMATCH_KUBECONFIG to a cluster's kubeconfig, and install kubectl"
)
WHOLE = {"algolia": "mock", "algoliaHosts": "http://mock-algolia:8082"}
FOREIGN = {"ExternalSecret": "externalsecrets.external-secrets.io", "SecretStore": "secretstores.external-secrets.io"}
SETS = (*STACKS, "database", "gitops")
Manifest = dict[str, Any]


@dataclass(frozen=True)
class Cluster:
    """A namespace of a cluster, and what kubectl says there."""

    namespace: str

    def run(self, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run kubectl; its words are the failure's message."""
        done = subprocess.run(  # noqa: S603 - the kubectl of whoever asked for this test
            [KUBECTL or "", "--kubeconfig", KUBECONFIG or "", "--namespace", self.namespace, *arguments],
            input=text, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done

    def apply(self, manifests: Sequence[Manifest], *flags: str) -> tuple[list[Manifest], str]:
        """Apply server-side; answers the objects as the cluster keeps them, and its warnings."""
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(manifests)})
        done = self.run("apply", "--server-side", "--filename", "-", "--output", "json", *flags, text=text)
        found = json.loads(done.stdout)
        return (found["items"] if found["kind"] == "List" else [found]), done.stderr


def everything(which: str) -> list[Manifest]:
    """The manifests of a stack of the program, of the substrate's database, or what Argo CD reads."""
    if which == "database":
        return database.manifests(INVENTED)
    if which == "gitops":
        return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(MANIFESTS.glob("*-*.yaml"))]
    return [dict(found.inputs) for found in resources(SYSTEM, which, **WHOLE) if found.type.startswith("kubernetes:")]


def moved(manifests: Sequence[Manifest], namespace: str) -> list[Manifest]:
    """The same manifests in another namespace, without the node ports that a deployed system may hold already."""
    found = [json.loads(json.dumps(manifest)) for manifest in manifests if manifest["kind"] != "Namespace"]
    for manifest in found:
        manifest["metadata"]["namespace"] = namespace
        for port in manifest["spec"].get("ports", []) if manifest["kind"] == "Service" else []:
            port.pop("nodePort", None)
    return found


@pytest.fixture(scope="module", params=SETS)
def which(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def cluster(which: str) -> Iterator[Cluster]:
    """A namespace with the labels of the program's own, and no room for pods."""
    here = Cluster(f"coursematch-check-{secrets.token_hex(4)}")
    (own,) = [manifest for manifest in everything(which) if manifest["kind"] == "Namespace"]
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "no-pods", "namespace": here.namespace},
        "spec": {"hard": {"pods": "0"}},
    }
    labels = own["metadata"].get("labels", {})
    here.apply([{**own, "metadata": {"name": here.namespace, "labels": labels}}, quota])
    yield here
    here.run("delete", "namespace", here.namespace, "--wait=false")


@pytest.fixture(scope="module")
def wanted(which: str, cluster: Cluster) -> list[Manifest]:
    """What is applied: all but the kinds of controllers that this cluster does not run."""
    known = set(cluster.run("api-resources", "--output", "name").stdout.split())
    found = moved(everything(which), cluster.namespace)
    return [manifest for manifest in found if FOREIGN.get(manifest["kind"]) in {None, *known}]


@pytest.fixture(scope="module")
def applied(wanted: list[Manifest], cluster: Cluster) -> tuple[list[Manifest], str]:
    return cluster.apply(wanted)


def missing(kept: object, asked: object, path: str = "") -> list[str]:
    """Where what the cluster keeps is not what was asked for; it may well hold more."""
    if isinstance(asked, Mapping) and isinstance(kept, Mapping):
        return [line for key, value in asked.items() for line in missing(kept.get(key), value, f"{path}.{key}")]
    if isinstance(asked, list) and isinstance(kept, list) and len(asked) == len(kept):
        return [line for at, value in enumerate(asked) for line in missing(kept[at], value, f"{path}[{at}]")]
    return [] if asked == kept else [f"{path}: asked for {asked!r}, kept {kept!r}"]


def ours(manifest: Manifest) -> Manifest:
    """An object without what controllers write; its generation counts the changes of what was asked for."""
    metadata = {key: manifest["metadata"].get(key) for key in ("name", "labels", "generation")}
    return {**{key: value for key, value in manifest.items() if key != "status"}, "metadata": metadata}


def test_is_accepted_without_a_warning(applied: tuple[list[Manifest], str], wanted: list[Manifest]) -> None:
    found, warnings = applied
    assert len(found) == len(wanted)
    assert warnings == ""


def test_keeps_every_field_as_it_was_written(applied: tuple[list[Manifest], str], wanted: list[Manifest]) -> None:
    for asked, kept in zip(wanted, applied[0], strict=True):
        readable = dict(asked)
        for key, value in readable.pop("stringData", {}).items():
            readable.setdefault("data", {})[key] = base64.b64encode(value.encode()).decode()
        assert not missing(kept, readable), f"{asked['kind']} {asked['metadata']['name']}"


def test_applying_again_changes_nothing(
    applied: tuple[list[Manifest], str], wanted: list[Manifest], cluster: Cluster
) -> None:
    again, _ = cluster.apply(wanted)
    assert [ours(manifest) for manifest in again] == [ours(manifest) for manifest in applied[0]]


def test_a_job_made_by_hand_runs_what_the_schedule_runs(applied: tuple[list[Manifest], str], cluster: Cluster) -> None:
    for cron_job in [manifest for manifest in applied[0] if manifest["kind"] == "CronJob"]:
        name = cron_job["metadata"]["name"]
        done = cluster.run("create", "job", f"--from=cronjob/{name}", "by-hand", "--dry-run=server", "--output", "json")
        job, template = json.loads(done.stdout), cron_job["spec"]["jobTemplate"]
        assert done.stderr == ""
        assert job["spec"]["template"]["spec"] == template["spec"]["template"]["spec"]
        assert job["spec"]["activeDeadlineSeconds"] == template["spec"]["activeDeadlineSeconds"]
        # What the NetworkPolicies select by.
        assert job["spec"]["template"]["metadata"]["labels"].items() >= template["metadata"]["labels"].items()


def test_the_namespace_itself_is_accepted_without_a_warning(which: str, cluster: Cluster) -> None:
    (own,) = [manifest for manifest in everything(which) if manifest["kind"] == "Namespace"]
    elsewhere = {**own, "metadata": {**own["metadata"], "name": f"{cluster.namespace}-own"}}
    assert cluster.apply([elsewhere], "--dry-run=server")[1] == ""
