"""GET JSON from somebody else's site, politely: timeouts, waiting when told to, and few tries when it is ill."""

from __future__ import annotations

import email.utils
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import tenacity
import urllib3

log = logging.getLogger("catalog_sync.http")

MAX_BODY_BYTES = 64 * 1024 * 1024
"""More than a hundred of the largest courses a page could hold."""

RETRIED = frozenset((429, 500, 502, 503, 504))


class SiteUnavailable(RuntimeError):
    """The site did not give a usable answer, however often it was asked."""


class SiteRefused(SiteUnavailable):
    """The site answered with a client error (4xx): asking again would not help. `status` is its HTTP status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try: attempts for one request, and the bounds of one wait in seconds."""

    attempts: int = 8
    first_wait: float = 0.5
    longest_wait: float = 60.0
    longest_retry_after: float = 300.0


@dataclass(slots=True)
class PoliteHttp:
    """A JSON client of one site. `requests` counts what was really sent, retries included."""

    patience: Patience = field(default_factory=Patience)
    sleep: Callable[[float], None] = time.sleep
    connect_timeout: float = 5.0
    read_timeout: float = 30.0
    requests: int = 0
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(maxsize=1))

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        """Fetch and decode one JSON document.

        429 and 503 wait as long as `Retry-After` says (seconds or a date), other 5xx and broken connections an
        exponential time with jitter. Raises SiteRefused for a 4xx, SiteUnavailable when patience ends.
        """
        return self._with_patience("GET", url, dict(headers or {}), None)

    def post_form(self, url: str, form: Mapping[str, str]) -> Any:
        """Send a form and decode the JSON answer, with the same patience. The form never reaches a log or an error."""
        return self._with_patience("POST", url, {}, dict(form))

    def _with_patience(self, method: str, url: str, headers: dict[str, str], form: dict[str, str] | None) -> Any:
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Later),
            wait=WaitAsTold(self.patience),
            stop=tenacity.stop_after_attempt(self.patience.attempts),
            sleep=self.sleep,
            before_sleep=_tell(url),
        )
        try:
            return retrying(self._once, method, url, headers, form)
        except tenacity.RetryError as error:
            cause = error.last_attempt.exception()
            raise SiteUnavailable(f"{shown(url)}: {cause}, after {self.patience.attempts} attempts") from cause

    def _once(self, method: str, url: str, headers: dict[str, str], form: dict[str, str] | None) -> Any:
        self.requests += 1
        body_of_form = urlencode(form).encode() if form is not None else None
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
        try:
            response = self.pool.request(
                method,
                url,
                body=body_of_form,
                headers={"Accept": "application/json", **kind, **headers},
                timeout=urllib3.Timeout(connect=self.connect_timeout, read=self.read_timeout),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            try:
                body = response.read(MAX_BODY_BYTES + 1)
            finally:
                response.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise _Later(f"no answer ({type(error).__name__})") from error
        if response.status in RETRIED:
            raise _Later(f"HTTP {response.status}", retry_after(response.headers.get("Retry-After"), datetime.now(UTC)))
        if response.status >= 300:
            raise SiteRefused(f"{shown(url)}: HTTP {response.status}", response.status)
        if len(body) > MAX_BODY_BYTES:
            raise SiteUnavailable(f"{shown(url)}: an answer of more than {MAX_BODY_BYTES:,} bytes")
        return _decoded(body, url)


class _Later(RuntimeError):
    """This request may work another time; `after` is the wait the site asked for, in seconds."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class WaitAsTold(tenacity.wait.wait_base):
    """Wait what the site asks for, plus a little jitter; where it asks for nothing, exponentially with full jitter."""

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


def shown(url: str) -> str:
    """Write a URL as logs may show it: without user, password, query and fragment."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _tell(url: str) -> Callable[[tenacity.RetryCallState], None]:
    def tell(state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        wait = state.next_action.sleep if state.next_action else 0.0
        log.info("%s: %s; asking again in %.1f s", shown(url), error, wait)

    return tell


def _decoded(body: bytes, url: str) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise SiteUnavailable(f"{shown(url)}: the answer is not JSON; is this the right address?") from error
