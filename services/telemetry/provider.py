"""What stands behind OpenTelemetry's API in a service: spans are begun, kept together, and handed to the sender."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from random import SystemRandom
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    TraceFlags,
    Tracer,
    TracerProvider,
)

from services.telemetry.sender import Sender
from services.telemetry.settings import TelemetrySettings
from services.telemetry.span import RecordedSpan

MOST_TOGETHER = 200
"""Spans of a trace that wait for its end; those of a long run are sent on the way."""

Sink = Callable[[Sequence[RecordedSpan]], None]


class Provider(TracerProvider):
    """Makes tracers that record while there is a `sink`; the one of a process is `PROVIDER`."""

    def __init__(self) -> None:
        self.sink: Sink | None = None
        self.settings = TelemetrySettings()
        self.random = SystemRandom()

    def get_tracer(self, *_: Any, **__: Any) -> Tracer:
        """Make a tracer; all of them are alike."""
        return _Tracer(self)


class _Tracer(Tracer):
    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def start_span(
        self,
        name: str,
        context: Context | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Any = None,
        *_: Any,
        **__: Any,
    ) -> Span:
        parent_span = trace.get_current_span(context)
        parent = parent_span.get_span_context()
        sink, settings = self._provider.sink, self._provider.settings
        if sink is None:
            return NonRecordingSpan(parent) if parent.is_valid else trace.INVALID_SPAN
        random = self._provider.random
        trace_id = parent.trace_id if parent.is_valid else random.getrandbits(128) or 1
        sampled = parent.trace_flags.sampled if parent.is_valid else _is_kept(trace_id, settings.sampled)
        flags = TraceFlags(TraceFlags.SAMPLED if sampled else TraceFlags.DEFAULT)
        own = SpanContext(trace_id, random.getrandbits(64) or 1, is_remote=False, trace_flags=flags)
        if not sampled:
            return NonRecordingSpan(own)
        together = parent_span.together if isinstance(parent_span, _Together) else None
        span = _Together(name, kind, own, parent if parent.is_valid else None, together, sink, settings)
        span.set_attributes(attributes or {})
        return span

    @contextlib.contextmanager  # the API's own decorator, but for coroutines, which no service has
    def start_as_current_span(  # type: ignore[override]  # a context manager either way
        self, name: str, context: Context | None = None, kind: SpanKind = SpanKind.INTERNAL, attributes: Any = None,
        *_: Any, **__: Any,
    ) -> Iterator[Span]:  # fmt: skip
        with trace.use_span(self.start_span(name, context, kind, attributes), end_on_exit=True) as span:
            yield span


class _Together(RecordedSpan):
    """A span that is sent together with those it stands in, when the outermost of this process has ended."""

    def __init__(
        self, name: str, kind: SpanKind, context: SpanContext, parent: SpanContext | None,
        together: list[RecordedSpan] | None, sink: Sink, settings: TelemetrySettings,
    ) -> None:  # fmt: skip
        super().__init__(name, kind, context, parent, self._hand_over, settings.shows_questions)
        self.together: list[RecordedSpan] = [] if together is None else together
        self._outermost = together is None
        self._sink = sink

    def _hand_over(self, _: RecordedSpan) -> None:
        self.together.append(self)
        if self._outermost or len(self.together) >= MOST_TOGETHER:
            spans = self.together[:]
            self.together.clear()
            self._sink(spans)


def _is_kept(trace_id: int, share: float) -> bool:
    """Decide by the trace's id, as OpenTelemetry's TraceIdRatioBased does: every service decides alike."""
    return (trace_id & 0xFFFFFFFFFFFFFFFF) < share * 2**64


PROVIDER = Provider()
_sender: Sender | None = None


def install(service: str, settings: TelemetrySettings, version: str = "") -> None:
    """Let this process's spans go where the settings say; without an endpoint nothing is recorded."""
    global _sender
    if not settings.endpoint:
        PROVIDER.sink = None
        return
    _sender = Sender(settings.endpoint, {"service.name": service, "service.version": version})
    record_to(_sender.take, settings)


def record_to(sink: Sink, settings: TelemetrySettings) -> None:
    """Give what is recorded from now on to `sink`."""
    PROVIDER.sink, PROVIDER.settings = sink, settings
    if trace.get_tracer_provider() is not PROVIDER:
        trace.set_tracer_provider(PROVIDER)


def flush(seconds: float | None = None) -> None:
    """Wait until the spans of now are sent, as long as the settings say, or so many seconds."""
    most = PROVIDER.settings.wait_seconds if seconds is None else seconds
    if _sender is not None and PROVIDER.sink is not None and most > 0:
        _sender.flush(most)
