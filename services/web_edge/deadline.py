"""One deadline for a whole request, which every call that serves it shares.

A part that hangs costs a request its patience once, not once a call: what is left after the first wait is all that the
next call gets, and a gateway that gives up names its part in a 503, long before the Lambda's own timeout would.
"""

from __future__ import annotations

import time
from contextvars import ContextVar, Token

REQUEST_SECONDS = 7.0
"""How long a request of the API may take: what a person still waits for, and half of the Lambdas' timeout."""
LEAST_SECONDS = 0.1
"""What a call gets when the deadline has passed: enough to fail by its own timeout, as any slow part does."""

_ends: ContextVar[float | None] = ContextVar("request_ends", default=None)


Begun = Token[float | None]


def begin_request(seconds: float) -> Begun:
    """Set the end of the request that this thread serves, so many seconds from now; `end_request` takes the answer."""
    return _ends.set(time.monotonic() + patience(seconds))


def end_request(begun: Begun) -> None:
    """Forget the deadline: what this thread does next belongs to no request, or to the one that it served before."""
    _ends.reset(begun)


def patience(most: float) -> float:
    """Return for how many seconds a call may wait: `most`, or what is left of its request; outside of one, `most`."""
    ends = _ends.get()
    return most if ends is None else max(LEAST_SECONDS, min(most, ends - time.monotonic()))
