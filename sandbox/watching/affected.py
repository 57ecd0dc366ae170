"""What runs a file: the Lambdas whose zips hold it, the workloads that import it, the sync that makes records of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from grimp import ImportGraph

from infra_pulumi.package import reach

LAMBDAS = ("coursematch", "enrollments", "advisor")
SYNC = "catalog_sync"
WORKLOADS = {"lms": "lms", "mock_algolia": "mock-algolia", SYNC: "catalog-sync"}
"""A room, and the name of its Deployment or CronJob."""

Sources = Mapping[str, frozenset[Path]]
"""Room → the files that it runs."""


def sources(root: Path, known: ImportGraph | None = None) -> Sources:
    """Read from the import graph which files every room runs."""
    known = known or reach.imports(root)
    entries = dict.fromkeys(LAMBDAS, "lambda_handler") | dict.fromkeys(WORKLOADS, "__main__")
    return {room: frozenset(reach.sources(room, root, entry, known).values()) for room, entry in entries.items()}


def affected(files: Iterable[Path], known: Iterable[Sources]) -> list[str]:
    """Name the rooms that run one of these files, or ran it before it was taken away."""
    named = set(files)
    return sorted({room for sources in known for room, held in sources.items() if held & named})
