"""How each step of `sandbox.stack` is done on the embedded substrate."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from infra_pulumi.secret_text import Secret
from sandbox.embedded.kubernetes.manifests import LocalPlan, Machine, Probe, local_plan
from sandbox.embedded.kubernetes.probes import http_status, passes
from sandbox.embedded.kubernetes.workloads import FIRST_DELAY, HEALTHY_AFTER, LONGEST_DELAY, Workloads
from sandbox.embedded.postgres import start_postgres
from sandbox.embedded.pulumi_engine.deployment import Deployed, Deployer
from sandbox.gateway.emulator_start import EmulatorMissing, clear_scratch, emulator_command
from sandbox.gateway.front_door import front_door_command
from sandbox.processes.process_spec import ProcessSpec, base_environment
from sandbox.processes.supervision import Child, ProcessEnded, Supervisor, until
from sandbox.setup.aws_keys import cli_profile, new_keys
from sandbox.setup.credentials import Credentials
from sandbox.setup.database import DatabaseUrls
from sandbox.setup.endpoints import ALGOLIA_INDEX, endpoints, local_url, write_endpoints
from sandbox.setup.inputs import Inputs
from sandbox.setup.ports import LOOPBACK, Ports, free_port
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.readiness import Question, ask
from sandbox.setup.stack_values import stack_values
from sandbox.setup.state import State, write_whole
from sandbox.terminal.progress import Progress

LOAD = "lms-load"
SETTLED_SECONDS = 2.0
"""After these the emulator calls a new function active (it takes half a second over it)."""
SERVES_SECONDS = 10.0
"""How long a first call of a function may take, its process and its imports included."""


async def _nothing() -> None:
    """Tidy nothing up."""


class Embedded:
    """One running sandbox on the embedded substrate: what the steps share."""

    def __init__(
        self, state: State, ports: Ports, credentials: Credentials, renewed: bool, inputs: Inputs,
        supervisor: Supervisor, progress: Progress, semantic: bool,
    ) -> None:  # fmt: skip
        self.state = state
        self.ports = ports
        self.credentials = credentials
        self.renewed = renewed
        self.inputs = inputs
        self.supervisor = supervisor
        self.progress = progress
        self.aws_keys = new_keys()
        self.deployer = Deployer(supervisor)
        self.database: asyncio.Future[DatabaseUrls] = asyncio.get_running_loop().create_future()
        self.deployed: Deployed | None = None
        self.running: Workloads | None = None
        self.sync_report: dict[str, Any] | None = None
        self.question: Question | None = None
        self.semantic = semantic
        self.semantic_later = False
        self.sync_later = False
        self.data_kept = False
        self.kept_up: set[str] = set()
        self.mending: set[str] = set()
        self.tasks: set[asyncio.Task[None]] = set()

    @property
    def aws_endpoint(self) -> str:
        return f"http://{LOOPBACK}:{self.ports.aws}"

    @property
    def target_file(self) -> Path:
        return self.state.run / "api-url"

    def endpoints(self) -> dict[str, Any]:
        """What `endpoints.json` says."""
        owner = self.database.result().owner if self.database.done() else None
        gateway = self.deployed.outputs["apiUrl"] if self.deployed else ""
        return endpoints(self.ports, self.credentials, self.aws_keys, owner, gateway)

    def keep_deployment(self) -> None:
        """Ask the emulator, once its functions have settled, to write down what was deployed; dead, it begins with it.

        Then the API is back as fast as a process starts, without the program's seconds.
        """
        emulator = self.supervisor.children["aws"]

        def ask() -> None:
            if emulator.running and emulator.pid is not None and sys.platform != "win32":
                os.kill(emulator.pid, signal.SIGUSR1)

        asyncio.get_running_loop().call_later(SETTLED_SECONDS, ask)

    def forget_deployment(self) -> None:
        """Point the front door at nothing: it says 503 until the program has run again."""
        self.target_file.unlink(missing_ok=True)

    def watch(
        self,
        child: Child,
        mend: Callable[[], Awaitable[object]],
        gone: Callable[[], Awaitable[None]] = _nothing,
        first_delay: float = FIRST_DELAY,
    ) -> None:
        """Should `child` end by itself, say so, tidy up (`gone`), start it and `mend` what it lost; ends with `close`.

        What fails is tried again, after a delay that doubles, until it works: nothing else would try it.
        """

        self.kept_up.add(child.spec.name)

        async def look() -> None:
            delay, clock = first_delay, asyncio.get_running_loop().time
            while True:
                began = clock()
                code = await child.wait()
                delay = first_delay if clock() - began > HEALTHY_AFTER else delay
                self.progress.note(
                    f"{child.spec.name} ended with code {code}; starting it again in {delay:.0f} s (see {child.log})"
                )
                await gone()
                await asyncio.sleep(delay)
                delay = min(max(delay * 2, FIRST_DELAY), LONGEST_DELAY)
                while not await self._mended(child, mend):
                    await asyncio.sleep(delay)
                    delay = min(delay * 2, LONGEST_DELAY)

        task = asyncio.ensure_future(look())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _mended(self, child: Child, mend: Callable[[], Awaitable[object]]) -> bool:
        self.mending.add(child.spec.name)
        try:
            if not child.running:
                await child.start()
            await mend()
        except (SandboxProblem, OSError) as problem:
            self.progress.note(f"{child.spec.name} is not mended yet, and will be tried again. {problem}")
            return False
        self.mending.discard(child.spec.name)
        return True

    async def close(self) -> None:
        """Stop mending and restarting. The supervisor, closed next, ends the processes, the database last."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        if self.running is not None:
            await self.running.close()
        others = [child for name, child in self.supervisor.children.items() if name != "postgres"]
        await asyncio.gather(*(child.stop() for child in others))


async def postgres(sandbox: Embedded) -> str:
    """Start the database."""
    new = not sandbox.state.postgres.exists()
    found = await start_postgres(
        sandbox.supervisor, sandbox.state, sandbox.credentials, sandbox.ports.postgres, sandbox.progress.note,
        renew=sandbox.renewed,
    )  # fmt: skip
    sandbox.database.set_result(found)

    async def mended() -> None:
        """Postgres recovers by itself from its write-ahead log."""

    sandbox.watch(sandbox.supervisor.children["postgres"], mended)
    return "new database" if new else "data kept"


async def aws(sandbox: Embedded) -> str:
    """Start the emulator; should it die later, deploy again, for it keeps nothing."""
    try:
        command = emulator_command(sandbox.ports.aws, sandbox.state.root, sandbox.aws_keys)
    except EmulatorMissing as missing:
        raise SandboxProblem(str(missing), "`python -m sandbox doctor` says what else is missing.") from missing
    child = await _start(sandbox, command)
    write_whole(sandbox.state.aws_config, cli_profile(sandbox.aws_keys, sandbox.aws_endpoint).encode(), mode=0o600)

    async def gone() -> None:
        """Say 503 from now on, and leave nothing of the dead emulator: its workers, and what it had unpacked."""
        sandbox.forget_deployment()
        await child.stop()
        await asyncio.to_thread(clear_scratch, sandbox.state.root, keep_deployment=True)

    async def mend() -> None:
        await _healthy(command, child)
        if sandbox.deployed is not None and await _serves(sandbox.deployed.outputs["apiUrl"]):
            write_whole(sandbox.target_file, sandbox.deployed.outputs["apiUrl"].encode())
            return
        await child.stop()  # what it holds of the deployment is not whole: another one begins empty
        await asyncio.to_thread(clear_scratch, sandbox.state.root)
        await child.start()
        await _healthy(command, child)
        await deploy(sandbox)
        if sandbox.state.endpoints_file.exists():  # the API has another id now
            write_endpoints(sandbox.state, sandbox.endpoints())

    sandbox.watch(child, mend, gone, first_delay=0.0)
    return "MiniStack, behind a guard"


async def front_door(sandbox: Embedded) -> str:
    """Start the short URLs; they answer 503 until the program has run."""
    command = front_door_command(sandbox.ports.front_door, sandbox.target_file, sandbox.state.root)
    child = await _start(sandbox, command)
    sandbox.watch(child, lambda: _healthy(command, child))
    return f"http://{LOOPBACK}:{sandbox.ports.front_door}"


async def lambdas(sandbox: Embedded) -> str:
    """Build the zips whose inputs changed; meanwhile the program's process does its imports."""
    await sandbox.deployer.prepare()
    everything = dict(os.environ)  # a first build downloads: it needs the user's proxies and caches
    spec = ProcessSpec("package", (sys.executable, "-m", "infra_pulumi.package"), env=everything)
    code = await sandbox.supervisor.run(spec)
    child = sandbox.supervisor.children["package"]
    if code != 0:
        raise ProcessEnded("The Lambda zips could not be built.", f"The end of {child.log}:\n{child.log_tail()}")
    lines = child.log_tail(8).splitlines()
    built = [line.split(":")[0] for line in lines if ": built" in line]
    return f"built {', '.join(built)}" if built else "unchanged"


async def program(sandbox: Embedded) -> str:
    """Run the Pulumi program against the emulator."""
    await deploy(sandbox)
    assert sandbox.deployed is not None  # noqa: S101 - deploy sets it or raises
    functions = json.loads(sandbox.deployed.outputs.get("functions", "[]"))
    routes = json.loads(sandbox.deployed.outputs.get("routes", "[]"))
    return f"{len(functions)} functions, {len(routes)} routes, {len(sandbox.deployed.manifests)} manifests"


async def deploy(sandbox: Embedded) -> None:
    """Run the program and point the front door at what it made."""
    values = stack_values(sandbox.credentials, await sandbox.database, local_url(sandbox.ports.lms))
    values |= {
        "awsSecretKey": Secret(sandbox.aws_keys.secret_access_key),
        "algoliaIndex": ALGOLIA_INDEX,
        "algoliaHosts": local_url(sandbox.ports.algolia),
        "advisorPublicUrl": local_url(sandbox.ports.front_door),
    }
    if not sandbox.semantic:
        values["algoliaMode"] = "keywordSearch"
    if sandbox.inputs.catalog:
        values["catalogFile"] = str(sandbox.inputs.catalog)
    if sandbox.inputs.enrollments:
        values["enrollmentsFile"] = str(sandbox.inputs.enrollments)
    sandbox.deployed = await sandbox.deployer.deploy(values, sandbox.aws_endpoint)
    write_whole(sandbox.target_file, sandbox.deployed.outputs["apiUrl"].encode())
    sandbox.keep_deployment()


async def workloads(sandbox: Embedded) -> str:
    """Start the cluster's Deployments as local processes."""
    assert sandbox.deployed is not None  # noqa: S101 - the program step ran
    plan: LocalPlan = local_plan(
        sandbox.deployed.manifests,
        Machine(
            python=sys.executable,
            ports={"lms": sandbox.ports.lms, "mock-algolia": sandbox.ports.algolia},
            free_port=free_port,
            volume=sandbox.state.volume,
            scratch=lambda name: _made(sandbox.state.run / name),
            local=sandbox.state.root,
            base_env=base_environment(),
        ),
    )
    sandbox.running = Workloads(sandbox.supervisor, plan, sandbox.progress.note)
    sandbox.running.start_deployments()
    return f"{len(plan.deployments)} Deployments, {len(plan.jobs)} Jobs, {len(plan.cron_jobs)} CronJobs"


async def load(sandbox: Embedded) -> str | None:
    """Run the Job that fills the LMS's database, unless it holds these very files already."""
    await running(sandbox).run_job(LOAD)
    report = last_json(sandbox.supervisor.children[LOAD])
    if not report.get("changed"):
        sandbox.data_kept = True
        return "data kept"
    return f"{report.get('courses')} courses, {report.get('enrollments')} enrollments"


async def lms(sandbox: Embedded) -> None:
    """Wait for the learning platform."""
    await running(sandbox).ready("lms")


async def algolia(sandbox: Embedded) -> None:
    """Wait for the search service."""
    await running(sandbox).ready("mock-algolia")


async def warm(sandbox: Embedded) -> str:
    """Start the Lambdas' first processes while the index is filled: the first request takes a second, later ones ms."""
    status = await http_status(f"http://{LOOPBACK}:{sandbox.ports.front_door}/health")
    return f"GET /health → {status}"


async def answer(sandbox: Embedded) -> str:
    """Ask one real question through the front door and the gateway; ready is only who answers from the synced index."""
    sandbox.question = await ask(sandbox.endpoints())
    return sandbox.question.words


def last_json(child: Child) -> dict[str, Any]:
    """The last JSON object in a process's log."""
    return next((found for line in reversed(child.log_tail(50).splitlines()) if (found := json_of(line.encode()))), {})


def json_of(line: bytes) -> dict[str, Any]:
    """The JSON object of a log's line; empty where it is none."""
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def running(sandbox: Embedded) -> Workloads:
    """The cluster's workloads, once the step that starts them ran."""
    assert sandbox.running is not None  # noqa: S101 - the workloads step ran
    return sandbox.running


async def _start(sandbox: Embedded, command: ProcessSpec) -> Child:
    child = sandbox.supervisor.add(ProcessSpec(command.name, command.argv, env=command.env, cwd=command.cwd))
    await child.start()
    await _healthy(command, child)
    return child


async def _serves(api_url: str) -> bool:
    """Whether the deployed API is there: its contract is answered, by a function of it."""
    try:
        async with asyncio.timeout(SERVES_SECONDS):
            return await http_status(f"{api_url}/openapi.yaml") == 200
    except (OSError, TimeoutError, ValueError):
        return False


async def _healthy(command: ProcessSpec, child: Child) -> None:
    probe = Probe(url=command.health_url)
    await until(lambda: passes(probe), child, seconds=30)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
