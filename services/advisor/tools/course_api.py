"""The system's own HTTP API, as the tools ask it: GET with a learner's token passed through."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlencode

import urllib3

from services.telemetry.steps import call, carrying, tell
from services.web_edge.deadline import patience

CONNECT_SECONDS = 2.0
READ_SECONDS = 7.5
"""Longer than the API's own deadline, so that its answer is heard, which names the part that is missing."""
MOST_BYTES = 2_000_000


class ApiUnavailable(Exception):
    """The API, or a part behind it, does not answer; trying again later may help.

    `part` is the part's name in the API's problem ("course_index", "enrollments"), empty where none is told.
    """

    def __init__(self, said: str, part: str = "") -> None:
        super().__init__(said)
        self.part = part


class ApiRefused(Exception):
    """The API answered a problem (RFC 9457) that is the asker's to mend; the message is the problem's own detail."""

    def __init__(self, status: int, detail: str, parameter: str | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.parameter = parameter


class CourseApi(Protocol):
    """Whatever answers the paths of `openapi.yaml`."""

    def get(self, path: str, params: Mapping[str, str], authorization: str | None) -> Any:
        """Return the JSON of a 200; raises `ApiRefused` for a 4xx and `ApiUnavailable` for everything else."""


class HttpCourseApi:
    """The API over HTTP. `address` answers its base URL, which no client may choose: tokens go there."""

    def __init__(self, address: Callable[[], str], *, seconds: float = READ_SECONDS) -> None:
        self._address = address
        self._seconds = seconds
        # An answer is an answer: urllib3 would sleep a 503's Retry-After and ask ten times, until the Lambda's timeout.
        again = urllib3.Retry(connect=1, read=0, redirect=0, status=0, respect_retry_after_header=False)
        self._pool = urllib3.PoolManager(retries=again)

    def get(self, path: str, params: Mapping[str, str], authorization: str | None) -> Any:
        """Ask the API; see `CourseApi`."""
        headers = {"Accept": "application/json"}
        if authorization:
            headers["Authorization"] = authorization
        timeout = urllib3.Timeout(connect=patience(CONNECT_SECONDS), read=patience(self._seconds))
        url = f"{self._address()}{path}?{urlencode(params)}"
        with call(f"GET {path.split('/')[1]}", {"http.request.method": "GET"}):
            try:
                answer = self._pool.request("GET", url, headers=carrying(headers), timeout=timeout)
            except urllib3.exceptions.HTTPError as error:
                raise ApiUnavailable("The course service does not answer; try again in a moment.") from error
            tell({"http.response.status_code": answer.status})
            return read_answer(answer.status, lambda: answer.data)


def read_answer(status: int, body: Callable[[], bytes]) -> Any:
    """Return the JSON of an answer; raises `ApiRefused` or `ApiUnavailable` for a problem."""
    content = body()
    try:
        read = json.loads(content) if len(content) <= MOST_BYTES else None
    except ValueError:
        read = None
    if status == 200 and read is not None:
        return read
    problem = read if isinstance(read, dict) else {}
    detail = problem.get("detail")
    said = detail if isinstance(detail, str) else "The course service gave no usable answer; try again in a moment."
    if 400 <= status < 500 and status != 429 and isinstance(detail, str):
        parameter = problem.get("parameter")
        raise ApiRefused(status, said, parameter if isinstance(parameter, str) else None)
    source = problem.get("source")
    raise ApiUnavailable(said, source if isinstance(source, str) else "")
