"""What the engine asked of a stand-in, a line each, and what that is to refuse: how a run is watched and broken."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Call:
    """One call that changes the world: `create`, `update` or `delete` of a resource."""

    operation: str
    type: str
    name: str


class Journal:
    """A file of calls in a folder that several processes share; a file beside it says what must fail."""

    def __init__(self, folder: Path) -> None:
        self._calls = folder / "calls.jsonl"
        self._refusals = folder / "refuse.json"
        self._lock = threading.Lock()

    def note(self, call: Call) -> None:
        """Write one call down."""
        with self._lock, self._calls.open("a", encoding="utf-8") as file:
            file.write(json.dumps(vars(call)) + "\n")

    def calls(self) -> list[Call]:
        """Give every call, in order."""
        if not self._calls.is_file():
            return []
        return [Call(**json.loads(line)) for line in self._calls.read_text(encoding="utf-8").splitlines()]

    def refuse(self, *calls: Call) -> None:
        """Let these calls fail from now on; none: let all succeed."""
        self._refusals.write_text(json.dumps([vars(call) for call in calls]), encoding="utf-8")

    def refuses(self, call: Call) -> bool:
        """Tell whether a call is to fail."""
        if not self._refusals.is_file():
            return False
        return vars(call) in json.loads(self._refusals.read_text(encoding="utf-8"))
