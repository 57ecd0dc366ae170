"""Which faults are on, in a file: what switches them and what lets them happen are different processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox.setup.state import read_json, write_json


@dataclass(frozen=True)
class On:
    """How a fault is on: until when (seconds of the epoch; None: until it is mended), and for which share of calls."""

    until: float | None = None
    rate: float = 1.0


class SwitchedOn:
    """The faults that are on, by name, the newest last. Read again when the file has changed."""

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock
        self._read: tuple[int, dict[str, On]] = (0, {})

    def now(self) -> dict[str, On]:
        """Give those that are on now."""
        try:
            changed = self._file.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if changed != self._read[0]:
            self._read = (changed, {name: On(**told) for name, told in (read_json(self._file) or {}).items()})
        return {name: on for name, on in self._read[1].items() if on.until is None or on.until > self._clock()}

    def switch(self, name: str, on: On | None) -> None:
        """Switch one on, or off (None)."""
        others = {known: how for known, how in self.now().items() if known != name}
        kept = others if on is None else {**others, name: on}
        write_json(self._file, {known: asdict(how) for known, how in kept.items()})
