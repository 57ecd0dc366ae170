"""How many requests of one caller are worked on at a time, so that no caller holds every thread.

A caller is an address and what it shows in Authorization; made-up tokens make new callers, so an address has its own
share too, which leaves a thread to everybody else.
"""

from __future__ import annotations

import threading
from collections import Counter
from hashlib import sha256

THREADS = 8
OF_A_CALLER = 4
OF_AN_ADDRESS = 7
Place = tuple[tuple[str, ...], tuple[str, ...]]


class FairShare:
    """Counts what is being worked on."""

    def __init__(self, of_a_caller: int = OF_A_CALLER, of_an_address: int = OF_AN_ADDRESS) -> None:
        self._most = (of_an_address, of_a_caller)
        self._lock = threading.Lock()
        self._working: Counter[tuple[str, ...]] = Counter()

    def enter(self, address: str, shown: str) -> Place | None:
        """Take a place for a request; None where its caller holds its share already."""
        place = ((address,), (address, sha256(shown.encode("utf-8", "replace")).hexdigest()))
        with self._lock:
            if any(self._working[caller] >= most for caller, most in zip(place, self._most, strict=True)):
                return None
            self._working.update(place)
            return place

    def leave(self, place: Place) -> None:
        """Give a place back."""
        with self._lock:
            self._working.subtract(place)
            for caller in place:
                if not self._working[caller]:
                    del self._working[caller]
