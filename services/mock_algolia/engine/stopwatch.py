"""Where the time of a search goes."""

from __future__ import annotations

import time


class Stopwatch:
    """Seconds since the search began, and by part."""

    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()
        self.spent: list[tuple[str, float]] = []

    def mark(self, part: str) -> None:
        """Count the time since the last mark for a part."""
        now = time.perf_counter()
        self.spent.append((part, now - self._last))
        self._last = now

    @property
    def milliseconds(self) -> int:
        """Whole milliseconds so far, at least 1."""
        return max(1, round((time.perf_counter() - self._began) * 1000))
