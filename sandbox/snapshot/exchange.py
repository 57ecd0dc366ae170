"""Take a snapshot of a running sandbox, and put one into a running sandbox (docs/formats.md, "Snapshot")."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.running.client import NotRunning, running_sandbox
from sandbox.setup.as_typed import as_typed
from sandbox.setup.state import State, read_json
from sandbox.snapshot.course_index import CourseIndex
from sandbox.snapshot.platform_tables import read_tables, replace_tables
from sandbox.snapshot.snapshot_file import Snapshot, read, write


def take(state: State, path: Path) -> str:
    """Write a snapshot; gives a sentence about it. Raises `SandboxProblem`."""
    at = _endpoints(state)
    with CourseIndex(at["algolia"]) as index:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        snapshot = Snapshot(now, read_tables(at["postgres"]), index.read())
    size = write(path, snapshot)
    return f"{path}: {_counted(snapshot)}, {size / 1024:.0f} KB. Only you can read it."


def put(state: State, path: Path) -> str:
    """Put a snapshot in the place of everything; gives a sentence about it. Raises `SandboxProblem`.

    The index goes first: it is the stricter reader, and a draft until it is whole.
    """
    snapshot = read(path)
    at = _endpoints(state)
    with CourseIndex(at["algolia"]) as index:
        before = index.read()
        index.replace(snapshot.index)
        try:
            replace_tables(at["postgres"], snapshot.tables)
        except BaseException:
            index.replace(before)
            raise
    return as_typed(
        f"Restored {_counted(snapshot)}, as of {snapshot.taken_at}.\n"
        "What is available now, upcoming or past is as of then too, until a sync runs; "
        "`python -m sandbox break index-stale` keeps the hourly one from running."
    )


def _endpoints(state: State) -> dict[str, Any]:
    found = read_json(state.endpoints_file)
    if found is None or running_sandbox(state) is None:
        raise NotRunning(f"No sandbox is ready on {state.root}.", "Start one with `python -m sandbox up`.")
    return found


def _counted(snapshot: Snapshot) -> str:
    tables = snapshot.tables
    return (
        f"{len(tables['courses'])} courses, {len(tables['enrollments'])} enrollments, "
        f"{len(snapshot.index['records'])} records of the index"
    )
