"""To Argo CD and back: in between, Pulumi knows the workloads and deletes none; the plain switch is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from infra_pulumi import deploy
from infra_pulumi.deploy import PROJECT, main, would_delete
from infra_pulumi.examples import SYSTEM, resources
from infra_pulumi.program_runner import Registered
from tests.support.fake_pulumi import FakePulumi, fake_pulumi

__all__ = ["fake_pulumi"]

KUBERNETES = "kubernetes:"
STACKS = pytest.mark.parametrize("stack", ["localstack", "aws"])


def in_cluster(declared: tuple[Registered, ...]) -> list[Registered]:
    return [found for found in declared if found.type.startswith(KUBERNETES)]


def provider(declared: tuple[Registered, ...]) -> dict[str, Any]:
    (found,) = [found for found in declared if found.type == "pulumi:providers:kubernetes"]
    return dict(found.inputs)


@STACKS
def test_lets_go_of_everything_in_the_cluster_while_it_is_handed_over(stack: str) -> None:
    owned, handed = resources(SYSTEM, stack), resources(SYSTEM, stack, workloads="handover")
    assert len(in_cluster(handed)) == len(in_cluster(owned)) > 15
    assert all(found.retained for found in in_cluster(handed))
    assert not any(found.retained for found in owned)
    assert not any(found.retained for found in handed if found.type.startswith("aws:"))


@STACKS
def test_changes_nothing_that_runs_while_it_is_handed_over(stack: str) -> None:
    owned, handed = resources(SYSTEM, stack), resources(SYSTEM, stack, workloads="handover")
    assert [found.inputs for found in in_cluster(handed)] == [found.inputs for found in in_cluster(owned)]


@STACKS
def test_takes_over_what_runs_already_only_then(stack: str) -> None:
    adopting = {"upsertExistingObjects", "enablePatchForce"}
    assert adopting <= set(provider(resources(SYSTEM, stack, workloads="handover")))
    assert not adopting & set(provider(resources(SYSTEM, stack)))


def test_keeps_the_workloads_secrets_for_both_while_it_is_handed_over() -> None:
    kept = {
        owner: {
            found.name for found in resources(SYSTEM, "aws", workloads=owner) if found.type.endswith(":SecretVersion")
        }
        for owner in ("pulumi", "handover", "argocd")
    }
    assert kept["handover"] == kept["argocd"] > kept["pulumi"]


def state(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"version": 3, "deployment": {"resources": list(resources)}}


DEPLOYMENT = {"type": "kubernetes:apps/v1:Deployment", "urn": "u"}


@pytest.mark.parametrize(
    ("exported", "refused"),
    [
        (state(), False),
        ({"version": 3, "deployment": None}, False),
        (state({"type": "aws:iam/role:Role"}, {"type": "pulumi:providers:kubernetes"}), False),
        (state(DEPLOYMENT | {"retainOnDelete": True}), False),
        (state(DEPLOYMENT | {"retainOnDelete": True}, DEPLOYMENT), True),
    ],
)
def test_refuses_a_switch_that_would_delete(exported: dict[str, Any], refused: bool) -> None:
    said = would_delete(exported)
    assert (said is not None) is refused
    if said:
        assert "would delete 1 objects" in said
        assert "workloads handover" in said


@pytest.mark.parametrize(
    ("retained", "code", "verbs"), [(False, 2, ["stack"]), (True, 0, ["stack", "up"])], ids=["owned", "handed over"]
)
def test_a_deploy_looks_before_it_gives_the_workloads_away(
    fake_pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str],
    retained: bool, code: int, verbs: list[str],
) -> None:  # fmt: skip
    project = tmp_path / "coursematch"
    shutil.copytree(PROJECT, project)
    (project / "Pulumi.aws.yaml").write_text(
        "config:\n  coursematch:substrate: aws\n  coursematch:awsAccountId: '123456789012'\n"
        "  coursematch:workloads: argocd\n"
    )
    monkeypatch.setattr(deploy, "PROJECT", project)
    monkeypatch.setenv("FAKE_PULUMI_SAYS", json.dumps(state(DEPLOYMENT | {"retainOnDelete": retained})))
    assert main(["--stack", "aws", "--image-tag", "0a1b2c3"]) == code
    assert [call["argv"][0] for call in fake_pulumi.calls()] == verbs
    assert ("Refused: `workloads: argocd` would delete" in capfd.readouterr().err) is not retained
