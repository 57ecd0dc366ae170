"""What went from part to part since the start: the console's picture lights up where a count grows."""

from __future__ import annotations

from collections import Counter

from infra_pulumi import routes
from sandbox.faults.seams import TRAFFIC
from sandbox.setup.state import ROOT, State, read_json


class Traffic:
    """Counts what the front door passes on, by function; the seams count what the parts ask each other."""

    def __init__(self, state: State) -> None:
        self._file = state.run / TRAFFIC
        self._function = {_first(route.path): route.function for route in routes.read(ROOT / "openapi.yaml")}
        self._passed: Counter[str] = Counter()

    def passed_on(self, path: str) -> None:
        """Count one request."""
        self._passed[self._function.get(_first(path), "")] += 1

    def counts(self) -> dict[str, dict[str, int]]:
        """Give both counts: requests by function, messages by seam."""
        return {"functions": dict(self._passed), "seams": read_json(self._file) or {}}


def _first(path: str) -> str:
    return path.strip("/").partition("/")[0]
