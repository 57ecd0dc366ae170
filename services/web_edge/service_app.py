"""The Flask application that every service starts from: problems, log, JSON as UTF-8, safe headers."""

from __future__ import annotations

import math
import time

from flask import Flask, Response, g, request
from flask.json.provider import DefaultJSONProvider

from services.telemetry.wsgi import Traced
from services.web_edge.deadline import REQUEST_SECONDS, begin_request, end_request
from services.web_edge.problems import ProblemTable, install_problems
from services.web_edge.request_log import install_request_log


class _PlainJson(DefaultJSONProvider):
    ensure_ascii = False  # "é" is one character of an answer, not six: answers have a size limit in characters
    sort_keys = False  # fields come in the order of the contract
    compact = True


SECONDS_TO_ANSWER = 1.0
"""What is kept of a Lambda's own time for writing the answer down."""


def build_service_app(service: str, own_problems: ProblemTable, request_seconds: float = REQUEST_SECONDS) -> Flask:
    """Build a Flask application without views: answers problems (RFC 9457), logs requests, serves no static files.

    Every request has one deadline, `request_seconds` from its start or a second before its Lambda's own end.
    """
    app = Flask(service, static_folder=None)
    app.json = _PlainJson(app)
    app.wsgi_app = Traced(app.wsgi_app)  # type: ignore[method-assign]  # as Flask's documentation adds a middleware
    app.url_map.strict_slashes = False
    install_request_log(app, service, time.perf_counter)
    install_problems(app, own_problems)

    @app.before_request
    def set_deadline() -> None:
        g.deadline = begin_request(min(request_seconds, lambda_seconds_left() - SECONDS_TO_ANSWER))

    @app.teardown_request
    def forget_deadline(_error: BaseException | None) -> None:
        begun = g.pop("deadline", None)
        if begun is not None:
            end_request(begun)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        # Tokens travel in a header, never in a cookie: a page of any origin may read what its user could ask for.
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "Retry-After,WWW-Authenticate"
        return response

    return app


def lambda_seconds_left() -> float:
    """Return for how long the Lambda that serves this request may still run; infinite where nothing ends it."""
    context = request.environ.get("apig_wsgi.context")
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return float(remaining()) / 1000 if callable(remaining) else math.inf
