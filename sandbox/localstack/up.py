"""`sandbox up --substrate localstack`: the same system in Docker."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
from dataclasses import dataclass

import httpx
from rich.console import Console

from infra_pulumi import images
from infra_pulumi.package.build import ROOMS, build
from sandbox.gateway.front_door import front_door_command
from sandbox.localstack import cluster, container, database, programs
from sandbox.localstack.down import down, end, remember, remembered
from sandbox.setup.aws_keys import ANY_SECRET, AwsKeys
from sandbox.setup.credentials import Credentials, load_credentials
from sandbox.setup.database import DatabaseUrls, database_urls
from sandbox.setup.endpoints import endpoints, local_url, write_endpoints
from sandbox.setup.ports import LOOPBACK, Ports
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.stack_values import StackValues, stack_values
from sandbox.setup.state import ROOT, State, write_whole

TAG = "localstack"
ANSWER_SECONDS = 120


@dataclass(frozen=True)
class Request:
    """What the command line asked for."""

    state: State
    ports: Ports
    detach: bool


def up(options: argparse.Namespace) -> int:
    """Bring everything up and stay until Ctrl-C (or return, detached). Raises SandboxProblem."""
    if options.catalog or options.enrollments or options.rebuild_index:
        raise SandboxProblem(
            "--catalog, --enrollments and --rebuild-index need the embedded substrate: a cluster keeps its own."
        )
    request = Request(State(options.state), Ports(options.port_base), options.detach)
    programs.check()
    _take_over(request.state)
    request.state.claim()
    request.state.endpoints_file.unlink(missing_ok=True)  # nothing is ready until this `up` says so
    credentials, _ = load_credentials(request.state)
    console = Console()
    front_door = _bring_up(request, credentials, console)
    if request.detach:
        return 0
    try:
        front_door.wait()
    except KeyboardInterrupt:
        console.print("Stopping; this removes the cluster and LocalStack.")
        down(request.state)
    return 0


def _take_over(state: State) -> None:
    """End an earlier front door: what it leads to is made anew. Raises SandboxProblem where an `up` is at work yet."""
    earlier = remembered(state)
    if earlier is not None:
        if not state.endpoints_file.exists():
            raise SandboxProblem(
                f"An `up` is at work on {state.root} already (process {earlier.pid}).",
                f"Wait for it, or end it: `python -m sandbox down --state {state.root}`.",
            )
        end(earlier)


def _bring_up(request: Request, credentials: Credentials, console: Console) -> subprocess.Popen[bytes]:
    from sandbox.localstack import deployment

    ports, root = request.ports, request.state.root
    say = console.print
    remember(request.state, os.getpid())  # an `up` that stops half-way, or is at work, is ended by `down` as well
    say("Lambda zips")
    for room in ROOMS:
        build(room, ROOT)
    say("kind cluster")
    cluster.create(
        {
            cluster.ALGOLIA_NODE_PORT: ports.algolia,
            cluster.LMS_NODE_PORT: ports.lms,
            cluster.POSTGRES_NODE_PORT: ports.postgres,
        }
    )
    say("LocalStack")
    endpoint = container.start(ports.aws)
    say("images")
    if images.main(["--tag", TAG]):
        raise SandboxProblem("The images could not be built; the reason stands above.")
    cluster.load([f"coursematch-{image.name}:{TAG}" for image in images.IMAGES])
    say("Postgres")
    cluster.apply(database.manifests(credentials))
    cluster.rolled_out("statefulset/postgres", database.NAMESPACE)
    inside, outside = f"{database.ADDRESS}:5432", f"{cluster.NODE}:{cluster.POSTGRES_NODE_PORT}"
    urls = database_urls(credentials, inside, reader_address=outside)
    say("pulumi up")
    # A Job in the cluster reads the database at its address there, the Lambdas outside at the node's.
    job: StackValues = {"modelDatabaseUrl": database_urls(credentials, inside).reader}
    stack = deployment.stack(root, credentials.control_key.value, _values(request, credentials, endpoint, urls) | job)
    outputs = deployment.deploy(stack, lambda line: console.print(line, markup=False, highlight=False))
    say("sync")
    console.print(cluster.run_job_from("catalog-sync").strip().splitlines()[-1], markup=False)
    say("recommendation model")
    console.print(cluster.run_job_from("recommendation-model").strip().splitlines()[-1], markup=False)
    target = request.state.run / "api-url"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, outputs["apiUrl"].encode())
    spec = front_door_command(ports.front_door, target)
    front_door = subprocess.Popen(  # noqa: S603 - a module of ours
        spec.argv, env=dict(spec.env), cwd=spec.cwd, start_new_session=request.detach
    )
    remember(request.state, front_door.pid)
    _first_answer(f"http://127.0.0.1:{ports.front_door}")
    owner = database_urls(credentials, f"{LOOPBACK}:{ports.postgres}").owner
    write_endpoints(request.state, endpoints(ports, credentials, AwsKeys(ANY_SECRET), owner, outputs["apiUrl"]))
    console.print(f"Ready: http://127.0.0.1:{ports.front_door}/coursematch?keywords=python", markup=False)
    return front_door


def _values(request: Request, credentials: Credentials, endpoint: str, urls: DatabaseUrls) -> StackValues:
    known = stack_values(credentials, urls, local_url(request.ports.lms))
    return known | {"awsEndpoint": endpoint, "imageTag": TAG}


def _first_answer(api: str) -> None:
    """Ready means that a real question has been answered from the synced index."""
    until, last = time.monotonic() + ANSWER_SECONDS, "nothing"
    with httpx.Client(trust_env=False, timeout=40) as client:
        while time.monotonic() < until:
            try:
                answer = client.get(f"{api}/coursematch", params={"keywords": "python"})
                if answer.status_code == 200 and answer.json()["matches"]:
                    return
                last = f"{answer.status_code} {answer.text[:300]}"
            except (httpx.TransportError, json.JSONDecodeError) as error:
                last = str(error)
            time.sleep(1)
    raise SandboxProblem(f"The system is up, but its API does not answer a question: {last}")
