"""A request as spans: the front door's own, in the trace that its caller names, and one of waiting for the gateway.

A route is told as the contract writes it; a path or a query may hold what somebody asked.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from contextlib import AbstractContextManager
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import NoOpTracer, Span, SpanKind, StatusCode, Tracer, format_span_id, format_trace_id
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from sandbox.gateway.answers import Headers
from sandbox.gateway.guard import Scope, Send

CARRIED = (b"traceparent", b"tracestate")
NOT_TRACED: Tracer = NoOpTracer()
_PROPAGATOR = TraceContextTextMapPropagator()


def request_span(tracer: Tracer, scope: Scope, route: str) -> AbstractContextManager[Span]:
    """Begin the span of a request, in the trace that its caller names, if it names one."""
    carried = {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name in CARRIED}
    facts = {"http.request.method": scope["method"], "http.route": route}
    name, context = f"{scope['method']} {route}", _PROPAGATOR.extract(carried)
    return tracer.start_as_current_span(name, context, SpanKind.SERVER, facts, record_exception=False)


def gateway_span(tracer: Tracer) -> AbstractContextManager[Span]:
    """Begin the span of waiting for the gateway, whose own work is what the function's span leaves of it."""
    return tracer.start_as_current_span("api gateway", kind=SpanKind.CLIENT, record_exception=False)


def told_of(span: Span, send: Send) -> Send:
    """Tell the span an answer's status, and the caller the trace (`traceresponse`, as W3C drafts it)."""

    async def sent(event: MutableMapping[str, Any]) -> None:
        if event["type"] == "http.response.start" and span.is_recording():
            span.set_attribute("http.response.status_code", event["status"])
            if event["status"] >= 500:
                span.set_status(StatusCode.ERROR)
            context = span.get_span_context()
            told = f"00-{format_trace_id(context.trace_id)}-{format_span_id(context.span_id)}-01"
            event = {**event, "headers": [*event["headers"], (b"traceresponse", told.encode())]}
        await send(event)

    return sent


def with_trace(headers: Headers) -> Headers:
    """Give headers that name the span under way in place of the caller's; those as they are where none is."""
    carried: dict[str, str] = {}
    _PROPAGATOR.inject(carried)
    if not carried:
        return headers
    kept = [header for header in headers if header[0] not in CARRIED]
    return kept + [(name.encode(), value.encode()) for name, value in carried.items()]


def trace_id() -> str | None:
    """Name the trace under way, as the log does; None where there is none."""
    context = trace.get_current_span().get_span_context()
    return format_trace_id(context.trace_id) if context.is_valid else None
