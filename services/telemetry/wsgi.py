"""Every request to a WSGI application as a span, child of the caller's (W3C Trace Context)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, StatusCode

from services.telemetry.steps import PROPAGATOR, TRACER

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Traced:
    """A WSGI application whose requests are spans, those for `quiet` paths excepted (probes ask every second).

    An answer that is streamed is part of its span until it is closed.
    """

    def __init__(self, application: Application, quiet: Sequence[str] = ()) -> None:
        self._application = application
        self._quiet = frozenset(quiet)
        self._first = True

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("PATH_INFO") in self._quiet:
            return self._application(environ, start_response)
        carried = {name: environ.get(f"HTTP_{name.upper()}", "") for name in ("traceparent", "tracestate")}
        context = PROPAGATOR.extract({name: value for name, value in carried.items() if value})
        method = environ["REQUEST_METHOD"]
        span = TRACER.start_span(method, context, SpanKind.SERVER, {"http.request.method": method})
        if self._first:
            self._first = False
            span.set_attribute("faas.coldstart", True)
        inside = trace.set_span_in_context(span, context)

        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            _tell_status(span, status)
            return start_response(status, headers, *more)

        try:
            with _attached(inside):
                body = self._application(environ, started)
        except BaseException as error:
            span.record_exception(error)
            span.set_status(StatusCode.ERROR)
            span.end()
            raise
        return _Body(body, span, inside)


class _Body:
    """An answer's chunks, each made within the span, which ends with the last."""

    def __init__(self, body: Iterable[bytes], span: Span, inside: contexts.Context) -> None:
        self._body = body
        self._span = span
        self._inside = inside

    def __iter__(self) -> Iterator[bytes]:
        chunks = iter(self._body)
        while True:
            with _attached(self._inside):
                chunk = next(chunks, None)
            if chunk is None:
                return
            yield chunk

    def close(self) -> None:
        with _attached(self._inside):
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        self._span.end()


def tell_route(route: str | None) -> None:
    """Name the request that is under way by its route, which holds nobody's data as a path may."""
    span = trace.get_current_span()
    if route is not None and span.is_recording():
        span.set_attribute("http.route", route)
        span.update_name(f"{getattr(span, 'name', '').partition(' ')[0]} {route}".strip())


def _tell_status(span: Span, status: str) -> None:
    code = status.partition(" ")[0]
    if code.isdecimal():
        span.set_attribute("http.response.status_code", int(code))
        if int(code) >= 500:
            span.set_status(StatusCode.ERROR)


@contextmanager
def _attached(context: contexts.Context) -> Iterator[None]:
    token = contexts.attach(context)
    try:
        yield
    finally:
        contexts.detach(token)
