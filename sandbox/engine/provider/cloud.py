"""What a stand-in does behind the protocol: one object a provider."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

PACKAGES = {"aws": "pulumi-aws", "kubernetes": "pulumi-kubernetes"}
Properties = Mapping[str, Any]


def sdk_version(provider: str) -> str:
    """Give the version of the SDK, which is the version of the provider that it asks for."""
    return importlib.metadata.version(PACKAGES[provider])


class Refused(Exception):
    """The cloud will not do it; the message is what a deploy shows."""


@dataclass(frozen=True)
class Change:
    """What differs between two versions of a resource's inputs: properties, and those that only a new one can have."""

    changed: frozenset[str] = frozenset()
    replacing: frozenset[str] = frozenset()
    delete_first: bool = False
    """Whether the old one goes before the new one comes: two of a name cannot be."""


@dataclass(frozen=True)
class Made:
    """A resource's identity, and what it answers beside its inputs."""

    identity: str
    answered: Properties = field(default_factory=dict)


class Cloud(Protocol):
    """Creates, changes, finds and removes resources; inputs are plain, secrets revealed."""

    def configure(self, settings: Properties) -> None:
        """Take the provider's own settings. Raises Refused."""

    def wrong(self, kind: str, inputs: Properties) -> list[str]:
        """Say what in a resource's inputs cannot be, a sentence each."""

    def change(self, kind: str, old: Properties, new: Properties) -> Change:
        """Say what differs, and what of it a resource cannot take while it lives."""

    def answers(self, kind: str) -> frozenset[str]:
        """Name everything that a resource of this type answers."""

    def moving(self, kind: str) -> frozenset[str]:
        """Name those of its answers that any change of its inputs may move."""

    def create(self, kind: str, name: str, inputs: Properties) -> Made:
        """Create one. Raises Refused."""

    def update(self, kind: str, identity: str, name: str, inputs: Properties) -> Made:
        """Change one. Raises Refused."""

    def exists(self, kind: str, identity: str, inputs: Properties) -> bool:
        """Tell whether it is still there."""

    def delete(self, kind: str, identity: str, inputs: Properties) -> None:
        """Remove one; what is gone already is as good. Raises Refused."""

    def invoke(self, function: str) -> Properties:
        """Answer a provider function. Raises Refused."""
