"""Take a snapshot of a running system, and put one into it (docs/formats.md, "Snapshot"). Nothing else may write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.snapshot.course_index import CourseIndex
from sandbox.snapshot.platform_tables import read_tables, replaced_tables
from sandbox.snapshot.snapshot_file import Snapshot, read, write


def take(at: Mapping[str, Any], path: Path) -> str:
    """Write a snapshot; gives a sentence about it. `at` is what `endpoints.json` says. Raises `SandboxProblem`."""
    with CourseIndex(at["algolia"]) as index:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        snapshot = Snapshot(now, read_tables(at["postgres"]), index.read())
    size = write(path, snapshot)
    return f"{path}: {_counted(snapshot)}, {size / 1024:.0f} KB. Only you can read it."


def put(at: Mapping[str, Any], path: Path) -> str:
    """Put a snapshot in the place of everything; gives a sentence about it. Raises `SandboxProblem`.

    Tables and index are drafts until both are whole; then one move and one commit change them.
    """
    snapshot = read(path)
    with replaced_tables(at["postgres"], snapshot.tables), CourseIndex(at["algolia"]) as index:
        index.replace(snapshot.index)
    return (
        f"Restored {_counted(snapshot)}, as of {snapshot.taken_at}.\n"
        "What is available now, upcoming or past is as of then too, until a sync runs; "
        "`python -m sandbox break index-stale` keeps the hourly one from running."
    )


def _counted(snapshot: Snapshot) -> str:
    tables = snapshot.tables
    return (
        f"{len(tables['courses'])} courses, {len(tables['enrollments'])} enrollments, "
        f"{len(snapshot.index['records'])} records of the index"
    )
