"""The difference between the index and the catalogue: pure, and no larger than it has to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delta:
    """What turns the index into the catalogue, as object ids in order."""

    created: tuple[str, ...]
    updated: tuple[str, ...]
    deleted: tuple[str, ...]
    unchanged: int

    def __len__(self) -> int:
        """Count the record operations that applying it takes."""
        return len(self.created) + len(self.updated) + len(self.deleted)

    @property
    def written(self) -> tuple[str, ...]:
        """The ids whose records are sent: what is new and what changed."""
        return self.created + self.updated

    def without_deletions(self) -> Delta:
        """Keep what the catalogue seems to have lost: for when it may not have been read whole."""
        return Delta(self.created, self.updated, (), self.unchanged)


def delta_between(indexed: Mapping[str, str | None], wanted: Mapping[str, str]) -> Delta:
    """Compare content hashes by object id.

    An indexed record without a hash (something else wrote it) counts as changed.
    """
    created = sorted(wanted.keys() - indexed.keys())
    deleted = sorted(indexed.keys() - wanted.keys())
    common = wanted.keys() & indexed.keys()
    updated = sorted(name for name in common if indexed[name] != wanted[name])
    return Delta(tuple(created), tuple(updated), tuple(deleted), len(common) - len(updated))
