"""Kubernetes manifests read as local processes."""

from __future__ import annotations

import base64
import copy
from pathlib import Path
from typing import Any

import pytest

from sandbox.embedded.kubernetes.manifests import Machine, local_plan
from sandbox.embedded.kubernetes.objects import LocalPlan, UnsupportedManifest

CONFIG = {
    "kind": "ConfigMap", "metadata": {"name": "web"},
    "data": {
        "SEARCH_URL": "http://search:8082/1/indexes", "SEARCH_LONG": "http://search.shop.svc.cluster.local:8082",
        "HOSTS": "http://search:8082,http://other.example:8082", "CLIENT": "search",
        "WEB_HOST": "0.0.0.0",  # noqa: S104 - what a pod listens on, and no local process may
        "WEB_PORT": "8000", "DATA": "/data/index", "PLAIN": "http://search-engine.example/8082",
        "OURS": "/data/of/this/machine/courses.json",
    },
}  # fmt: skip
SECRET = {
    "kind": "Secret", "metadata": {"name": "keys"},
    "data": {"OLD": base64.b64encode(b"sealed").decode()}, "stringData": {"NEW": "plain"},
}  # fmt: skip
SERVICES = [
    {
        "kind": "Service", "metadata": {"name": "search"},
        "spec": {"selector": {"app": "search"}, "ports": [{"port": 8082}]},
    },
    {
        "kind": "Service", "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]},
    },
]  # fmt: skip
WEB: dict[str, Any] = {
    "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"},
    "spec": {
        "replicas": 1,
        "template": {
            "metadata": {"labels": {"app": "web", "tier": "front"}},
            "spec": {
                "terminationGracePeriodSeconds": 5,
                "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "store"}}],
                "containers": [
                    {
                        "name": "web", "command": ["python", "-m", "web"], "args": ["--port", "8000", "--key=$(NEW)"],
                        "ports": [{"name": "http", "containerPort": 8000}],
                        "envFrom": [{"configMapRef": {"name": "web"}}, {"secretRef": {"name": "keys"}}],
                        "env": [{"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "OLD"}}}],
                        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
                        "readinessProbe": {"httpGet": {"path": "/health", "port": "http"}, "periodSeconds": 2},
                        "livenessProbe": {"tcpSocket": {"port": 8000}, "failureThreshold": 5},
                    }
                ],
            },
        },
    },
}  # fmt: skip


def plan(*manifests: dict[str, Any]) -> LocalPlan:
    machine = Machine(
        python="/this/python",
        ports={"search": 9002},
        free_port=lambda: 9999,
        volume=lambda claim: Path("/state") / claim,
        scratch=lambda name: Path("/scratch") / name,
        local=Path("/data/of/this/machine"),
        base_env={"PATH": "/bin"},
    )
    return local_plan([CONFIG, SECRET, *SERVICES, *manifests], machine)


def changed(**container: Any) -> dict[str, Any]:
    manifest = copy.deepcopy(WEB)
    manifest["spec"]["template"]["spec"]["containers"][0].update(container)
    return manifest


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SEARCH_URL", "http://127.0.0.1:9002/1/indexes"),
        ("SEARCH_LONG", "http://127.0.0.1:9002"),
        ("HOSTS", "http://127.0.0.1:9002,http://other.example:8082"),
        ("CLIENT", "search"),
        ("PLAIN", "http://search-engine.example/8082"),
        ("WEB_HOST", "127.0.0.1"),
        ("WEB_PORT", "9999"),
        ("DATA", str(Path("/state/store/index"))),
        ("OURS", "/data/of/this/machine/courses.json"),
        ("TOKEN", "sealed"),
        ("NEW", "plain"),
        ("PATH", "/bin"),
    ],
)
def test_gives_a_process_the_pods_environment_on_loopback(name: str, value: str) -> None:
    assert plan(WEB).deployments[0].pod.env[name] == value


def test_runs_the_command_under_this_interpreter_with_local_arguments() -> None:
    assert plan(WEB).deployments[0].pod.argv == ("/this/python", "-m", "web", "--port", "9999", "--key=plain")


def test_asks_the_probes_at_the_local_port() -> None:
    pod = plan(WEB).deployments[0].pod

    assert pod.readiness is not None
    assert (pod.readiness.url, pod.readiness.period) == ("http://127.0.0.1:9999/health", 2)
    assert pod.liveness is not None
    assert (pod.liveness.port, pod.liveness.failures) == (9999, 5)


def test_reads_a_cron_job_with_its_policy() -> None:
    template = {"spec": WEB["spec"]["template"]["spec"]}
    manifest = {
        "kind": "CronJob", "metadata": {"name": "sync"},
        "spec": {
            "schedule": "@hourly", "concurrencyPolicy": "Forbid", "startingDeadlineSeconds": 300,
            "jobTemplate": {"spec": {"backoffLimit": 1, "activeDeadlineSeconds": 60, "template": template}},
        },
    }  # fmt: skip
    (cron_job,) = plan(manifest).cron_jobs

    assert (cron_job.concurrency, cron_job.starting_deadline) == ("Forbid", 300)
    assert (cron_job.job.backoff_limit, cron_job.job.deadline) == (1, 60)


def test_shows_no_secret_of_a_pod() -> None:
    assert "sealed" not in repr(plan(WEB))


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ({"kind": "StatefulSet", "metadata": {"name": "db"}}, "StatefulSet/db"),
        ({**WEB, "spec": {**WEB["spec"], "replicas": 3}}, "replicas is 3"),
        (changed(command=[]), "names no command"),
        (changed(envFrom=[{"configMapRef": {"name": "gone"}}]), "ConfigMap gone"),
        (changed(env=[{"name": "A", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "B"}}}]), "A wants key B"),
        (changed(readinessProbe={"exec": {"command": ["true"]}}), "httpGet and tcpSocket"),
    ],
)
def test_refuses_what_no_local_process_can_stand_in_for(manifest: dict[str, Any], said: str) -> None:
    with pytest.raises(UnsupportedManifest, match=said):
        plan(manifest)
