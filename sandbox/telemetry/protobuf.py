"""OTLP's messages between JSON and protobuf: collectors take protobuf for certain, and JSON perhaps.

Imported where it is used: a tenth of a second of import for whoever needs neither.
"""

from __future__ import annotations

import base64
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

KINDS: dict[str, type[Message]] = {"traces": ExportTraceServiceRequest, "metrics": ExportMetricsServiceRequest}
IDENTITIES = ("traceId", "spanId", "parentSpanId")

Json = dict[str, Any]


def from_protobuf(kind: str, body: bytes) -> Json:
    """Read a message as OTLP's JSON has it: ids in base 16, where protobuf's own JSON has base 64."""
    message = KINDS[kind]()
    message.ParseFromString(body)
    read: Json = MessageToDict(message, use_integers_for_enums=True)
    for holder in _holders(read):
        for name in IDENTITIES:
            if name in holder:
                holder[name] = base64.b64decode(holder[name]).hex()
    return read


def to_protobuf(kind: str, message: Json) -> bytes:
    """Write a message that is OTLP's JSON, which is changed; fields that this version does not know are left out."""
    for holder in _holders(message):
        for name in IDENTITIES:
            if holder.get(name):
                holder[name] = base64.b64encode(bytes.fromhex(holder[name])).decode()
    written: bytes = ParseDict(message, KINDS[kind](), ignore_unknown_fields=True).SerializeToString()
    return written


def _holders(message: Json) -> list[Json]:
    """Give what holds ids: spans and their links, and the examples of metrics."""
    spans = [
        span
        for resource in message.get("resourceSpans", [])
        for scope in resource.get("scopeSpans", [])
        for span in scope.get("spans", [])
    ]
    points = [
        point
        for resource in message.get("resourceMetrics", [])
        for scope in resource.get("scopeMetrics", [])
        for metric in scope.get("metrics", [])
        for kind in metric.values()
        if isinstance(kind, dict)
        for point in kind.get("dataPoints", [])
    ]
    return [
        *spans,
        *(link for span in spans for link in span.get("links", [])),
        *(example for point in points for example in point.get("exemplars", [])),
    ]
