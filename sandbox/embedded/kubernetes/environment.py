"""A container's environment: its own entries, and what ConfigMaps and Secrets give it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping

from infra_pulumi.secret_text import revealed
from sandbox.embedded.kubernetes.objects import Manifest, UnsupportedManifest, label
from sandbox.setup.ports import LOOPBACK

KINDS = ("ConfigMap", "Secret")


class Sources:
    """The ConfigMaps and Secrets of some manifests."""

    def __init__(self, manifests: Iterable[Manifest]) -> None:
        self._data = {
            (manifest["kind"], manifest["metadata"]["name"]): _data(manifest)
            for manifest in manifests
            if manifest["kind"] in KINDS
        }

    def environment(self, manifest: Manifest, container: Manifest) -> dict[str, str]:
        """Give a container's environment. Raises `UnsupportedManifest` for a source that is not there."""
        env: dict[str, str] = {}
        for source in container.get("envFrom", []):
            for kind, key in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
                if key in source:
                    prefix = source.get("prefix", "")
                    data = self._source(manifest, kind, source[key])
                    env.update({prefix + name: value for name, value in data.items()})
        for entry in container.get("env", []):
            if "valueFrom" not in entry:
                env[entry["name"]] = expand(str(entry.get("value") or ""), env)
                continue
            origin = entry["valueFrom"]
            for kind, key in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
                if key in origin:
                    data = self._source(manifest, kind, origin[key])
                    if origin[key]["key"] in data:
                        env[entry["name"]] = data[origin[key]["key"]]
                    elif not origin[key].get("optional"):
                        raise UnsupportedManifest(
                            f"{label(manifest)}: {entry['name']} wants key {origin[key]['key']} of {kind} "
                            f"{origin[key]['name']}, which has no such key."
                        )
            if "fieldRef" in origin:
                env[entry["name"]] = _field(manifest, origin["fieldRef"]["fieldPath"])
        return env

    def _source(self, manifest: Manifest, kind: str, reference: Manifest) -> Mapping[str, str]:
        found = self._data.get((kind, reference["name"]))
        if found is None and not reference.get("optional"):
            raise UnsupportedManifest(f"{label(manifest)} refers to {kind} {reference['name']}, which does not exist.")
        return found or {}


def _data(manifest: Manifest) -> dict[str, str]:
    data, texts = (revealed(dict(manifest.get(key) or {})) for key in ("data", "stringData"))
    if manifest["kind"] == "Secret":
        data = {name: base64.b64decode(value).decode() for name, value in data.items()}
    return {name: str(value) for name, value in (data | texts).items()}


def expand(value: str, env: Mapping[str, str]) -> str:
    """Replace Kubernetes' own `$(NAME)`; unknown names stay as they are, `$$(NAME)` is the text `$(NAME)`."""

    def replace(match: re.Match[str]) -> str:
        return match[0][1:] if match[0].startswith("$$") else env.get(match[1], match[0])

    return re.sub(r"\$?\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)", replace, value)


def _field(manifest: Manifest, path: str) -> str:
    known = {
        "metadata.name": manifest["metadata"]["name"],
        "metadata.namespace": manifest["metadata"].get("namespace", ""),
    }
    return LOOPBACK if path in ("status.podIP", "status.hostIP") else known.get(path, "")
