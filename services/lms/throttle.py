"""Limit how often one caller may ask, as Django REST framework's SimpleRateThrottle does: a sliding window a caller."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from services.lms.settings import Rate

CALLERS = 10_000
"""How many callers are remembered; the longest silent one is forgotten first."""


class Throttle:
    """Counts requests in memory. `clock` returns seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._requests: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, caller: str, rate: Rate) -> int:
        """Count a request; return 0 if it may go on, or the whole seconds after which the next one may."""
        with self._lock:
            now = self._clock()
            made = self._requests.setdefault(caller, deque())
            self._requests.move_to_end(caller)
            if len(self._requests) > CALLERS:
                self._requests.popitem(last=False)
            while made and made[0] <= now - rate.seconds:
                made.popleft()
            if len(made) >= rate.requests:
                return max(1, math.ceil(made[0] + rate.seconds - now))
            made.append(now)
            return 0
