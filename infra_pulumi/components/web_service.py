"""A Deployment behind a Service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from infra_pulumi.components.network_policy import Peers, allow
from infra_pulumi.components.pod import PodConfig, Surroundings, labels, pod_template


@dataclass(frozen=True)
class WebServiceConfig:
    """A pod that serves HTTP, who may call it, and what it may call; `storage` is the size of each claim it mounts."""

    pod: PodConfig
    peers: Peers
    storage: str = "1Gi"
    node_port: int | None = None
    """Where a Lambda outside the cluster reaches it; None: inside the cluster only."""
    replicas: int = 1


class WebService(pulumi.ComponentResource):
    """Creates ServiceAccount, ConfigMap, Secret, claims, Deployment, Service and NetworkPolicy.

    `url` is the Service's URL inside the namespace.
    """

    url: str

    def __init__(
        self,
        name: str,
        namespace: pulumi.Input[str],
        config: WebServiceConfig,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("coursematch:components:WebService", name, None, opts)
        if config.pod.port is None:
            raise ValueError(f"{name} serves nothing: give its pod a port")
        child = pulumi.ResourceOptions(parent=self)
        metadata = kubernetes.meta.v1.ObjectMetaArgs(name=name, namespace=namespace, labels=labels(name))
        before: Sequence[pulumi.Resource] = [
            *Surroundings(name, namespace, config.pod, child).parts,
            *(self._claim(claim, namespace, config.storage) for claim in config.pod.claims),
        ]
        kubernetes.core.v1.Service(
            name,
            metadata=metadata,
            spec=kubernetes.core.v1.ServiceSpecArgs(
                type="NodePort" if config.node_port else "ClusterIP",
                # Local: the caller keeps its address, which is what the NetworkPolicy goes by.
                external_traffic_policy="Local" if config.node_port else None,
                selector=labels(name),
                ports=[
                    kubernetes.core.v1.ServicePortArgs(
                        name="http", port=config.pod.port, target_port="http", node_port=config.node_port
                    )
                ],
            ),
            opts=child,
        )
        kubernetes.apps.v1.Deployment(
            name,
            metadata=metadata,
            spec=kubernetes.apps.v1.DeploymentSpecArgs(
                replicas=config.replicas,
                revision_history_limit=3,
                # A pod with a claim of its own must let go of it before the next one starts.
                strategy=kubernetes.apps.v1.DeploymentStrategyArgs(
                    type="Recreate" if config.pod.claims else "RollingUpdate"
                ),
                selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels=labels(name)),
                template=pod_template(name, config.pod, restart="Always"),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=before),
        )
        allow(name, namespace, config.peers, child, port=config.pod.port)
        self.url = f"http://{name}:{config.pod.port}"
        self.register_outputs({"url": self.url})

    def _claim(self, claim: str, namespace: pulumi.Input[str], storage: str) -> pulumi.Resource:
        return kubernetes.core.v1.PersistentVolumeClaim(
            claim,
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=claim,
                namespace=namespace,
                # Claims of a lazy storage class stay pending until a pod mounts them: do not wait for that.
                annotations={"pulumi.com/skipAwait": "true"},
            ),
            spec=kubernetes.core.v1.PersistentVolumeClaimSpecArgs(
                access_modes=["ReadWriteOnce"],
                resources=kubernetes.core.v1.VolumeResourceRequirementsArgs(requests={"storage": storage}),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
