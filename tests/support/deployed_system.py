"""An emulator of its own for tests, and the deployed system in it: fixtures for a room's conftest to import."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra_pulumi.package.build import ROOMS, build
from infra_pulumi.secret_text import Secret
from sandbox.embedded.pulumi_engine.deployment import Deployed, deploy_once
from sandbox.gateway.emulator_start import emulator_command
from sandbox.processes.process_spec import ProcessSpec
from sandbox.setup.aws_keys import new_keys
from sandbox.setup.stack_values import StackValues
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
KEYS = new_keys()
VALUES: StackValues = {
    "databaseUrl": Secret("postgresql://reader:invented@127.0.0.1:9/coursematch"),
    "lmsDatabaseUrl": Secret("postgresql://owner:invented@127.0.0.1:9/coursematch"),
    "algoliaAdminKey": Secret("invented-admin-key"),
    "algoliaSearchKey": Secret("invented-search-key"),
    "identitySigningKey": Secret("invented-signing-key-of-32-characters"),
    "lmsClientSecret": Secret("invented-client-secret"),
    "lmsLearnerPassword": Secret("invented-password"),
    "awsSecretKey": Secret(KEYS.secret_access_key),
    "algoliaHosts": "http://127.0.0.1:9",
    "lmsPublicUrl": "http://127.0.0.1:9",
}


def running(spec: ProcessSpec) -> Iterator[str]:
    """Run a process until the test is over; gives the base of its URLs once it is ready."""
    process = subprocess.Popen(spec.argv, env=dict(spec.env), cwd=spec.cwd)  # noqa: S603 - a process of ours
    try:
        until = time.monotonic() + 30
        with httpx.Client(trust_env=False) as client:
            while True:
                try:
                    if client.get(spec.health_url).status_code == 200:
                        break
                except httpx.TransportError:
                    assert process.poll() is None, f"{spec.name} ended with code {process.returncode}"
                assert time.monotonic() < until, f"{spec.name} was not ready within 30 s"
                time.sleep(0.05)
        yield spec.health_url.split("/_")[0]
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a fresh emulator behind its guard."""
    yield from running(emulator_command(free_port(), tmp_path_factory.mktemp("state"), KEYS))


@pytest.fixture(scope="session")
def zips() -> None:
    """The Lambda zips, which every program needs."""
    for room in ROOMS:
        build(room, ROOT)


@pytest.fixture(scope="session")
def deployed(emulator: str, zips: None, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The program, deployed to the emulator as `up` does it."""
    return deploy_once(VALUES, emulator, tmp_path_factory.mktemp("deployment"))
