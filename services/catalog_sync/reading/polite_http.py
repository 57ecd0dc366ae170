"""GET JSON from somebody else's site, politely: timeouts, waiting when told to, and few tries when it is ill."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3

from services.index_writer.patience import AskLater, Patience, PatienceEnded, ask_patiently, retry_after
from services.telemetry.steps import call, carrying, tell

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
        try:
            return ask_patiently(
                lambda: self._traced(method, url, headers, form), self.patience, self.sleep, log, shown(url)
            )
        except PatienceEnded as error:
            raise SiteUnavailable(f"{shown(url)}: {error}") from error

    def _traced(self, method: str, url: str, headers: dict[str, str], form: dict[str, str] | None) -> Any:
        """Ask once, as a span; the path only, since a query may hold what is nobody's business."""
        facts = {"http.request.method": method, "url.path": urlsplit(url).path}
        with call(f"{method} {urlsplit(url).path}", facts):
            return self._once(method, url, carrying(headers), form)

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
            raise AskLater(f"no answer ({type(error).__name__})") from error
        tell({"http.response.status_code": response.status})
        if response.status in RETRIED:
            raise AskLater(
                f"HTTP {response.status}", retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
            )
        if response.status >= 300:
            raise SiteRefused(f"{shown(url)}: HTTP {response.status}", response.status)
        if len(body) > MAX_BODY_BYTES:
            raise SiteUnavailable(f"{shown(url)}: an answer of more than {MAX_BODY_BYTES:,} bytes")
        return _decoded(body, url)


def shown(url: str) -> str:
    """Write a URL as logs may show it: without user, password, query and fragment."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _decoded(body: bytes, url: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SiteUnavailable(f"{shown(url)}: the answer is not JSON; is this the right address?") from error
