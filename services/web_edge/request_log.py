"""One JSON line a request on standard output: what was asked of us and how it went, nothing about who asked."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, g, request

from services.telemetry.steps import tell, trace_id
from services.telemetry.wsgi import tell_route
from services.web_edge.call_log import name_request, say

REQUEST_ANSWERED = "request_answered"
ID_HEADER = "X-Request-Id"
"""Under which an answer tells the gateway's id of its request, which stands in every line about it."""


def install_request_log(app: Flask, service: str, clock: Callable[[], float]) -> None:
    """Log every request of `app`: route (not path), method, status, milliseconds, problem; never a query or a header.

    `clock` counts seconds (`time.perf_counter`).
    """

    @app.before_request
    def start() -> None:
        g.started = clock()
        name_request(_request_id())

    @app.after_request
    def log(response: Response) -> Response:
        request_id = _request_id()
        if request_id is not None:
            response.headers[ID_HEADER] = request_id
        route = _as_in_the_contract(request.url_rule.rule) if request.url_rule else None
        tell_route(route)
        tell({"faas.invocation_id": request_id, "coursematch.problem": g.get("problem"), "error.type": g.get("error")})
        line = {
            "event": REQUEST_ANSWERED,
            "service": service,
            "method": request.method,
            "route": route,
            "status": response.status_code,
            "milliseconds": round((clock() - g.started) * 1000, 1),
            "request_id": request_id,
            "trace_id": trace_id(),
            "problem": g.get("problem"),
            "missing_sources": g.get("missing_sources") or None,
            "error": g.get("error"),
            "error_at": g.get("error_at"),
        }
        say(line)
        return response


def _request_id() -> str | None:
    found = (request.environ.get("apig_wsgi.request_context") or {}).get("requestId")
    return found if isinstance(found, str) else None


def _as_in_the_contract(rule: str) -> str:
    return rule.replace("<", "{").replace(">", "}")
