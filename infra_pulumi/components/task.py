"""Work that ends: once (a Job) or on a schedule (a CronJob)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from infra_pulumi.components.network_policy import Peers, allow
from infra_pulumi.components.pod import PodConfig, Surroundings, labels, pod_template

batch = kubernetes.batch.v1


@dataclass(frozen=True)
class TaskConfig:
    """A pod that ends, how long it may take, how often it is tried, and what it may call."""

    pod: PodConfig
    peers: Peers
    deadline_seconds: int
    retries: int
    schedule: str | None = None
    """A cron expression in UTC; None: once."""
    schedule_deadline_seconds: int = 300


class Task(pulumi.ComponentResource):
    """Creates ServiceAccount, ConfigMap, Secret, NetworkPolicy, and a Job or (with a schedule) a CronJob.

    Two runs of a CronJob never overlap (`concurrencyPolicy: Forbid`).
    """

    def __init__(
        self, name: str, namespace: pulumi.Input[str], config: TaskConfig, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("coursematch:components:Task", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        metadata = kubernetes.meta.v1.ObjectMetaArgs(name=name, namespace=namespace, labels=labels(name))
        before = [
            *Surroundings(name, namespace, config.pod, child).parts,
            allow(name, namespace, config.peers, child),
        ]
        after = pulumi.ResourceOptions(parent=self, depends_on=before)
        job = batch.JobSpecArgs(
            active_deadline_seconds=config.deadline_seconds,
            backoff_limit=config.retries,
            template=pod_template(name, config.pod, restart="Never"),
        )
        if config.schedule is None:
            batch.Job(name, metadata=metadata, spec=job, opts=after)
        else:
            batch.CronJob(
                name,
                metadata=metadata,
                spec=batch.CronJobSpecArgs(
                    schedule=config.schedule,
                    time_zone="Etc/UTC",
                    concurrency_policy="Forbid",
                    starting_deadline_seconds=config.schedule_deadline_seconds,
                    successful_jobs_history_limit=3,
                    failed_jobs_history_limit=3,
                    job_template=batch.JobTemplateSpecArgs(
                        metadata=kubernetes.meta.v1.ObjectMetaArgs(labels=labels(name)), spec=job
                    ),
                ),
                opts=after,
            )
        self.register_outputs({})
