"""The localstack substrate's own parts, as far as they can be proven without Docker."""

from __future__ import annotations

import dataclasses
import json
import os
import shlex
import tomllib
from pathlib import Path

import kubernetes_validate  # type: ignore[import-untyped]  # the package carries no types
import pytest

from infra_pulumi.examples import LEFT_OPEN, SYSTEM, resources, settings
from infra_pulumi.secret_text import Secret
from sandbox.__main__ import main
from sandbox.localstack import cluster, container, database
from sandbox.localstack.deployment import keep_settings
from sandbox.localstack.emulators import KNOWN, SETTING, Emulator, EmulatorUnknown, Running, chosen
from sandbox.setup.credentials import Credentials
from sandbox.setup.stack_values import StackValues
from services.mock_algolia.engine.semantic.models import LocalEmbedder, load_embedder
from tests.support.fake_pulumi import FakePulumi, fake_pulumi

__all__ = ["fake_pulumi"]

ROOT = Path(__file__).resolve().parents[3]
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


def arguments(said: str | None, **environment: str) -> list[str]:
    """What Docker is told where the setting says so."""
    told = environment | ({SETTING: said} if said else {})
    emulator = chosen(told)
    assert isinstance(emulator, Emulator)
    return container.command(emulator, 24566, told)


def test_runs_the_free_localstack_unless_told_otherwise() -> None:
    assert arguments(None)[-1] == "localstack/localstack:4.14.0"
    assert arguments("localstack")[-1] == "localstack/localstack:4.14.0"


@pytest.mark.parametrize(
    ("said", "image", "socket"),
    [
        ("floci", "floci/floci:1.5.11", True),
        ("floci/floci:1.6.0", "floci/floci:1.6.0", True),
        ("ministack", "ministackorg/ministack:1.5.33", False),
        ("ministackorg/ministack@sha256:" + 64 * "a", "ministackorg/ministack@sha256:" + 64 * "a", False),
    ],
)
def test_runs_whichever_emulator_the_setting_names(said: str, image: str, socket: bool) -> None:
    told = arguments(said)
    assert told[-1] == image
    assert ("/var/run/docker.sock:/var/run/docker.sock" in told) is socket
    assert told[told.index("--publish") + 1] == "127.0.0.1:24566:4566"
    assert not [part for part in told if "{" in part]


def test_gives_the_token_to_a_newer_localstack_by_name_only() -> None:
    newer = "localstack/localstack:2026.8"
    with pytest.raises(EmulatorUnknown, match="needs an account: set LOCALSTACK_AUTH_TOKEN"):
        arguments(newer)
    told = arguments(newer, LOCALSTACK_AUTH_TOKEN="made up")
    assert told[-1] == newer
    assert "LOCALSTACK_AUTH_TOKEN" in told
    assert "made up" not in " ".join(told)
    assert "LOCALSTACK_AUTH_TOKEN" not in arguments("floci", LOCALSTACK_AUTH_TOKEN="made up")


def test_takes_one_that_runs_already_on_this_machine_only() -> None:
    assert chosen({SETTING: "http://127.0.0.1:4566/"}) == Running("http://127.0.0.1:4566")
    for said in ("https://lambda.eu-west-1.amazonaws.com", "moto/moto:5", "latest", "localstack/localstack-pro:2026"):
        with pytest.raises(EmulatorUnknown, match=SETTING):
            chosen({SETTING: said})


def test_the_emulator_in_a_container_is_the_version_that_is_embedded() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    (pinned,) = [need for need in groups["emulator"] if need.startswith("ministack==")]
    assert KNOWN["ministack"].image.rpartition(":")[2] == pinned.rpartition("=")[2]


def test_hands_settings_to_the_engine_where_nobody_else_can_read_them(fake_pulumi: FakePulumi, tmp_path: Path) -> None:
    told: StackValues = {
        "madeUpKey": Secret("made up"),
        "name": "plain",
        "other": "a=b",
        "madeUpUrl": Secret("made up too"),
    }
    keep_settings(tmp_path, "localstack", fake_pulumi.environment, told)
    plain, *secret = fake_pulumi.calls()
    assert {"set-all", "coursematch:name=plain", "coursematch:other=a=b"} <= set(plain["argv"])
    assert [call["stdin"] for call in secret] == ["made up", "made up too"]
    assert {"coursematch:madeUpKey", "--secret"} <= set(secret[0]["argv"])
    assert "made up" not in " ".join(part for call in fake_pulumi.calls() for part in call["argv"])


def test_ends_what_an_up_that_stopped_half_way_left_in_docker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = tmp_path / "said"
    for program, does in {"kind": '[ "$1" != create ]', "docker": "true", "pulumi": "true"}.items():
        fake = tmp_path / "bin" / program
        fake.parent.mkdir(exist_ok=True)
        fake.write_text(f'#!/bin/sh\necho "{program} $*" >> {shlex.quote(str(said))}\n{does}\n')
        fake.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setattr("sandbox.localstack.up.ROOMS", ())
    folder = ["--state", str(tmp_path / "state")]
    assert main(["up", "--substrate", "localstack", "--detach", *folder]) != 0
    assert "kind create" in capsys.readouterr().err
    assert main(["down", *folder]) == 0
    assert "kind delete cluster --name coursematch" in said.read_text().splitlines()
    assert not (tmp_path / "state" / "docker.json").exists()


def test_the_index_has_room_for_what_its_models_write(tmp_path: Path) -> None:
    if load_embedder() is None:
        pytest.skip("needs the models of the dependency group `semantic`, which `nox -s tests` installs")
    LocalEmbedder(tmp_path).embed(["a first text"])
    written = sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file())
    (room,) = [
        volume["emptyDir"]["sizeLimit"]
        for resource in resources(SYSTEM, "localstack")
        if (resource.type, resource.name) == ("kubernetes:apps/v1:Deployment", "mock-algolia")
        for volume in resource.inputs["spec"]["template"]["spec"]["volumes"]
        if "emptyDir" in volume
    ]
    assert room.endswith("Mi")
    assert 100_000_000 < written * 1.5 < int(room.removesuffix("Mi")) * 2**20  # else its pod is evicted
