"""The Flask application: every request is authenticated, limited, answered in JSON, logged; whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from time import perf_counter, time
from typing import Any
from urllib.parse import unquote

import duckdb
import orjson
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from services.mock_algolia.access.fair_share import FairShare
from services.mock_algolia.access.gate import Gate
from services.mock_algolia.access.quota import RateLimit
from services.mock_algolia.engine import BadRequest
from services.mock_algolia.errors import Refused
from services.mock_algolia.wire.body import inflate, json_object
from services.mock_algolia.wire.raw_path import IndexConverter, NameConverter, RawPath
from services.mock_algolia.wire.request_log import SHOWN, Entry, RequestLog
from services.mock_algolia.wire.route import Call, Route
from services.telemetry.wsgi import tell_route

log = logging.getLogger("mock_algolia.http")

_JSON = "application/json; charset=UTF-8"
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, PUT, DELETE, POST, OPTIONS",
    "Access-Control-Allow-Headers": "*, x-algolia-application-id, x-algolia-api-key, x-algolia-agent, "
    "x-algolia-usertoken, x-algolia-user-token, x-forwarded-for, content-type, authorization",
    "Access-Control-Expose-Headers": "*, Retry-After",
    "Access-Control-Max-Age": "86400",
    "Timing-Allow-Origin": "*",
}


class Dispatcher:
    """Turns routes into a WSGI application."""

    def __init__(self, gate: Gate, rate_limit: RateLimit, share: FairShare, requests: RequestLog) -> None:
        self._gate = gate
        self._share = share
        self._rate_limit = rate_limit
        self._requests = requests
        self.app = Flask("services.mock_algolia", static_folder=None)
        self.app.url_map.merge_slashes = False
        self.app.url_map.converters |= {"name": NameConverter, "index": IndexConverter}
        self.app.wsgi_app = RawPath(self.app.wsgi_app)  # type: ignore[method-assign] # Flask documents this as the place for middleware
        self.app.after_request(_with_cors)
        self.app.register_error_handler(Exception, self._failed)

    def add(self, routes: Iterable[Route]) -> None:
        """Register routes."""
        for route in routes:
            self.app.add_url_rule(
                route.path,
                endpoint=f"{route.method} {route.path}",
                view_func=self._answering(route),
                methods=route.method.split(),
            )

    def _answering(self, route: Route) -> Callable[..., Response]:
        def answer(**segments: str) -> Response:
            started = perf_counter()
            self._rate_limit.check()
            call = self._admit(route, segments)
            with self._share.place(call.caller):
                result = route.view(call, **segments)
            tell_route(request.url_rule.rule if request.url_rule else None)
            status = 200
            if type(result) is tuple:
                result, status = result
            response = Response(_encode(result), status, content_type=_JSON)
            self._record(status, response.get_data(), call.raw_body, segments.get("index"), started, result)
            return response

        return answer

    def _admit(self, route: Route, segments: Mapping[str, str]) -> Call:
        raw = inflate(request.get_data(cache=True), request.headers.get("Content-Encoding", "").lower())
        credentials, args = _split(request.args.items())
        headers = request.headers
        app_id = headers.get("X-Algolia-Application-Id") or credentials.get("x-algolia-application-id", "")
        key = headers.get("X-Algolia-API-Key") or credentials.get("x-algolia-api-key", "")
        if not key and b'"apiKey"' in raw:
            key = str(json_object(raw).get("apiKey", ""))
        caller = self._gate.authenticate(
            app_id,
            key,
            request.remote_addr or "",
            headers.get("Referer", ""),
            headers.get("X-Algolia-UserToken") or credentials.get("x-algolia-usertoken", ""),
        )
        caller.needs(route.acl)
        if route.acl == "admin" and not caller.is_admin:
            raise Refused("Method not allowed with this API key", 403)
        if caller.index_patterns and "index" in segments:
            caller.needs_index(segments["index"])
        return Call(caller, args, raw)

    def _failed(self, error: Exception) -> Response:
        message, status, headers = _explain(error)
        response = Response(_encode({"message": message, "status": status}), status, headers, content_type=_JSON)
        index = unquote(request.view_args["index"]) if request.view_args and "index" in request.view_args else None
        self._record(status, response.get_data(), request.get_data(cache=True), index, perf_counter(), None)
        return response

    def _record(self, status: int, answer: bytes, body: bytes, index: str | None, started: float, result: Any) -> None:
        if request.path.startswith("/_mock"):
            return
        self._requests.add(
            Entry(
                time(),
                request.method,
                request.environ.get("REQUEST_URI") or request.full_path,
                status,
                body[:SHOWN],
                answer[:SHOWN],
                request.remote_addr or "",
                dict(request.headers.items()),
                index,
                (perf_counter() - started) * 1000,
                result.get("nbHits") if isinstance(result, dict) else None,
            )
        )


def _explain(error: Exception) -> tuple[str, int, dict[str, str]]:
    if isinstance(error, Refused):
        return error.message, error.status, {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    if isinstance(error, BadRequest):
        return error.message, error.status, {}
    if isinstance(error, HTTPException):
        allow = getattr(error, "valid_methods", None)
        message = {404: "Path not found", 405: "Method not allowed"}.get(error.code or 500, error.description or "")
        return message, error.code or 500, {"Allow": ", ".join(sorted(allow))} if allow else {}
    if isinstance(error, duckdb.Error):
        log.error("storage_failed", exc_info=error)
        return "The data folder cannot be written: " + str(error).splitlines()[0], 503, {}
    log.error("unexpected_error", exc_info=error)
    return "Internal error", 500, {}


def _encode(value: Any) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except TypeError as error:
        raise Refused(f"The answer cannot be written as JSON: {error}") from error


def _split(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, str], dict[str, str]]:
    credentials: dict[str, str] = {}
    args: dict[str, str] = {}
    for name, value in pairs:
        lowered = name.lower()
        if lowered.startswith("x-algolia-"):
            credentials[lowered] = value
        else:
            args[name] = value
    return credentials, args


def _with_cors(response: Response) -> Response:
    response.headers.extend(_CORS)
    return response
