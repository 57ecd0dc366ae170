"""One deadline for a whole request, which every call that serves it shares.

A part that hangs costs a request its patience once, not once a call: what is left after the first wait is all that the
next call gets, and a gateway that gives up names its part in a 503, long before the Lambda's own timeout would.
"""

from __future__ import annotations

import time
from contextvars import ContextVar

REQUEST_SECONDS = 7.0
"""How long a request of the API may take: what a person still waits for, and half of the Lambdas' timeout."""
LEAST_SECONDS = 0.1
"""What a call gets when the deadline has passed: enough to fail by its own timeout, as any slow part does."""

_ends: ContextVar[float | None] = ContextVar("request_ends", default=None)


def begin_request(seconds: float) -> None:
    """Set the end of the request that this thread serves, so many seconds from now."""
    _ends.set(time.monotonic() + seconds)


def end_request() -> None:
    """Forget the deadline: what this thread does next belongs to no request."""
    _ends.set(None)


def patience(most: float) -> float:
    """Return for how many seconds a call may wait: `most`, or what is left of its request; outside of one, `most`."""
    ends = _ends.get()
    return most if ends is None else max(LEAST_SECONDS, min(most, ends - time.monotonic()))
