"""How long to wait before something that ended, or failed, is tried again."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0
"""A tenth of Kubernetes' 10 s … 5 min: somebody is waiting at this terminal."""
HEALTHY_AFTER = 60.0
"""Seconds up after which a restart counts as the first again (Kubernetes: ten minutes)."""


@dataclass
class Backoff:
    """Delays that double from the second on, up to the longest; `first` may be 0: then the second is `FIRST_DELAY`."""

    first: float = FIRST_DELAY
    longest: float = LONGEST_DELAY
    _next: float | None = None

    def delay(self, lived: float = 0.0) -> float:
        """Give the seconds to wait now; what had `lived` long enough begins again with the first."""
        if self._next is None or lived > HEALTHY_AFTER:
            self._next = self.first
        now = min(self._next, self.longest)
        self._next = min(max(now * 2, min(FIRST_DELAY, self.longest)), self.longest)
        return now
