"""The Flask application that every service starts from: problems, log, JSON as UTF-8, safe headers."""

from __future__ import annotations

import time

from flask import Flask, Response
from flask.json.provider import DefaultJSONProvider

from services.web_edge.problems import ProblemTable, install_problems
from services.web_edge.request_log import install_request_log


class _PlainJson(DefaultJSONProvider):
    ensure_ascii = False  # "é" is one character of an answer, not six: answers have a size limit in characters
    sort_keys = False  # fields come in the order of the contract
    compact = True


def build_service_app(service: str, own_problems: ProblemTable) -> Flask:
    """Build a Flask application without views: answers problems (RFC 9457), logs requests, serves no static files."""
    app = Flask(service, static_folder=None)
    app.json = _PlainJson(app)
    app.url_map.strict_slashes = False
    install_request_log(app, service, time.perf_counter)
    install_problems(app, own_problems)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        # Tokens travel in a header, never in a cookie: a page of any origin may read what its user could ask for.
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return app
