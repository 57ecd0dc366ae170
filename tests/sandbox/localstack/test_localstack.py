"""The localstack substrate's own parts, as far as they can be proven without Docker."""

from __future__ import annotations

import dataclasses
import json
import os
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import kubernetes_validate  # type: ignore[import-untyped]  # the package carries no types
import psutil
import pytest
from pulumi import automation

from infra_pulumi.examples import LEFT_OPEN, SYSTEM, resources, settings
from infra_pulumi.secret_text import Secret
from sandbox.__main__ import main
from sandbox.localstack import cluster, container, database
from sandbox.localstack.deployment import deploy, keep_settings
from sandbox.localstack.down import remember
from sandbox.localstack.emulators import KNOWN, SETTING, Emulator, EmulatorUnknown, Running, chosen
from sandbox.setup.credentials import Credentials
from sandbox.setup.stack_values import StackValues
from sandbox.setup.state import State
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


@pytest.fixture
def said_to_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Doubles of the substrate's programs, of which kind makes no cluster; what they were told is in the file."""
    said = tmp_path / "said"
    for program, does in {"kind": '[ "$1" != create ]', "docker": "true", "pulumi": "true"}.items():
        fake = tmp_path / "bin" / program
        fake.parent.mkdir(exist_ok=True)
        fake.write_text(f'#!/bin/sh\necho "{program} $*" >> {shlex.quote(str(said))}\n{does}\n')
        fake.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setattr("sandbox.localstack.up.ROOMS", ())
    return said


def test_ends_what_an_up_that_stopped_half_way_left_in_docker(
    tmp_path: Path, said_to_docker: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ["--state", str(tmp_path / "state")]
    assert main(["up", "--substrate", "localstack", "--detach", *folder]) != 0
    assert "kind create" in capsys.readouterr().err
    assert main(["down", *folder]) == 0
    assert "kind delete cluster --name coursematch" in said_to_docker.read_text().splitlines()
    assert not (tmp_path / "state" / "docker.json").exists()


@pytest.fixture
def at_work(tmp_path: Path) -> Iterator[tuple[State, subprocess.Popen[str], psutil.Process]]:
    """A state folder that an `up` is at work on, and that with its engine, a process of its own."""
    engine = "import subprocess, sys; one = subprocess.Popen(['sleep', '600']); print(one.pid, flush=True); one.wait()"
    state = State(tmp_path / "state")
    state.claim()
    with subprocess.Popen([sys.executable, "-c", engine], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        child = psutil.Process(int(process.stdout.readline()))
        remember(state, process.pid)
        yield state, process, child
        process.kill()
        with suppress(psutil.NoSuchProcess):
            child.kill()


AtWork = tuple[State, subprocess.Popen[str], psutil.Process]


def test_down_ends_an_up_that_is_at_work_with_its_engine(at_work: AtWork, said_to_docker: Path) -> None:
    state, process, child = at_work
    (state.root / "pulumi").mkdir()
    assert main(["down", "--state", str(state.root)]) == 0
    assert process.poll() is not None
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    assert not (state.root / "pulumi").exists()


def test_says_that_an_up_in_docker_is_not_ready_yet(at_work: AtWork, capsys: pytest.CaptureFixture[str]) -> None:
    state, _, _ = at_work
    assert main(["status", "--state", str(state.root)]) == 1
    said = capsys.readouterr().out
    assert "not ready (yet)" in said
    assert "None" not in said


def test_refuses_a_second_up_while_the_first_is_at_work(
    at_work: AtWork, said_to_docker: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state, process, _ = at_work
    assert main(["up", "--substrate", "localstack", "--state", str(state.root)]) == 1
    assert "at work" in capsys.readouterr().err
    assert process.poll() is None


def test_a_second_up_ends_the_first_ones_front_door(at_work: AtWork, said_to_docker: Path) -> None:
    state, process, _ = at_work
    state.endpoints_file.write_text('{"api": "http://127.0.0.1:1"}')
    assert main(["up", "--substrate", "localstack", "--detach", "--state", str(state.root)]) != 0
    assert process.poll() is not None
    assert not state.endpoints_file.exists()


class EngineDouble:
    """Notes what a deploy asks of the engine, in order."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, object]]] = []

    def cancel(self) -> None:
        self.asked.append(("cancel", {}))

    def refresh(self, **options: object) -> None:
        self.asked.append(("refresh", options))

    def up(self, **options: object) -> SimpleNamespace:
        self.asked.append(("up", options))
        return SimpleNamespace(outputs={"apiUrl": SimpleNamespace(value="http://api")})


def test_looks_for_what_the_state_lists_before_it_deploys() -> None:
    """The emulator is a new one at each `up`, and an engine that was killed leaves a lock and creates under way."""
    engine = EngineDouble()
    assert deploy(cast(automation.Stack, engine), lambda _: None) == {"apiUrl": "http://api"}
    assert [name for name, _ in engine.asked] == ["cancel", "refresh", "up"]
    assert engine.asked[1][1]["clear_pending_creates"] is True


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
