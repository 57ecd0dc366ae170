"""The API in the emulator: deployed, shown to callers, and deployed again where the emulator has lost it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any

from infra_pulumi.secret_text import Secret
from sandbox.embedded.pulumi_engine.deployment import Deployed
from sandbox.embedded.start import Start
from sandbox.gateway.emulator_start import clear_scratch
from sandbox.processes.supervision import Child, until_healthy
from sandbox.setup.database import database_urls
from sandbox.setup.endpoints import ALGOLIA_INDEX, endpoints, local_url, write_endpoints
from sandbox.setup.loopback_http import status_of
from sandbox.setup.ports import LOOPBACK
from sandbox.setup.stack_values import StackValues, stack_values
from sandbox.setup.state import read_json, write_whole

SETTLED_SECONDS = 2.0
"""After these the emulator calls a new function active (it takes half a second over it)."""
SERVES_SECONDS = 10.0
"""How long a first call of a function may take, its process and its imports included."""


class DeployedApi:
    """One for a start; `url` is where the gateway answers now, empty before the first deployment."""

    def __init__(self, start: Start, emulator: Child) -> None:
        self.url = ""
        self._start = start
        self._emulator = emulator

    async def deploy(self) -> Deployed:
        """Run the Pulumi program and show callers what it made. Raises `NotDeployed`."""
        aws = local_url(self._start.ports.aws)
        deployed = await self._start.deployer.deploy(_values(self._start), aws)
        self.url = str(deployed.outputs["apiUrl"])
        self._keep_when_settled()
        self._show()  # last: a disk that is full must not keep the rest from being done
        return deployed

    async def clear_up(self) -> None:
        """Say 503 from now on, and leave nothing of the dead emulator: its workers, and what it had unpacked."""
        self._start.target_file.unlink(missing_ok=True)
        await self._emulator.stop()
        await asyncio.to_thread(clear_scratch, self._start.state.root, keep_deployment=True)

    async def repair(self) -> None:
        """Bring the API back on an emulator that was started again: as it kept it, else deployed anew."""
        await until_healthy(self._emulator)
        if self.url and await self._serves():
            self._show()
            return
        await self._emulator.stop()  # what it holds of the deployment is not whole: another one begins empty
        await asyncio.to_thread(clear_scratch, self._start.state.root)
        await self._emulator.start()
        await until_healthy(self._emulator)
        if self.url:
            await self.deploy()

    def _show(self) -> None:
        """Point the front door at the API, and `endpoints.json`, where it is written already: the id may be new."""
        write_whole(self._start.target_file, self.url.encode())
        written = read_json(self._start.state.endpoints_file)
        if written is not None and written.get("gateway") != self.url:
            write_endpoints(self._start.state, found_at(self._start, self.url))

    async def _serves(self) -> bool:
        """Tell whether the deployed API is there: its contract is answered, by a function of it."""
        return await status_of(f"{self.url}/openapi.yaml", SERVES_SECONDS) == 200

    def _keep_when_settled(self) -> None:
        """Ask the emulator, once its functions have settled, to write down what was deployed; dead, it begins with it.

        Then the API is back as fast as a process starts, without the program's seconds.
        """
        emulator = self._emulator

        def ask() -> None:
            if emulator.running and emulator.pid is not None and sys.platform != "win32":
                os.kill(emulator.pid, signal.SIGUSR1)

        asyncio.get_running_loop().call_later(SETTLED_SECONDS, ask)


def found_at(start: Start, gateway: str) -> dict[str, Any]:
    """Give what `endpoints.json` says, with the gateway at this URL."""
    return endpoints(start.ports, start.credentials, start.aws_keys, start.database.owner, gateway)


def _values(start: Start) -> StackValues:
    seams = start.seams
    database = database_urls(
        start.credentials, *(f"{LOOPBACK}:{port}" for port in (seams.database_for_lms, seams.database))
    )
    values = stack_values(start.credentials, database, local_url(start.ports.lms)) | {
        "awsSecretKey": Secret(start.aws_keys.secret_access_key),
        "algoliaIndex": ALGOLIA_INDEX,
        "algoliaHosts": local_url(seams.index),
        "advisorPublicUrl": local_url(start.ports.front_door),
        "otlpEndpoint": start.otlp_endpoint,
        # Invented learners may be seen through; somebody's own may not.
        "traceQuestions": "false" if start.inputs.enrollments else "true",
        "traceWaitMs": "0",  # the emulator's workers go on running once they have answered
    }
    if not start.semantic:
        values["algoliaMode"] = "keywordSearch"
    if start.inputs.catalog:
        values["catalogFile"] = str(start.inputs.catalog)
    if start.inputs.enrollments:
        values["enrollmentsFile"] = str(start.inputs.enrollments)
    return values
