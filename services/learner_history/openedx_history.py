"""Enrollments from an Open edX LMS, over its public Enrollment API with a service's own token.

Documented in edx-platform, `openedx/core/djangoapps/enrollments/views.py` and `oauth_dispatch`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import urllib3

from services.course_record import course_key_of
from services.learner_history.history import (
    Enrollment,
    HistoryUnavailable,
    LearnerUnknown,
    refuse_impossible,
)
from services.telemetry.steps import call, carrying, tell
from services.web_edge.deadline import patience

CONNECT_SECONDS = 2.0
READ_SECONDS = 4.0
RENEW_SECONDS_BEFORE = 60.0
"""A token is renewed before it expires, so that none expires on its way."""


@dataclass(frozen=True)
class OpenEdx:
    """Where the LMS is, and the OAuth client that we are. The credentials are asked for when a token is needed."""

    url: str
    client_id: Callable[[], str]
    client_secret: Callable[[], str]


class OpenEdxHistory:
    """`LearnerHistory` over the Enrollment API, which tells no completions."""

    def __init__(self, lms: OpenEdx, clock: Callable[[], float]) -> None:
        self._lms = lms
        self._clock = clock
        self._http = urllib3.PoolManager()
        self._token: tuple[float, str] | None = None

    def enrollments_of(self, learner_id: str) -> tuple[Enrollment, ...]:
        """List a learner's active enrollments, newest first; raises `LearnerUnknown` and `HistoryUnavailable`."""
        refuse_impossible(learner_id)
        items = self._get("/api/enrollment/v1/enrollment", user=learner_id)
        if not isinstance(items, list):
            raise HistoryUnavailable("The LMS answered enrollments in a form that is not documented.")
        if not items:
            # The list is empty for an unknown user as well; the Accounts API tells them apart.
            if self._get(f"/api/user/v1/accounts/{quote(learner_id, safe='')}") is None:
                raise LearnerUnknown("There is no such learner.")
            return ()
        enrollments = [_enrollment(item) for item in items if item.get("is_active", True)]
        newest = sorted(enrollments, key=lambda enrollment: (_seconds(enrollment.enrolled), enrollment.course_run_id))
        return tuple(reversed(newest))

    def check(self) -> None:
        """Ask the LMS for a token, which is what every answer needs; raises `HistoryUnavailable`."""
        self._token = None
        self._access_token()

    def close(self) -> None:
        """Close every idle connection."""
        self._http.clear()

    def _get(self, path: str, **parameters: str) -> Any:
        for attempt in (1, 2):
            response = self._request(
                "GET", path, fields=parameters, headers={"Authorization": f"JWT {self._access_token()}"}
            )
            if response.status == 401 and attempt == 1:
                self._token = None  # the LMS changed its keys, or forgot us: ask once more
                continue
            break
        if response.status == 404:
            return None
        return _json(response)

    def _access_token(self) -> str:
        if self._token is not None and self._clock() < self._token[0]:
            return self._token[1]
        form = {
            "grant_type": "client_credentials",
            "client_id": self._lms.client_id(),
            "client_secret": self._lms.client_secret(),
            "token_type": "jwt",
        }
        answer = _json(self._request("POST", "/oauth2/access_token", fields=form, encode_multipart=False))
        if not isinstance(answer, Mapping) or not isinstance(answer.get("access_token"), str):
            raise HistoryUnavailable("The LMS answered no access token.")
        lifetime = float(answer.get("expires_in") or 0)
        self._token = (self._clock() + max(lifetime - RENEW_SECONDS_BEFORE, 0.0), answer["access_token"])
        return self._token[1]

    def _request(self, method: str, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
        timeout = urllib3.Timeout(connect=patience(CONNECT_SECONDS), read=patience(READ_SECONDS))
        url = self._lms.url.rstrip("/") + path
        headers = carrying(options.pop("headers", {}))
        with call(f"{method} lms", {"http.request.method": method}):
            try:
                answer = self._http.request(method, url, retries=False, timeout=timeout, headers=headers, **options)
            except urllib3.exceptions.HTTPError as error:
                raise HistoryUnavailable(f"The LMS does not answer ({type(error).__name__}).") from error
            tell({"http.response.status_code": answer.status})
            return answer


def _json(response: urllib3.BaseHTTPResponse) -> Any:
    if response.status != 200:
        raise HistoryUnavailable(f"The LMS answered with status {response.status}.")
    try:
        return json.loads(response.data)
    except ValueError as error:
        raise HistoryUnavailable("The LMS answered something that is not JSON.") from error


def _enrollment(item: Mapping[str, Any]) -> Enrollment:
    details = item.get("course_details") or {}
    run = details.get("course_id") or item.get("course_id")
    if not isinstance(run, str):
        raise HistoryUnavailable("The LMS answered an enrollment without a course.")
    return Enrollment(
        course_run_id=run,
        course_key=course_key_of(run),
        title=details.get("course_name"),
        mode=item.get("mode") or "",
        enrolled=_moment(item.get("created")),
    )


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise HistoryUnavailable("The LMS answered a time that is not ISO 8601.") from error


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
