"""The pod that every workload runs in: non-root, read-only, without a token, with limits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_kubernetes as kubernetes

core = kubernetes.core.v1
USER = 10001
CONFIG_DIGEST, SECRET_DIGEST = "coursematch/config-digest", "coursematch/secret-digest"
"""Annotations of a pod's template. A pod reads its ConfigMap and Secret when it starts, and only then: a template that
changes with them is what starts new ones."""


@dataclass(frozen=True)
class PodConfig:
    """One container: image, command, environment (plain and secret), size, and where it may write."""

    image: pulumi.Input[str]
    command: Sequence[str]
    environment: Mapping[str, pulumi.Input[str]]
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    port: int | None = None
    health_path: str | None = None
    """Answers 200 when the pod can serve."""
    alive_path: str | None = None
    """Answers 200 when the process works, whatever it depends on; None: as `health_path`."""
    cpu: str = "100m"
    memory: str = "256Mi"
    scratch: str = "64Mi"
    """How much `/tmp` may hold; a pod that writes more is evicted."""
    claims: Mapping[str, str] = field(default_factory=dict)
    """PersistentVolumeClaim name → where it is mounted. `/tmp` is always writable."""


class Surroundings:
    """Creates what a pod needs beside itself: its ServiceAccount (no rights, no token), ConfigMap and Secret.

    With `secret_managed_elsewhere` the Secret is only referred to (External Secrets makes it).
    """

    def __init__(
        self,
        name: str,
        namespace: pulumi.Input[str],
        config: PodConfig,
        opts: pulumi.ResourceOptions,
    ) -> None:
        metadata = kubernetes.meta.v1.ObjectMetaArgs(name=name, namespace=namespace, labels=labels(name))
        self.account = core.ServiceAccount(name, metadata=metadata, automount_service_account_token=False, opts=opts)
        self.config_map = core.ConfigMap(name, metadata=metadata, data=dict(config.environment), opts=opts)
        self.parts: list[pulumi.Resource] = [self.account, self.config_map]
        if config.secrets:
            self.parts.append(core.Secret(name, metadata=metadata, string_data=dict(config.secrets), opts=opts))


def labels(name: str) -> dict[str, str]:
    """Give the labels that select a workload's pods."""
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "coursematch"}


def pod_template(name: str, config: PodConfig, *, restart: str) -> core.PodTemplateSpecArgs:
    """Give the pod of workload `name`, hardened to the `restricted` Pod Security Standard, with a read-only root."""
    mounts = [core.VolumeMountArgs(name="tmp", mount_path="/tmp")]  # noqa: S108 - the pod's own, an emptyDir
    volumes = [core.VolumeArgs(name="tmp", empty_dir=core.EmptyDirVolumeSourceArgs(size_limit=config.scratch))]
    for claim, path in config.claims.items():
        mounts.append(core.VolumeMountArgs(name=claim, mount_path=path))
        source = core.PersistentVolumeClaimVolumeSourceArgs(claim_name=claim)
        volumes.append(core.VolumeArgs(name=claim, persistent_volume_claim=source))
    sources = [core.EnvFromSourceArgs(config_map_ref=core.ConfigMapEnvSourceArgs(name=name))]
    if config.secrets:
        sources.append(core.EnvFromSourceArgs(secret_ref=core.SecretEnvSourceArgs(name=name)))
    container = core.ContainerArgs(
        name=name,
        image=config.image,
        image_pull_policy="IfNotPresent",
        command=list(config.command),
        env_from=sources,
        ports=[core.ContainerPortArgs(name="http", container_port=config.port)] if config.port else None,
        readiness_probe=_probe(config.health_path, failures=3),
        # Only what starting again can mend: with a database that is away, it would go on for as long as that is.
        liveness_probe=_probe(config.alive_path or config.health_path, failures=6),
        startup_probe=_probe(config.alive_path or config.health_path, failures=60),
        resources=core.ResourceRequirementsArgs(
            requests={"cpu": config.cpu, "memory": config.memory},
            limits={"cpu": "1", "memory": config.memory},
        ),
        security_context=core.SecurityContextArgs(
            allow_privilege_escalation=False,
            read_only_root_filesystem=True,
            run_as_non_root=True,
            capabilities=core.CapabilitiesArgs(drop=["ALL"]),
        ),
        volume_mounts=mounts,
    )
    digests = {CONFIG_DIGEST: _digest(config.environment)}
    if config.secrets:
        digests[SECRET_DIGEST] = _digest(config.secrets)
    return core.PodTemplateSpecArgs(
        metadata=kubernetes.meta.v1.ObjectMetaArgs(labels=labels(name), annotations=digests),
        spec=core.PodSpecArgs(
            service_account_name=name,
            automount_service_account_token=False,
            enable_service_links=False,
            restart_policy=restart,
            termination_grace_period_seconds=10,
            security_context=core.PodSecurityContextArgs(
                run_as_non_root=True,
                run_as_user=USER,
                run_as_group=USER,
                fs_group=USER,
                seccomp_profile=core.SeccompProfileArgs(type="RuntimeDefault"),
            ),
            containers=[container],
            volumes=volumes,
        ),
    )


def _digest(values: Mapping[str, pulumi.Input[str]]) -> pulumi.Output[str]:
    """Give what changes when any of `values` does.

    No secret by itself: it is of all of a pod's secrets together, so that to try a guess of one is to know the others.
    """

    def digest(known: Mapping[str, str]) -> str:
        return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:16]

    return pulumi.Output.unsecret(pulumi.Output.all(**values).apply(digest))


def _probe(path: str | None, *, failures: int) -> core.ProbeArgs | None:
    if path is None:
        return None
    return core.ProbeArgs(
        http_get=core.HTTPGetActionArgs(path=path, port="http"),
        period_seconds=2 if failures == 60 else 10,
        timeout_seconds=5,
        failure_threshold=failures,
    )
