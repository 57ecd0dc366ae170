"""Errors as problem documents (RFC 9457): one table says which error is which answer.

A service adds its own errors to the table in its composition root; nothing else turns an error into a status.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from traceback import extract_tb
from typing import Any

from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from services.web_edge.identity import TokenMissing, TokenRefused
from services.web_edge.parameters import BadParameter
from services.web_edge.secrets import SecretUnavailable

PROBLEM_JSON = "application/problem+json"
TYPE_PREFIX = "urn:problem-type:coursematch:"
RETRY_AFTER_SECONDS = 5
"""What a 503 asks a client to wait: about as long as a restarted part takes to answer again."""


@dataclass(frozen=True)
class Problem:
    """What an error becomes. `source` names the part that does not answer; `challenge` is a 401's WWW-Authenticate."""

    status: int
    slug: str
    title: str
    source: str | None = None
    challenge: str | None = None


ProblemTable = Mapping[type[Exception], Problem]

EDGE_PROBLEMS: ProblemTable = {
    BadParameter: Problem(400, "bad-parameter", "A parameter is not right"),
    # RFC 6750, section 3.1: a request without a token gets no error code, a request with a bad one does.
    TokenMissing: Problem(401, "token-missing", "A token is needed", challenge='Bearer realm="coursematch"'),
    TokenRefused: Problem(
        401,
        "token-refused",
        "The token is not accepted",
        challenge='Bearer realm="coursematch", error="invalid_token"',
    ),
    SecretUnavailable: Problem(503, "source-unavailable", "A part does not answer", source="secrets"),
}

_HTTP_DETAILS = {
    404: "There is no such path here. GET /openapi.yaml lists the paths.",
    405: "This path does not take that method; the Allow header lists those it takes.",
}


def install_problems(app: Flask, own_problems: ProblemTable) -> None:
    """Make every error of `app` a problem document: ours by the table, Flask's own by status, any other as a 500."""
    for error_type, problem in {**EDGE_PROBLEMS, **own_problems}.items():
        app.register_error_handler(error_type, _answerer(problem))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def problem_response(problem: Problem, detail: str, **members: Any) -> Response:
    """Build the answer: `detail` says what was wrong and how to mend it; `members` are the problem's own fields."""
    g.problem = problem.slug
    body: dict[str, Any] = {
        "type": TYPE_PREFIX + problem.slug,
        "title": problem.title,
        "status": problem.status,
        "detail": detail,
    }
    if problem.source is not None:
        body["source"] = problem.source
    body |= {name: value for name, value in members.items() if value is not None}
    response = Response(json.dumps(body, ensure_ascii=False), status=problem.status, content_type=PROBLEM_JSON)
    if problem.status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if problem.challenge is not None:
        response.headers["WWW-Authenticate"] = problem.challenge
    return response


def _answerer(problem: Problem) -> Any:
    def answer(error: Exception) -> Response:
        return problem_response(problem, str(error), parameter=getattr(error, "parameter", None))

    return answer


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    slug = error.name.lower().replace(" ", "-")
    detail = _HTTP_DETAILS.get(status, error.description or error.name)
    response = problem_response(Problem(status, slug, error.name), detail)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    # Where it happened, never what was said: a message may hold a learner's data.
    g.error = type(error).__name__
    g.error_at = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(sys.exc_info()[2])[-5:]]
    problem = Problem(500, "unexpected-error", "Something went wrong on our side")
    return problem_response(problem, "This should not have happened; the request log holds where it did.")
