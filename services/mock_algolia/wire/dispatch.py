"""The WSGI application: every request is authenticated, limited, answered in JSON, logged; whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from secrets import token_hex
from time import perf_counter, time
from typing import TYPE_CHECKING, Any

import duckdb
import orjson

from services.mock_algolia.access.fair_share import FairShare
from services.mock_algolia.access.foreign import refuse_foreign
from services.mock_algolia.access.gate import Gate
from services.mock_algolia.access.quota import RateLimit
from services.mock_algolia.engine import BadRequest
from services.mock_algolia.errors import Refused
from services.mock_algolia.wire.body import inflate, json_object
from services.mock_algolia.wire.request import Request
from services.mock_algolia.wire.request_log import SHOWN, Entry, RequestLog
from services.mock_algolia.wire.route import Call, Page, Route
from services.mock_algolia.wire.router import MethodNotAllowed, Router

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger("mock_algolia.http")

OWN = "/_mock"
"""Below it lies what only a mock has: for this machine, unlogged."""
LOOKING_ON = "X_MOCK_DASHBOARD"
"""The header of what the dashboard asks, which tests do not count among their own requests."""
_JSON = "application/json; charset=UTF-8"
_CORS = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, PUT, DELETE, POST, OPTIONS"),
    (
        "Access-Control-Allow-Headers",
        "*, x-algolia-application-id, x-algolia-api-key, x-algolia-agent, "
        "x-algolia-usertoken, x-algolia-user-token, x-forwarded-for, request-id, content-type, authorization",
    ),
    ("Access-Control-Expose-Headers", "*, Retry-After, Correlation-ID"),
    ("Access-Control-Max-Age", "86400"),
    ("Timing-Allow-Origin", "*"),
]
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def _untold(route: str) -> None:
    """Tell nobody which route is taken."""


class Dispatcher:
    """Turns routes into a WSGI application; `tell_route` hears the route of each request it lets in."""

    def __init__(
        self,
        gate: Gate,
        rate_limit: RateLimit,
        share: FairShare,
        requests: RequestLog,
        tell_route: Callable[[str], None] = _untold,
    ) -> None:
        self._gate = gate
        self._share = share
        self._rate_limit = rate_limit
        self._requests = requests
        self._tell_route = tell_route
        self._router = Router()

    def add(self, routes: Iterable[Route]) -> None:
        """Register routes."""
        for route in routes:
            self._router.add(route)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        body, status, headers = self._answer(request)
        named = ("Correlation-ID", _correlation_id(request.header("REQUEST_ID")))
        start_response(_STATUS[status], [*headers, ("Content-Length", str(len(body))), named, *_CORS])
        return [] if request.method == "HEAD" else [body]

    def _answer(self, request: Request) -> tuple[bytes, int, list[tuple[str, str]]]:
        started = perf_counter()
        segments: dict[str, str] = {}
        result: Any = None
        raw = b""
        try:
            route, segments = self._router.find(request.method, request.path)
            if request.path.startswith(OWN):
                refuse_foreign(request.host, request.header("ORIGIN"))
            if route.acl is None:
                result = route.view(None, **segments)
            else:
                self._rate_limit.check()
                call = self._admit(request, route.acl, segments)
                raw = call.raw_body
                if route.takes is not None:
                    route.check(call.body)
                with self._share.place(call.caller):
                    result = route.view(call, **segments)
            self._tell_route(route.path)
            if type(result) is Page:
                return result.body, 200, [("Content-Type", result.content_type), *result.headers]
            status = 200
            if type(result) is tuple:
                result, status = result
            answer, headers = _encode(result), [("Content-Type", _JSON)]
            if route.acl is None:
                return answer, status, headers
        except MethodNotAllowed as error:
            allowed = ", ".join(sorted(error.allowed))
            if request.method == "OPTIONS":  # what a browser asks before it asks
                return b"", 200, [("Content-Type", "text/html; charset=utf-8"), ("Allow", allowed)]
            answer, status, headers = _refusal(error.message, error.status, [("Allow", allowed)])
        except Exception as error:  # noqa: BLE001 - whatever happens, the caller gets an answer in JSON
            answer, status, headers = _refusal(*_explain(error), getattr(error, "details", None))
        self._record(request, status, answer, raw or request.raw_body, segments.get("index"), started, result)
        return answer, status, headers

    def _admit(self, request: Request, acl: str, segments: Mapping[str, str]) -> Call:
        raw = request.raw_body
        encoding = request.header("CONTENT_ENCODING")
        if encoding:
            raw = inflate(raw, encoding.lower())
        credentials, args = _split(request.args)
        app_id = request.header("X_ALGOLIA_APPLICATION_ID") or credentials.get("x-algolia-application-id", "")
        key = request.header("X_ALGOLIA_API_KEY") or credentials.get("x-algolia-api-key", "")
        if not key and b'"apiKey"' in raw:
            key = str(json_object(raw).get("apiKey", ""))
        caller = self._gate.authenticate(
            app_id,
            key,
            request.ip,
            request.header("REFERER"),
            request.header("X_ALGOLIA_USERTOKEN") or credentials.get("x-algolia-usertoken", ""),
        )
        caller.needs(acl)
        if acl == "admin" and not caller.is_admin:
            raise Refused("Method not allowed with this API key", 403)
        if caller.index_patterns and "index" in segments:
            caller.needs_index(segments["index"])
        return Call(caller, args, raw)

    def _record(
        self, request: Request, status: int, answer: bytes, body: bytes, index: str | None, started: float, result: Any
    ) -> None:
        if request.path.startswith(OWN) or request.header(LOOKING_ON):
            return
        self._requests.add(
            Entry(
                time(),
                request.method,
                request.target,
                status,
                body[:SHOWN],
                answer[:SHOWN],
                request.ip,
                request.sent_headers(),
                index,
                (perf_counter() - started) * 1000,
                result.get("nbHits") if isinstance(result, dict) else None,
            )
        )


def _correlation_id(request_id: str) -> str:
    """Make the name of an answer; it ends in the caller's `Request-ID` where that is 11 letters or digits."""
    own = request_id if len(request_id) == 11 and request_id.isascii() and request_id.isalnum() else ""
    return token_hex(8) + own


def _explain(error: Exception) -> tuple[str, int, list[tuple[str, str]]]:
    if isinstance(error, Refused):
        return error.message, error.status, [("Retry-After", str(error.retry_after))] if error.retry_after else []
    if isinstance(error, BadRequest):
        return error.message, error.status, []
    if isinstance(error, duckdb.Error):
        log.error("storage_failed", exc_info=error)
        return "The data folder cannot be written: " + str(error).splitlines()[0], 503, []
    log.error("unexpected_error", exc_info=error)
    return "Internal error", 500, []


def _refusal(
    message: str, status: int, headers: list[tuple[str, str]], details: Mapping[str, Any] | None = None
) -> tuple[bytes, int, list[tuple[str, str]]]:
    body = {"message": message, **(details or {}), "status": status}
    return _encode(body), status, [("Content-Type", _JSON), *headers]


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
            credentials.setdefault(lowered, value)
        else:
            args.setdefault(name, value)
    return credentials, args
