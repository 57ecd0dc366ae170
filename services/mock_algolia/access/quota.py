"""How often: a sliding hour per key and address, and a switch that answers 429 on demand."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from services.mock_algolia.errors import Refused

_HOUR = 3600.0


class Quota:
    """Counts the requests of the last hour for each name."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._spent: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def spend(self, name: str, limit: int) -> None:
        """Count one request; raise Refused(429) if `limit` were made in the last hour."""
        now = self._clock()
        with self._lock:
            times = self._spent.setdefault(name, deque())
            while times and times[0] <= now - _HOUR:
                times.popleft()
            if len(times) >= limit:
                raise Refused("Too Many Requests", 429, retry_after=max(1, int(times[0] + _HOUR - now)))
            times.append(now)


class RateLimit:
    """Answers 429 on demand: to every request beyond `limit` in `seconds`, or to the next N requests."""

    def __init__(self, clock: Callable[[], float], limit: int | None = None, seconds: float = 60.0) -> None:
        self._clock = clock
        self._limit = limit
        self._seconds = seconds
        self._times: deque[float] = deque()
        self._refuse_next = 0
        self._retry_after = 1
        self._lock = threading.Lock()

    def refuse_next(self, requests: int, retry_after: int = 1) -> None:
        """Answer 429 to the next `requests` requests."""
        with self._lock:
            self._refuse_next, self._retry_after = requests, retry_after

    def check(self) -> None:
        """Count one request; raise Refused(429, Retry-After) if it is one too many."""
        if self._limit is None and not self._refuse_next:
            return
        with self._lock:
            if self._refuse_next:
                self._refuse_next -= 1
                raise Refused("Too Many Requests", 429, retry_after=self._retry_after)
            if self._limit is None:
                return
            now = self._clock()
            while self._times and self._times[0] <= now - self._seconds:
                self._times.popleft()
            if len(self._times) >= self._limit:
                raise Refused("Too Many Requests", 429, retry_after=max(1, int(self._times[0] + self._seconds - now)))
            self._times.append(now)
