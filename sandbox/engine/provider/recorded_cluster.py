"""A cluster that is a file: it keeps manifests as an API server would, and runs nothing."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra_pulumi.policies.property_types import outputs, wrong_properties
from sandbox.engine.provider.cloud import Change, Made, Properties, Refused
from sandbox.engine.provider.replacing import kubernetes_change

NAMESPACE = "Namespace"


class RecordedCluster:
    """Refuses what an API server refuses: a second object of a name, and one in a namespace that is not there.

    What `kubectl apply` or Argo CD would make of the manifests is not its business: it knows who asked for what.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._adopts = False

    def configure(self, settings: Properties) -> None:
        """Take over what exists already only when told so, as the real provider does since 4.28."""
        self._adopts = settings.get("upsertExistingObjects") in (True, "true")

    def wrong(self, kind: str, inputs: Properties) -> list[str]:
        """Say what a kind of object does not take."""
        return wrong_properties(kind, inputs)

    def change(self, kind: str, old: Properties, new: Properties) -> Change:
        """Compare two versions of a manifest."""
        return kubernetes_change(kind, old, new)

    def answers(self, kind: str) -> frozenset[str]:
        """Name what an object of this kind has."""
        return outputs(kind) & {"status"}

    def moving(self, kind: str) -> frozenset[str]:
        """Name what a change moves."""
        return self.answers(kind)

    def create(self, kind: str, name: str, inputs: Properties) -> Made:  # noqa: ARG002 - the manifest says both
        """Keep an object. Raises Refused for one that is there already, unless the provider adopts."""
        identity = _identity(inputs)
        with self._objects() as objects:
            if _key(inputs) in objects and not self._adopts:
                raise Refused(f"{inputs['kind']} {identity}: already exists")
            self._put(objects, inputs)
        return Made(identity)

    def update(self, kind: str, identity: str, name: str, inputs: Properties) -> Made:  # noqa: ARG002 - as above
        """Put a newer version in place of an object. Raises Refused when there is none."""
        with self._objects() as objects:
            if _key(inputs) not in objects:
                raise Refused(f"{inputs['kind']} {identity}: not found")
            self._put(objects, inputs)
        return Made(identity)

    def exists(self, kind: str, identity: str, inputs: Properties) -> bool:  # noqa: ARG002 - as above
        """Tell whether an object is there."""
        with self._objects() as objects:
            return _key(inputs) in objects

    def delete(self, kind: str, identity: str, inputs: Properties) -> None:  # noqa: ARG002 - as above
        """Remove an object; a namespace goes with all that is in it."""
        with self._objects() as objects:
            objects.pop(_key(inputs), None)
            if inputs["kind"] == NAMESPACE:
                inside = f"/{inputs['metadata']['name']}/"
                for key in [key for key in objects if inside in key]:
                    del objects[key]

    def invoke(self, function: str) -> Properties:
        """Refuse: our programs call none."""
        raise Refused(f"{function}: this stand-in answers no functions")

    def objects(self) -> dict[str, Any]:
        """Give every manifest that is there, by kind, namespace and name."""
        with self._objects() as objects:
            return dict(objects)

    def _put(self, objects: dict[str, Any], inputs: Properties) -> None:
        namespace = inputs["metadata"].get("namespace")
        if namespace and f"{NAMESPACE}//{namespace}" not in objects:
            raise Refused(f"{inputs['kind']} {_identity(inputs)}: there is no namespace {namespace}")
        objects[_key(inputs)] = inputs

    @contextmanager
    def _objects(self) -> Iterator[dict[str, Any]]:
        """Give the objects, and keep what becomes of them; the engine runs a process for every provider."""
        self._file.touch(mode=0o600, exist_ok=True)
        with self._file.open("r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            text = file.read()
            objects: dict[str, Any] = json.loads(text) if text else {}
            yield objects
            file.seek(0)
            file.truncate()
            json.dump(objects, file)


def _key(inputs: Mapping[str, Any]) -> str:
    metadata = inputs["metadata"]
    return f"{inputs['kind']}/{metadata.get('namespace', '')}/{metadata['name']}"


def _identity(inputs: Mapping[str, Any]) -> str:
    metadata = inputs["metadata"]
    return "/".join(part for part in (metadata.get("namespace"), metadata["name"]) if part)
