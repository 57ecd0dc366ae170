"""Ask again, patiently: as told where the other side says how long to wait, else longer each time, with jitter."""

from __future__ import annotations

import email.utils
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from logging import Logger
from typing import TypeVar

import tenacity

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try: attempts for one request, and the bounds of one wait in seconds."""

    attempts: int = 8
    first_wait: float = 0.5
    longest_wait: float = 60.0
    longest_retry_after: float = 300.0


class AskLater(RuntimeError):
    """A request that may work another time; `after` is the wait that the other side asked for, in seconds."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class PatienceEnded(RuntimeError):
    """Every attempt ended in `AskLater`; the message has the last reason and the number of attempts."""


def ask_patiently(
    once: Callable[[], T], patience: Patience, sleep: Callable[[float], None], log: Logger, asked: str
) -> T:
    """Call `once` until it does not raise AskLater. Raises PatienceEnded; `asked` names in the log who was asked."""

    def note(state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        log.info("%s: %s; asking again in %.1f s", asked, error, state.next_action.sleep if state.next_action else 0.0)

    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(AskLater),
        wait=_WaitAsTold(patience),
        stop=tenacity.stop_after_attempt(patience.attempts),
        sleep=sleep,
        before_sleep=note,
    )
    try:
        return retrying(once)
    except tenacity.RetryError as error:
        reason = error.last_attempt.exception()
        raise PatienceEnded(f"{reason}, after {patience.attempts} attempts") from reason


class _WaitAsTold(tenacity.wait.wait_base):
    """Wait what was asked for, plus a little jitter; where nothing was, exponentially with full jitter."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._unasked = tenacity.wait_random_exponential(
            multiplier=patience.first_wait * 2, max=patience.longest_wait, min=patience.first_wait / 2
        )

    def __call__(self, retry_state: tenacity.RetryCallState) -> float:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        asked = getattr(error, "after", None)
        if asked is None:
            return self._unasked(retry_state)
        jitter = tenacity.wait_random(0, self._patience.first_wait)(retry_state)
        return float(min(asked, self._patience.longest_retry_after)) + jitter


def retry_after(value: str | None, now: datetime) -> float | None:
    """Read a `Retry-After` header (RFC 9110, 10.2.3: seconds or an HTTP date) as seconds from now; else None."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip())
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return max(0.0, (moment - now).total_seconds())
