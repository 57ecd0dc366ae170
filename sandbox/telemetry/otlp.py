"""What arrives as OTLP, in JSON or protobuf, as plain rows: pure, and strict about nothing but its shape.

opentelemetry.io/docs/specs/otlp: ids are hexadecimal in OTLP's JSON, 64-bit numbers are texts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

MOST_SPANS = 5_000
"""Of one message."""
LONGEST_FACT = 20_000

Json = dict[str, Any]


class NotOtlp(Exception):
    """A message is not one of OTLP's."""


def read_message(kind: str, content_type: str, body: bytes) -> Json:
    """Read a message of `traces` or `metrics` as JSON has it. Raises `NotOtlp`."""
    try:
        if content_type == "application/x-protobuf":
            from sandbox.telemetry.protobuf import from_protobuf  # its import costs more than most messages

            return from_protobuf(kind, body)
        message = json.loads(body)
    except Exception as error:  # whatever a parser of somebody else's raises for bytes of anybody's
        raise NotOtlp(f"This is no OTLP message of {kind} ({type(error).__name__}).") from error
    if not isinstance(message, dict):
        raise NotOtlp("An OTLP message is a JSON object.")
    return message


def span_rows(message: Json) -> list[Json]:
    """Give a row for each span. Raises `NotOtlp`."""
    try:
        rows = []
        for service, scope in _scopes(message, "resourceSpans", "scopeSpans"):
            for span in scope.get("spans", []):
                rows.append(_span_row(service, span))
                if len(rows) > MOST_SPANS:
                    raise NotOtlp(f"Send at most {MOST_SPANS} spans at once.")
        return rows
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotOtlp(f"A span is not as OTLP has it ({type(error).__name__}).") from error


def metric_rows(message: Json) -> list[Json]:
    """Give a row for each number; of a histogram its sum and its count. Raises `NotOtlp`."""
    try:
        rows: list[Json] = []
        for service, scope in _scopes(message, "resourceMetrics", "scopeMetrics"):
            for metric in scope.get("metrics", []):
                rows += _metric_rows(service, metric)
        return rows[:MOST_SPANS]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotOtlp(f"A metric is not as OTLP has it ({type(error).__name__}).") from error


def _scopes(message: Json, resources: str, scopes: str) -> Iterator[tuple[str, Json]]:
    for resource in message.get(resources, []):
        facts = _facts(resource.get("resource", {}).get("attributes", []))
        for scope in resource.get(scopes, []):
            yield str(facts.get("service.name", "unknown"))[:100], scope


def _span_row(service: str, span: Json) -> Json:
    began, ended = int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])
    facts = json.dumps(_facts(span.get("attributes", [])), ensure_ascii=False)
    return {
        "trace": _identity(span["traceId"], 32),
        "span": _identity(span["spanId"], 16),
        "parent": _identity(span["parentSpanId"], 16) if span.get("parentSpanId") else None,
        "service": service,
        "name": str(span["name"])[:300],
        "kind": int(span.get("kind", 1)),
        "began": began,
        "ms": max(0, ended - began) / 1e6,
        "failed": int((span.get("status") or {}).get("code", 0)) == 2,
        "facts": facts,
    }


def _identity(written: str, length: int) -> str:
    if len(written) != length or int(written, 16) == 0:
        raise ValueError(written)
    return written.lower()


def _metric_rows(service: str, metric: Json) -> Iterator[Json]:
    name, unit = str(metric["name"])[:200], str(metric.get("unit", ""))[:40]
    for kind in ("gauge", "sum"):
        for point in metric.get(kind, {}).get("dataPoints", []):
            value = float(point["asDouble"] if "asDouble" in point else point.get("asInt", 0))
            yield _metric_row(service, name, unit, point, value)
    for point in metric.get("histogram", {}).get("dataPoints", []):
        yield _metric_row(service, f"{name}.sum", unit, point, float(point.get("sum", 0)))
        yield _metric_row(service, f"{name}.count", "1", point, float(point.get("count", 0)))


def _metric_row(service: str, name: str, unit: str, point: Json, value: float) -> Json:
    facts = json.dumps(_facts(point.get("attributes", [])), ensure_ascii=False, sort_keys=True)
    at = int(point.get("timeUnixNano", 0))
    return {"service": service, "name": name, "unit": unit, "moment": at, "value": value, "facts": facts}


def _facts(listed: list[Json]) -> Json:
    return {str(one["key"])[:200]: _value(one.get("value", {})) for one in listed[:200]}


def _value(value: Mapping[str, Any]) -> Any:
    if "arrayValue" in value:
        return [_value(item) for item in value["arrayValue"].get("values", [])[:200]]
    if "intValue" in value:
        return int(value["intValue"])
    if "stringValue" in value:
        return str(value["stringValue"])[:LONGEST_FACT]
    return next((value[kind] for kind in ("boolValue", "doubleValue") if kind in value), None)
