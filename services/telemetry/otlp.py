"""Spans as OTLP's JSON (opentelemetry.io/docs/specs/otlp, opentelemetry-proto's `trace.proto`): pure, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from opentelemetry.trace import SpanKind, format_span_id, format_trace_id

from services.telemetry.span import RecordedSpan

SCOPE = "coursematch"
_KINDS = {
    SpanKind.INTERNAL: 1, SpanKind.SERVER: 2, SpanKind.CLIENT: 3, SpanKind.PRODUCER: 4, SpanKind.CONSUMER: 5,
}  # fmt: skip
_ERROR = 2

Json = dict[str, Any]


def as_otlp(resource: Mapping[str, Any], spans: Iterable[RecordedSpan]) -> Json:
    """Write spans of one service as an ExportTraceServiceRequest; `resource` says which service."""
    listed = [{"scope": {"name": SCOPE}, "spans": [_span(span) for span in spans]}]
    return {"resourceSpans": [{"resource": {"attributes": _facts(resource)}, "scopeSpans": listed}]}


def _span(span: RecordedSpan) -> Json:
    told: Json = {
        "traceId": format_trace_id(span.context.trace_id),
        "spanId": format_span_id(span.context.span_id),
        "name": span.name,
        "kind": _KINDS[span.kind],
        # 64-bit numbers are texts in protobuf's JSON.
        "startTimeUnixNano": str(span.began),
        "endTimeUnixNano": str(span.began + span.took),
        "attributes": _facts(span.facts),
    }
    if span.parent is not None:
        told["parentSpanId"] = format_span_id(span.parent.span_id)
    if span.failed:
        told["status"] = {"code": _ERROR}
    return told


def _facts(facts: Mapping[str, Any]) -> list[Json]:
    return [{"key": key, "value": _value(value)} for key, value in facts.items()]


def _value(value: Any) -> Json:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return {"arrayValue": {"values": [_value(item) for item in value]}}
    return {"stringValue": str(value)}
