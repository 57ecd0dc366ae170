"""Workloads as a local machine runs them: what is left of a manifest when images, limits and the network are gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.setup.problem import SandboxProblem

Manifest = Mapping[str, Any]


class UnsupportedManifest(SandboxProblem):
    """A manifest asks for something that no local process can stand in for."""


@dataclass(frozen=True)
class Probe:
    """One probe, with Kubernetes' defaults (core/v1 Probe). Either `url` or `port` is set."""

    url: str | None = None
    port: int | None = None
    initial_delay: float = 0
    period: float = 10
    timeout: float = 1
    failures: int = 3


@dataclass(frozen=True)
class Pod:
    """The one container of a pod template, as a process."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    grace: float = 30
    readiness: Probe | None = None
    liveness: Probe | None = None
    ports: tuple[int, ...] = ()


@dataclass(frozen=True)
class Deployment:
    name: str
    pod: Pod


@dataclass(frozen=True)
class Job:
    """batch/v1 Job: tries 1 + `backoff_limit` times, for `deadline` seconds in all."""

    name: str
    pod: Pod
    backoff_limit: int = 6
    deadline: float | None = None


@dataclass(frozen=True)
class CronJob:
    name: str
    schedule: str
    time_zone: str
    job: Job
    concurrency: str = "Allow"
    starting_deadline: float | None = None
    suspended: bool = False


@dataclass(frozen=True)
class LocalPlan:
    """What to run, in the order of the manifests."""

    deployments: tuple[Deployment, ...]
    jobs: tuple[Job, ...]
    cron_jobs: tuple[CronJob, ...]


def label(manifest: Manifest) -> str:
    """Name a manifest's object for a message."""
    return f"{manifest.get('kind')}/{manifest.get('metadata', {}).get('name')}"
