"""How many requests of one caller are worked on at a time, so that no caller holds every thread.

A caller is an address and the key that it shows; made-up keys get no further, and secured keys count as the key that
they were made from, since anybody who has that can make more.
"""

from __future__ import annotations

import threading

from services.mock_algolia.access.caller import Caller
from services.mock_algolia.errors import Refused


class FairShare:
    """Counts what is being worked on; five threads of eight are a caller's at most."""

    def __init__(self, threads: int) -> None:
        self._most = max(1, threads * 5 // 8)
        self._working: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def place(self, caller: Caller) -> _Place:
        """Hold a place while a request is worked on; entering it raises Refused(429) where the caller has its share."""
        return _Place(self, (caller.ip, caller.made_from or caller.key))

    def take(self, who: tuple[str, str]) -> None:
        """Count a request; raise Refused(429) where its caller holds its share already."""
        with self._lock:
            held = self._working.get(who, 0)
            if held >= self._most:
                raise Refused("Too Many Requests", 429, retry_after=1)
            self._working[who] = held + 1

    def give_back(self, who: tuple[str, str]) -> None:
        """Count a request no longer."""
        with self._lock:
            held = self._working.pop(who) - 1
            if held:
                self._working[who] = held


class _Place:
    """One caller's place, for a `with`."""

    __slots__ = ("_share", "_who")

    def __init__(self, share: FairShare, who: tuple[str, str]) -> None:
        self._share, self._who = share, who

    def __enter__(self) -> None:
        self._share.take(self._who)

    def __exit__(self, *_: object) -> None:
        self._share.give_back(self._who)
