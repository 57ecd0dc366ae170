"""Every statement to the database as a span: its text with placeholders, never the values."""

from __future__ import annotations

from typing import Any

from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from services.telemetry.steps import TRACER

KEPT = "coursematch_span"


def trace_queries(engine: Engine) -> None:
    """Begin a span with each statement of a request, and end it with its answer."""

    def begin(_: Any, __: Any, statement: str, ___: Any, context: Any, ____: bool) -> None:
        if context is not None and trace.get_current_span().is_recording():
            text = " ".join(statement.split())
            facts = {"db.system.name": "postgresql", "db.query.text": text}
            name = f"postgres {text.partition(' ')[0]}"
            setattr(context, KEPT, TRACER.start_span(name, kind=SpanKind.CLIENT, attributes=facts))

    def end(_: Any, cursor: Any, __: str, ___: Any, context: Any, ____: bool) -> None:
        span = getattr(context, KEPT, None)
        if span is not None:
            span.set_attribute("db.response.returned_rows", max(0, cursor.rowcount))
            span.end()

    def fail(error: ExceptionContext) -> None:
        span = getattr(error.execution_context, KEPT, None)
        if span is not None:
            span.record_exception(error.original_exception)
            span.set_status(StatusCode.ERROR)
            span.end()

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    event.listen(engine, "handle_error", fail)
