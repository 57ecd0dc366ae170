"""A span that is recorded: OpenTelemetry's, with only what may be told.

Of an error its kind is kept and never its message, which may hold what a learner wrote.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from opentelemetry.trace import Span, SpanContext, SpanKind, Status, StatusCode

from services.telemetry.personal import PERSONAL

LONGEST_TEXT = 16_000
"""Characters of a fact; what is longer is cut."""

Facts = Mapping[str, Any]


class RecordedSpan(Span):
    """One step of a trace; `ended` is told once it has ended. `shows_questions` keeps personal facts too."""

    def __init__(
        self,
        name: str,
        kind: SpanKind,
        context: SpanContext,
        parent: SpanContext | None,
        ended: Callable[[RecordedSpan], None],
        shows_questions: bool,
    ) -> None:
        self.name = name
        self.kind = kind
        self.context = context
        self.parent = parent
        self.began = time.time_ns()
        self.took = 0
        """Nanoseconds, by a clock that nobody sets."""
        self.facts: dict[str, Any] = {}
        self.failed = False
        self._clock = time.perf_counter_ns()
        self._ended: Callable[[RecordedSpan], None] | None = ended
        self._shows_questions = shows_questions

    def get_span_context(self) -> SpanContext:
        """Give the ids that its children and other services are told."""
        return self.context

    def is_recording(self) -> bool:
        """Tell whether it has not ended yet."""
        return self._ended is not None

    def set_attribute(self, key: str, value: Any) -> None:
        """Keep a fact, unless it is personal and personal facts are not asked for; None is no fact."""
        if value is None or self._ended is None or (key in PERSONAL and not self._shows_questions):
            return
        self.facts[key] = value[:LONGEST_TEXT] if isinstance(value, str) else value

    def set_attributes(self, attributes: Facts) -> None:
        """Keep several facts."""
        for key, value in attributes.items():
            self.set_attribute(key, value)

    def add_event(self, name: str, *_: Any, **__: Any) -> None:
        """Keep nothing: what is worth telling is a fact or a step of its own."""

    def update_name(self, name: str) -> None:
        """Call it something else, once more is known."""
        self.name = name

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:  # noqa: ARG002 - the API's signature
        """Say that it failed; a description is not kept."""
        code = status.status_code if isinstance(status, Status) else status
        self.failed = code is StatusCode.ERROR

    def record_exception(self, exception: BaseException, *_: Any, **__: Any) -> None:
        """Keep an error's kind."""
        self.set_attribute("error.type", type(exception).__name__)

    def end(self, end_time: int | None = None) -> None:  # noqa: ARG002 - the API's signature
        """End it; a second end changes nothing."""
        if self._ended is None:
            return
        self.took = time.perf_counter_ns() - self._clock
        ended, self._ended = self._ended, None
        ended(self)
