"""Read the learner's manifests as the sandbox does, and let its own calendar say when the job would run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import yaml

from lessons.room import Room
from lessons.task import Missing, need, task
from sandbox.embedded.kubernetes.objects import CronJob, Job, Pod, UnsupportedManifest
from sandbox.embedded.kubernetes.schedule import next_run

SUMMER, WINTER = datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 12, 1, 12, tzinfo=UTC)
PATIENCE_SECONDS = 30
"""A liveness probe that gives up sooner kills what is only slow for a moment."""


def manifest(room: Room, name: str, kind: str) -> dict[str, Any]:
    """Read a manifest. Raises Missing for what is no YAML, or another kind."""
    try:
        found = yaml.safe_load((room.work / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Missing(f"{name} is not there. `start` hands it out again.") from None
    except yaml.YAMLError as error:
        raise Missing(f"{name} is no YAML: {' '.join(str(error).split())}. Mind the spaces at the beginning.") from None
    need(isinstance(found, dict) and found.get("kind") == kind, f"{name} should hold a {kind}.")
    spec: dict[str, Any] = found.get("spec") or {}
    return spec


@task("It runs at half past two in Madrid, in summer and in winter")
def by_the_clock(room: Room) -> None:
    """Ask the sandbox's calendar."""
    spec = manifest(room, "cronjob.yaml", "CronJob")
    job = CronJob("nightly-report", str(spec.get("schedule")), str(spec.get("timeZone", "UTC")), Job("r", Pod((), {})))
    for season, after, hour in (("summer", SUMMER, 0), ("winter", WINTER, 1)):
        try:
            first = next_run(job, after)
            second = next_run(job, first)
        except UnsupportedManifest as wrong:
            raise Missing(f"cronjob.yaml: {wrong}") from None
        told = first.astimezone(UTC)
        need(
            (told.hour, told.minute) == (hour, 30) and 23 <= (second - first).total_seconds() / 3600 <= 25,
            f"In {season} it would run at {told:%H:%M} UTC, then at {second.astimezone(UTC):%H:%M}; half past two in Madrid is {hour:02}:30 UTC then.",
        )


@task("Never two at once, never too late, never for ever")
def bounded(room: Room) -> None:
    """Read the limits."""
    spec = manifest(room, "cronjob.yaml", "CronJob")
    need(spec.get("concurrencyPolicy") == "Forbid", "`concurrencyPolicy` should forbid a second one beside the first.")
    need(spec.get("startingDeadlineSeconds") == 1800, "`startingDeadlineSeconds`: half an hour, in seconds.")
    job = (spec.get("jobTemplate") or {}).get("spec") or {}
    need(job.get("backoffLimit") == 2, "`backoffLimit`, in the Job's spec: tried again twice.")
    need(
        job.get("activeDeadlineSeconds") == 600, "`activeDeadlineSeconds`, in the Job's spec: ten minutes, in seconds."
    )
    policy = (job.get("template") or {}).get("spec", {}).get("restartPolicy")
    need(policy in ("Never", "OnFailure"), f"`restartPolicy` is {policy}; a Job's is Never or OnFailure.")


@task("A database that is away makes the platform not ready, and does not kill it")
def probes(room: Room) -> None:
    """Read the probes."""
    spec = manifest(room, "deployment.yaml", "Deployment")
    container = spec["template"]["spec"]["containers"][0]
    ready, alive = container.get("readinessProbe") or {}, container.get("livenessProbe") or {}
    need(
        (ready.get("httpGet") or {}).get("path") == "/health",
        "The readiness probe should ask /health: may it be asked?",
    )
    need(
        (alive.get("httpGet") or {}).get("path") == "/alive",
        "The liveness probe asks something that the database can break; /alive asks no database.",
    )
    patience = alive.get("periodSeconds", 10) * alive.get("failureThreshold", 3)
    need(
        patience >= PATIENCE_SECONDS,
        f"The liveness probe kills after {patience} s; give it {PATIENCE_SECONDS} or more.",
    )


@task("You saw both addresses while the database was down")
def seen(room: Room) -> None:
    """Compare with the platform's promise."""
    told = room.answer("alive_status", int), room.answer("health_status", int)
    need(
        told == (200, 503), f"You wrote {told[0]} for /alive and {told[1]} for /health. Break `database-down` and look."
    )
    need("database-down" not in room.broken(), "The database is still down: `nox -s sandbox -- mend`.")
