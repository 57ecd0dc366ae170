"""Who may talk to whom inside the cluster: nobody, but for what is named here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from infra_pulumi.components.pod import labels

net = kubernetes.networking.v1


@dataclass(frozen=True)
class Peers:
    """The workloads that may call a pod, the networks outside that may, and what the pod itself may call."""

    callers: Sequence[str] = ()
    caller_networks: Sequence[str] = ()
    calls: Sequence[tuple[str, int]] = ()
    """(workload, port)"""
    outside_ports: Sequence[int] = ()
    """TCP ports it may call anywhere (443: Algolia, Open edX; the database's)."""


def allow(
    name: str,
    namespace: pulumi.Input[str],
    peers: Peers,
    opts: pulumi.ResourceOptions,
    port: int | None = None,
) -> net.NetworkPolicy:
    """Create the NetworkPolicy of workload `name`: both directions closed, then its peers (and DNS) let through."""
    sources = [_workload(caller) for caller in peers.callers]
    sources += [net.NetworkPolicyPeerArgs(ip_block=net.IPBlockArgs(cidr=cidr)) for cidr in peers.caller_networks]
    # None, not an empty list: a cluster drops those, and the manifest would differ from what it keeps for ever.
    ingress = (
        [net.NetworkPolicyIngressRuleArgs(from_=sources, ports=[_tcp(port)])] if port is not None and sources else None
    )
    dns = [net.NetworkPolicyPortArgs(protocol=protocol, port=53) for protocol in ("UDP", "TCP")]
    egress = [net.NetworkPolicyEgressRuleArgs(ports=dns)]
    egress += [
        net.NetworkPolicyEgressRuleArgs(to=[_workload(called)], ports=[_tcp(called_port)])
        for called, called_port in peers.calls
    ]
    if peers.outside_ports:
        egress.append(net.NetworkPolicyEgressRuleArgs(ports=[_tcp(outside) for outside in peers.outside_ports]))
    return net.NetworkPolicy(
        name,
        metadata=kubernetes.meta.v1.ObjectMetaArgs(name=name, namespace=namespace, labels=labels(name)),
        spec=net.NetworkPolicySpecArgs(
            pod_selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels=labels(name)),
            policy_types=["Ingress", "Egress"],
            ingress=ingress,
            egress=egress,
        ),
        opts=opts,
    )


def _workload(name: str) -> net.NetworkPolicyPeerArgs:
    return net.NetworkPolicyPeerArgs(pod_selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels=labels(name)))


def _tcp(port: int) -> net.NetworkPolicyPortArgs:
    return net.NetworkPolicyPortArgs(protocol="TCP", port=port)
