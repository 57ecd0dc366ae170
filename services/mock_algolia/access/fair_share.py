"""How many requests of one caller are worked on at a time, so that no caller holds every thread.

A caller is an address and the key that it shows; made-up keys get no further, and secured keys count as the key that
they were made from, since anybody who has that can make more.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from services.mock_algolia.access.caller import Caller
from services.mock_algolia.errors import Refused


class FairShare:
    """Counts what is being worked on; five threads of eight are a caller's at most."""

    def __init__(self, threads: int) -> None:
        self._most = max(1, threads * 5 // 8)
        self._working: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, caller: Caller) -> Iterator[None]:
        """Hold a place while a request is worked on; raise Refused(429) where its caller holds its share already."""
        who = (caller.ip, caller.made_from or caller.key)
        with self._lock:
            if self._working[who] >= self._most:
                raise Refused("Too Many Requests", 429, retry_after=1)
            self._working[who] += 1
        try:
            yield
        finally:
            with self._lock:
                self._working[who] -= 1
                if not self._working[who]:
                    del self._working[who]
