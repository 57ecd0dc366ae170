"""The container of the emulated AWS, on the cluster's network so that Lambdas reach the cluster."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sandbox.localstack.emulators import Emulator, Running, chosen
from sandbox.localstack.programs import ProgramFailed, run
from sandbox.setup.loopback_http import answers_within

NAME = "coursematch-localstack"
NETWORK = "kind"
START_SECONDS = 120


def start(port: int) -> str:
    """Start the chosen emulator on loopback `port` (anew if it was there) and wait for it; answers its endpoint."""
    emulator = chosen(os.environ)
    if isinstance(emulator, Running):
        return emulator.endpoint
    remove()
    run("docker", *command(emulator, port, os.environ))
    endpoint = f"http://127.0.0.1:{port}"
    if answers_within(START_SECONDS, f"{endpoint}{emulator.health_path}"):
        return endpoint
    raise ProgramFailed(
        f"{emulator.image} did not answer within {START_SECONDS} s; `docker logs {NAME}` has the reason"
    )


def command(emulator: Emulator, port: int, environment: Mapping[str, str]) -> list[str]:
    """Give Docker's arguments. A token is named and not given: its value shows in no process list."""
    told = [f"{name}={value.format(network=NETWORK, name=NAME)}" for name, value in emulator.told.items()]
    told += [name for name in emulator.passed_on if name in environment]
    socket = ["--volume", "/var/run/docker.sock:/var/run/docker.sock"] if emulator.starts_containers else []
    return [
        "run", "--detach", "--name", NAME, "--network", NETWORK, "--publish", f"127.0.0.1:{port}:4566",
        *socket, *(part for one in told for part in ("--env", one)), emulator.image,
    ]  # fmt: skip


def remove() -> None:
    """Remove the emulator and the containers of its Lambdas, if they are there."""
    names = run("docker", "ps", "--all", "--filter", f"name=^{NAME}", "--format", "{{.Names}}").split()
    ours = [name for name in names if name == NAME or name.startswith(f"{NAME}-lambda-")]
    if ours:
        run("docker", "rm", "--force", *ours)
