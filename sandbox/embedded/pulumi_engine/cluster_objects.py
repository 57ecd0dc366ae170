"""Kubernetes objects of the program, as manifests: a pulumi-kubernetes resource's inputs are its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def manifest(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Give the manifest of a resource's inputs, without what only Pulumi reads. Raises ValueError if it is none."""
    if not isinstance(inputs.get("apiVersion"), str) or not isinstance(inputs.get("kind"), str):
        raise ValueError("a Kubernetes resource without apiVersion and kind cannot be run")
    metadata = dict(inputs["metadata"])
    annotations = {
        key: value for key, value in metadata.pop("annotations", {}).items() if not key.startswith("pulumi.com/")
    }
    if annotations:
        metadata["annotations"] = annotations
    rest = {key: value for key, value in inputs.items() if key not in ("apiVersion", "kind", "metadata")}
    return {"apiVersion": inputs["apiVersion"], "kind": inputs["kind"], "metadata": metadata, **rest}


ORDER = (
    "Namespace", "ServiceAccount", "ConfigMap", "Secret", "PersistentVolumeClaim", "Service", "NetworkPolicy", "Job",
    "Deployment", "CronJob",
)  # fmt: skip


def in_order(manifests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the manifests, each after what it needs, and always in the same order."""
    return sorted(manifests, key=lambda found: (ORDER.index(found["kind"]), found["metadata"]["name"]))
