"""What a start is given before its first step."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from sandbox.embedded.pulumi_engine.deployment import Deployer
from sandbox.faults.seams import Seams
from sandbox.processes.conditions import Conditions
from sandbox.processes.keeper import Keeper
from sandbox.processes.supervision import Supervisor
from sandbox.setup.aws_keys import AwsKeys
from sandbox.setup.credentials import Credentials
from sandbox.setup.database import DatabaseUrls, database_urls
from sandbox.setup.inputs import Inputs
from sandbox.setup.ports import LOOPBACK, Ports
from sandbox.setup.state import State
from sandbox.telemetry.address import otlp_endpoint


@dataclass(frozen=True)
class Start:
    """One start of the embedded substrate; every step takes it first.

    `new_passwords`: a kept database has to learn them. `semantic`: the index is to answer by meaning too.
    `light`: without it, and without traces. `closing`
    takes what is done at the end, before the processes are stopped. `note` tells a person something, `detail` how far
    the step of that name is.
    """

    state: State
    ports: Ports
    credentials: Credentials
    new_passwords: bool
    inputs: Inputs
    semantic: bool
    light: bool
    aws_keys: AwsKeys
    supervisor: Supervisor
    keeper: Keeper
    deployer: Deployer
    conditions: Conditions
    closing: AsyncExitStack
    note: Callable[[str], None]
    detail: Callable[[str, str], None]

    @property
    def database(self) -> DatabaseUrls:
        """How the database is reached, once it is there."""
        return database_urls(self.credentials, f"{LOOPBACK}:{self.ports.postgres}")

    @property
    def seams(self) -> Seams:
        """Where the parts call each other, once the proxies listen there."""
        found = Seams.read(self.state.run)
        if found is None:
            raise ValueError("the seams do not listen yet: name their step in `after`")
        return found

    @property
    def otlp_endpoint(self) -> str:
        """Where spans and metrics are received, once the receiver listens; empty where a light start has none."""
        if self.light:
            return ""
        found = otlp_endpoint(self.state.run)
        if found is None:
            raise ValueError("telemetry is not received yet: name its step in `after`")
        return found

    @property
    def target_file(self) -> Path:
        """Where the front door reads the deployed API's URL."""
        return self.state.run / "api-url"
