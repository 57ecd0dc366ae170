"""The LocalStack container, on the cluster's network so that Lambdas reach the cluster."""

from __future__ import annotations

import os

from sandbox.localstack.programs import ProgramFailed, run
from sandbox.setup.loopback_http import answers_within

NAME = "coursematch-localstack"
# The last image that needs no account (26 February 2026). Newer ones need the user's own token.
FREE_IMAGE = "localstack/localstack:4.14.0"
NETWORK = "kind"
START_SECONDS = 120


def image() -> str:
    """Name the image to run: COURSEMATCH_LOCALSTACK_IMAGE (with LOCALSTACK_AUTH_TOKEN), or the last free one."""
    return os.environ.get("COURSEMATCH_LOCALSTACK_IMAGE", FREE_IMAGE)


def start(port: int) -> str:
    """Start LocalStack on loopback `port` (anew if it was there) and wait for it; answers its endpoint."""
    remove()
    # Named and not given: the token's value shows in no process list.
    token = ["--env", "LOCALSTACK_AUTH_TOKEN"] if "LOCALSTACK_AUTH_TOKEN" in os.environ else []
    run(
        "docker", "run", "--detach", "--name", NAME, "--network", NETWORK,
        "--publish", f"127.0.0.1:{port}:4566",
        "--volume", "/var/run/docker.sock:/var/run/docker.sock",  # it starts a container for every Lambda
        "--env", f"LAMBDA_DOCKER_NETWORK={NETWORK}", "--env", f"MAIN_CONTAINER_NAME={NAME}",
        "--env", "DISABLE_EVENTS=1", "--env", "LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT=60",
        *token, image(),
    )  # fmt: skip
    endpoint = f"http://127.0.0.1:{port}"
    if answers_within(START_SECONDS, f"{endpoint}/_localstack/health"):
        return endpoint
    raise ProgramFailed(f"LocalStack did not answer within {START_SECONDS} s; `docker logs {NAME}` has the reason")


def remove() -> None:
    """Remove LocalStack and the containers of its Lambdas, if they are there."""
    names = run("docker", "ps", "--all", "--filter", f"name=^{NAME}", "--format", "{{.Names}}").split()
    ours = [name for name in names if name == NAME or name.startswith(f"{NAME}-lambda-")]
    if ours:
        run("docker", "rm", "--force", *ours)
