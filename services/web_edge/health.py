"""`GET /health`: asks every part a service relies on, and says which of them answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, g, jsonify, request

from services.web_edge.parameters import Parameters
from services.web_edge.problems import RETRY_AFTER_SECONDS

Check = Callable[[], None]
"""Returns where the part answers, raises where it does not."""


def health_views(parts: Mapping[str, Check], failures: tuple[type[Exception], ...]) -> Blueprint:
    """Build the blueprint: 200 where every check returns, 503 with Retry-After where one raises one of `failures`."""
    views = Blueprint("health", __name__)

    @views.get("/health")
    def read_health() -> Response:
        Parameters(request.args, known=())
        states = {name: "ok" if _answers(check, failures) else "unavailable" for name, check in parts.items()}
        healthy = "unavailable" not in states.values()
        response = jsonify(status="ok" if healthy else "unavailable", parts=states)
        if not healthy:
            response.status_code = 503
            response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
            g.missing_sources = sorted(name for name, state in states.items() if state != "ok")
        return response

    return views


def _answers(check: Check, failures: tuple[type[Exception], ...]) -> bool:
    try:
        check()
    except failures:
        return False
    return True
