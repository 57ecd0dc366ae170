"""How a parallel run shares the suite: a file stays on one worker, so does a room with a costly system; slow first.

`tests/seconds.json` says what each file took; `nox -s tests -- --remember` writes it anew. Nothing in it is asserted:
it says where to begin, and what `--quick` leaves out.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[2]
SECONDS = ROOT / "tests" / "seconds.json"
TOGETHER = (
    "tests/advisor",  # one API over the whole catalogue, with vectors
    "tests/contracts/algolia",  # the same doors for all
    "tests/infra_pulumi",  # a program that was run for one test is remembered for all: two seconds of CPU each
    "tests/sandbox/embedded/pulumi_engine",  # one deployment in one emulator
    "tests/sandbox/gateway",  # one emulator
    "tests/system",  # one whole sandbox
)
"""Rooms whose session fixtures cost more than their tests: never on two workers."""
SYSTEM = "tests/system/"
QUICK = 2.0
"""A file that took longer, in seconds, is not for the edit loop; nor is what needs a whole sandbox."""
UNKNOWN = 1.0


def unit_of(nodeid: str) -> str:
    """Give what a test shares a worker with: its room where that is one of TOGETHER, else its file."""
    path = nodeid.partition("::")[0]
    return next((room for room in TOGETHER if path.startswith(f"{room}/")), path)


@cache
def read_seconds() -> dict[str, float]:
    """Give the seconds that files took when they were last remembered."""
    known: dict[str, float] = json.loads(SECONDS.read_text(encoding="utf-8"))
    return known


def is_quick(path: str, seconds: Mapping[str, float]) -> bool:
    """Whether a file belongs into the edit loop; one that nobody measured does."""
    return not path.startswith(SYSTEM) and seconds.get(path, 0) <= QUICK


def slowest_first(paths: Iterable[str], seconds: Mapping[str, float]) -> dict[str, float]:
    """Give the units of these files with their seconds, the longest first."""
    units: dict[str, float] = defaultdict(float)
    for path in dict.fromkeys(paths):
        units[unit_of(path)] += seconds.get(path, UNKNOWN)
    return dict(sorted(units.items(), key=lambda unit: -unit[1]))


class ByRoom(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types for it
    """Hands out whole units."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)
