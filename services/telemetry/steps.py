"""Steps and calls as spans, in a line each: `with step("rank", {"coursematch.candidates": 60}) as span: …`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, format_trace_id
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

TRACER = trace.get_tracer("coursematch")
PROPAGATOR = TraceContextTextMapPropagator()


def step(name: str, facts: Mapping[str, Any] | None = None) -> AbstractContextManager[Span]:
    """Do something of our own as a span."""
    return TRACER.start_as_current_span(name, attributes=facts)


def call(name: str, facts: Mapping[str, Any] | None = None) -> AbstractContextManager[Span]:
    """Ask another part, as a span; `carrying` tells that part which trace it serves."""
    return TRACER.start_as_current_span(name, kind=SpanKind.CLIENT, attributes=facts)


def carrying(headers: Mapping[str, str]) -> dict[str, str]:
    """Give headers with `traceparent` among them (W3C Trace Context), where a trace is under way."""
    told = dict(headers)
    PROPAGATOR.inject(told)
    return told


def tell(facts: Mapping[str, Any]) -> None:
    """Add facts to the span that is under way."""
    trace.get_current_span().set_attributes(facts)


def recording() -> bool:
    """Say whether the step under way is kept: facts that cost something are not made where nobody keeps them."""
    return trace.get_current_span().is_recording()


def trace_id() -> str | None:
    """Name the trace that is under way, as logs do; None where there is none."""
    context = trace.get_current_span().get_span_context()
    return format_trace_id(context.trace_id) if context.is_valid else None
