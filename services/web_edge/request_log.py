"""One JSON line a request on standard output: what was asked of us and how it went, nothing about who asked."""

from __future__ import annotations

import json
from collections.abc import Callable

from flask import Flask, Response, g, request

REQUEST_ANSWERED = "request_answered"


def install_request_log(app: Flask, service: str, clock: Callable[[], float]) -> None:
    """Log every request of `app`: route (not path), method, status, milliseconds, problem; never a query or a header.

    `clock` counts seconds (`time.perf_counter`).
    """

    @app.before_request
    def start() -> None:
        g.started = clock()

    @app.after_request
    def log(response: Response) -> Response:
        context = request.environ.get("apig_wsgi.request_context") or {}
        line = {
            "event": REQUEST_ANSWERED,
            "service": service,
            "method": request.method,
            "route": _as_in_the_contract(request.url_rule.rule) if request.url_rule else None,
            "status": response.status_code,
            "milliseconds": round((clock() - g.started) * 1000, 1),
            "request_id": context.get("requestId"),
            "problem": g.get("problem"),
            "missing_sources": g.get("missing_sources") or None,
            "error": g.get("error"),
            "error_at": g.get("error_at"),
        }
        print(json.dumps({name: value for name, value in line.items() if value is not None}), flush=True)
        return response


def _as_in_the_contract(rule: str) -> str:
    return rule.replace("<", "{").replace(">", "}")
