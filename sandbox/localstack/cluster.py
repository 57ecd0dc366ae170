"""The kind cluster: made, filled with images, spoken to through its own kubectl, and removed."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from sandbox.localstack.programs import ProgramFailed, run

NAME = "coursematch"
CONTEXT = f"kind-{NAME}"
NODE = f"{NAME}-control-plane"
NAMESPACE = "coursematch"
ALGOLIA_NODE_PORT, LMS_NODE_PORT, POSTGRES_NODE_PORT = 30082, 30083, 30084
KUBECTL = ("kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf")


def create(ports: dict[int, int]) -> None:
    """Make the cluster unless it is there; `ports` leads node ports to loopback ports of this machine."""
    if NAME in run("kind", "get", "clusters").split():
        return
    mappings = [
        {"containerPort": node_port, "hostPort": port, "listenAddress": "127.0.0.1", "protocol": "TCP"}
        for node_port, port in ports.items()
    ]
    config = {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "nodes": [{"role": "control-plane", "extraPortMappings": mappings}],
    }
    run("kind", "create", "cluster", "--name", NAME, "--wait", "180s", "--config", "-", text=json.dumps(config))


def load(references: Sequence[str]) -> None:
    """Give the cluster images that this machine built."""
    run("kind", "load", "docker-image", "--name", NAME, *references)


def apply(manifests: Sequence[dict[str, Any]]) -> None:
    """Apply manifests with the node's own kubectl: none has to be installed."""
    documents = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(manifests)})
    # Server-side: a client's apply would write the secrets, in the clear, into an annotation as well.
    run("docker", "exec", "-i", NODE, *KUBECTL, "apply", "--server-side", "-f", "-", text=documents)


def rolled_out(what: str, namespace: str = NAMESPACE, seconds: int = 300) -> None:
    """Wait until the pods of an object (`statefulset/postgres`) are ready. Raises ProgramFailed.

    Not `kubectl wait pod/…`: that fails at once where the pod has not been made yet.
    """
    run(
        "docker", "exec", NODE, *KUBECTL, "--namespace", namespace, "rollout", "status", what,
        f"--timeout={seconds}s", seconds=seconds + 30,
    )  # fmt: skip


def run_job_from(cron_job: str, seconds: int = 1800) -> str:
    """Make a Job from a CronJob, wait for its end, and answer its log. Raises ProgramFailed with the log."""
    name = f"{cron_job}-{int(time.time())}"
    kubectl = ("docker", "exec", NODE, *KUBECTL, "--namespace", NAMESPACE)
    run(*kubectl, "create", "job", f"--from=cronjob/{cron_job}", name)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        status = json.loads(run(*kubectl, "get", f"job/{name}", "-o", "json"))["status"]
        ended = {condition["type"] for condition in status.get("conditions", []) if condition["status"] == "True"}
        if ended & {"Complete", "Failed"}:
            log = run(*kubectl, "logs", f"job/{name}", check=False)
            if "Failed" in ended:
                raise ProgramFailed(f"{name} failed:\n{log[-2000:]}")
            return log
        time.sleep(1)
    raise ProgramFailed(f"{name} did not end within {seconds} s")


def delete() -> None:
    """Remove the cluster, if it is there."""
    run("kind", "delete", "cluster", "--name", NAME)
