"""The front door's own spans, by OpenTelemetry's SDK: a process that lives long may load it, a Lambda may not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import httpx
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Tracer

from sandbox.setup import loopback_http
from sandbox.telemetry.address import otlp_endpoint

TOGETHER_MILLISECONDS = 300
SEND_SECONDS = 1.0


class ToReceiver(SpanExporter):
    """Sends spans to the receiver of the sandbox whose files are in `run`; without one they are dropped."""

    def __init__(self, run: Path) -> None:
        self._run = run
        self._http = loopback_http.client(SEND_SECONDS)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send a batch."""
        endpoint = otlp_endpoint(self._run)
        if endpoint is None:
            return SpanExportResult.FAILURE
        body = encode_spans(spans).SerializeToString()
        try:
            self._http.post(
                f"{endpoint}/v1/traces", content=body, headers={"Content-Type": "application/x-protobuf"}
            ).raise_for_status()
        except httpx.HTTPError:
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Close the connection."""
        self._http.close()


def tracer(service: str, run: Path) -> Tracer:
    """Make a tracer whose spans go to the receiver of the sandbox whose files are in `run`."""
    provider = TracerProvider(resource=Resource({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(ToReceiver(run), schedule_delay_millis=TOGETHER_MILLISECONDS))
    return provider.get_tracer("coursematch")
