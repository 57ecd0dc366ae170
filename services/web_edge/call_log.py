"""One JSON line a call that a request makes of another part: which, how long, how many rows; never what was asked."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from services.telemetry.steps import trace_id

CALL_ANSWERED = "call_answered"
CALL_FAILED = "call_failed"
_request: ContextVar[str | None] = ContextVar("request_id", default=None)


def name_request(request_id: str | None) -> None:
    """Say which request this thread serves from now on: the gateway's id, which its own log and its answer have too."""
    _request.set(request_id)


def log_call(part: str, began: float, rows: int) -> None:
    """Log a call that `began` at so many seconds of `time.perf_counter`; outside of a request nothing is said."""
    request_id = _request.get()
    if request_id is not None:
        milliseconds = round((time.perf_counter() - began) * 1000, 1)
        line = {"event": CALL_ANSWERED, "part": part, "milliseconds": milliseconds, "rows": rows}
        told = {**line, "request_id": request_id, "trace_id": trace_id()}
        say(told)


def log_failure(part: str, error: str) -> None:
    """Log that a part failed where the answer goes on without it, in words that no answer repeats."""
    request_id = _request.get()
    if request_id is not None:
        say({"event": CALL_FAILED, "part": part, "error": error, "request_id": request_id, "trace_id": trace_id()})


def say(line: Mapping[str, Any]) -> None:
    """Print one JSON line of what is known of it; a disk that is full takes no log, and costs no answer."""
    with suppress(OSError):
        print(json.dumps({name: value for name, value in line.items() if value is not None}), flush=True)
