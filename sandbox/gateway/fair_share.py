"""How many requests of one caller are answered at a time, so that no caller holds the gateway by itself.

A caller is where a request comes from (through a tunnel: the address that the tunnel adds last to X-Forwarded-For) and
what it shows in Authorization. A made-up token makes another caller, so one address has a share of its own too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from sandbox.gateway.guard import Scope

OF_A_CALLER = 25
OF_AN_ADDRESS = 50
"""Of the 100 that the front door passes on at a time."""


class FairShare:
    """Counts what is being answered; for one event loop, so without a lock."""

    def __init__(self, of_a_caller: int = OF_A_CALLER, of_an_address: int = OF_AN_ADDRESS) -> None:
        self._most = (of_an_address, of_a_caller)
        self._answering: Counter[tuple[str, ...]] = Counter()

    @property
    def answering(self) -> int:
        """How many requests hold a place."""
        return sum(count for caller, count in self._answering.items() if len(caller) == 1)

    @contextmanager
    def place(self, scope: Scope) -> Iterator[bool]:
        """Take a place for a request while it is answered; False where its caller holds its share already."""
        address, shown = _address(scope), sha256(_header(scope, b"authorization")).hexdigest()
        callers = ((address,), (address, shown))
        if any(self._answering[caller] >= most for caller, most in zip(callers, self._most, strict=True)):
            yield False
            return
        self._answering.update(callers)
        try:
            yield True
        finally:
            self._answering.subtract(callers)
            for caller in callers:
                if not self._answering[caller]:
                    del self._answering[caller]


def _address(scope: Scope) -> str:
    forwarded = _header(scope, b"x-forwarded-for").rsplit(b",", 1)[-1].strip()
    return forwarded.decode("latin-1")[:64] or str((scope.get("client") or ("",))[0])


def _header(scope: Scope, wanted: bytes) -> bytes:
    return b",".join(value for name, value in scope["headers"] if name.lower() == wanted)
