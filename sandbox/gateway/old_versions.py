"""End the processes of function versions that are no longer live: each save or fault makes one of some 50 MB.

The emulator keeps one process for each version that was ever called. Runs in its own environment, beside `emulator.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any


def take_out_idle(
    workers: dict[str, list[Any]], live: Callable[[str], Iterable[str]], now: float, seconds: float
) -> list[Any]:
    """Take those workers out of the pool that nobody has called for so long, and whose version no alias points at.

    Keys of the pool end in `function:version`; `live` gives the versions that a function's aliases point at.
    """
    taken: list[Any] = []
    for key, pool in list(workers.items()):
        function, _, version = key.rpartition(":")
        if version in live(function):
            continue
        idle = [worker for worker in pool if not worker.in_use and now - worker.last_used >= seconds]
        taken += idle
        workers[key] = [worker for worker in pool if worker not in idle]
        if not workers[key]:
            del workers[key]
    return taken


def live_versions(functions: Mapping[tuple[str, ...], Mapping[str, Any]], function: str) -> list[str]:
    """Give the versions that the aliases of `account:region:name` point at; `functions` is the emulator's own table."""
    told = functions.get(tuple(function.split(":")), {})
    return [str(alias["FunctionVersion"]) for alias in told.get("aliases", {}).values()]
