"""The cloud's side of a start: emulated AWS, front door, the Lambdas' zips, and the program that deploys them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.embedded.deployed_api import DeployedApi
from sandbox.embedded.seams import Listening
from sandbox.embedded.start import Start
from sandbox.embedded.telemetry import Receiving
from sandbox.gateway.emulator_start import EmulatorMissing, emulator_command
from sandbox.gateway.front_door import front_door_command
from sandbox.processes.process_spec import ProcessSpec
from sandbox.processes.supervision import ProcessEnded, until_healthy
from sandbox.setup.aws_keys import cli_profile
from sandbox.setup.caches import cache_environment
from sandbox.setup.endpoints import local_url
from sandbox.setup.loopback_http import status_of
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import write_whole

WARM_SECONDS = 30.0


@dataclass(frozen=True)
class Emulator:
    """The emulated AWS answers; `api` is what will be deployed to it."""

    api: DeployedApi
    words: str = "MiniStack, behind a guard"


@dataclass(frozen=True)
class FrontDoor:
    """The short URLs answer: 503 until the program has run."""

    url: str

    @property
    def words(self) -> str:
        """Say where."""
        return self.url


@dataclass(frozen=True)
class Zips:
    """The Lambdas' zips are as the source is; `built` names those that had to be made."""

    built: tuple[str, ...]

    @property
    def words(self) -> str:
        """Say which were built."""
        return f"built {', '.join(self.built)}" if self.built else "unchanged"


@dataclass(frozen=True)
class Program:
    """The Pulumi program has run; the cluster's manifests are its other half."""

    manifests: list[Mapping[str, Any]]
    words: str


@dataclass(frozen=True)
class Warm:
    """The Lambdas' first processes run: the first request takes a second, later ones milliseconds."""

    words: str = ""


async def aws(start: Start) -> Emulator:
    """Start the emulator; should it die later, the API is brought back."""
    try:
        command = emulator_command(start.ports.aws, start.state.root, start.aws_keys)
    except EmulatorMissing as missing:
        raise SandboxProblem(str(missing), "`python -m sandbox doctor` says what else is missing.") from missing
    child = start.supervisor.add(command)
    await child.start()
    await until_healthy(child)
    profile = cli_profile(start.aws_keys, local_url(start.ports.aws))
    write_whole(start.state.aws_config, profile.encode(), mode=0o600)
    api = DeployedApi(start, child)
    start.keeper.keep(child, api.repair, api.clear_up, first_delay=0.0)
    return Emulator(api)


async def front_door(start: Start) -> FrontDoor:
    """Start the short URLs, with the console at their root."""
    command = front_door_command(start.ports.front_door, start.target_file, start.state.root)
    child = start.supervisor.add(command)
    await child.start()
    await until_healthy(child)
    start.keeper.keep(child, lambda: until_healthy(child))
    return FrontDoor(local_url(start.ports.front_door))


async def lambdas(start: Start) -> Zips:
    """Build the zips whose inputs changed; meanwhile the program's process does its imports."""
    await start.deployer.prepare()
    everything = {
        **os.environ,
        **cache_environment(),
    }  # a first build downloads: it needs the user's proxies and caches
    code = await start.supervisor.run(
        ProcessSpec("package", (sys.executable, "-m", "infra_pulumi.package"), env=everything)
    )
    child = start.supervisor.children["package"]
    if code != 0:
        raise ProcessEnded("The Lambda zips could not be built.", f"The end of {child.log}:\n{child.log_tail()}")
    lines = child.log_tail(8).splitlines()
    return Zips(tuple(line.split(":")[0] for line in lines if ": built" in line))


async def program(_: Start, emulator: Emulator, __: Zips, ___: Listening, ____: Receiving) -> Program:
    """Run the Pulumi program against the emulator."""
    deployed = await emulator.api.deploy()
    counts = {name: len(json.loads(deployed.outputs.get(name, "[]"))) for name in ("functions", "routes")}
    words = f"{counts['functions']} functions, {counts['routes']} routes, {len(deployed.manifests)} manifests"
    return Program(deployed.manifests, words)


async def warm(_: Start, front_door: FrontDoor, __: Program) -> Warm:
    """Have the first function's process started while the index is filled; nothing depends on what it answers."""
    await status_of(f"{front_door.url}/openapi.yaml", WARM_SECONDS)
    return Warm()
