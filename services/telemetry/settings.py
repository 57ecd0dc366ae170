"""Where spans go, how many are kept, and how much they may tell (docs/settings.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


class BadTelemetrySetting(ValueError):
    """A setting of the spans cannot be used; the message names it and how to mend it."""


@dataclass(frozen=True)
class TelemetrySettings:
    """`endpoint` empty: nothing is recorded. `sampled` is the share of traces begun here that are kept (0 to 1).

    `shows_questions`: spans also tell what was asked and by whom (`personal`). `wait_seconds` is how long a request
    waits for its spans to be taken: a Lambda's process stands still once it has answered.
    """

    endpoint: str = ""
    sampled: float = 1.0
    shows_questions: bool = False
    wait_seconds: float = 0.0


NOT_RECORDED = TelemetrySettings()


def telemetry_settings(environment: Mapping[str, str]) -> TelemetrySettings:
    """Read the settings; raises `BadTelemetrySetting`."""
    endpoint = environment.get("OTEL_EXPORTER_OTLP_ENDPOINT", "").strip().rstrip("/")
    if endpoint and (urlsplit(endpoint).scheme not in ("http", "https") or not urlsplit(endpoint).hostname):
        raise BadTelemetrySetting("OTEL_EXPORTER_OTLP_ENDPOINT is not an http(s) URL; write http://127.0.0.1:4318.")
    shows = environment.get("TRACE_QUESTIONS", "").strip() or "false"
    if shows not in ("true", "false"):
        raise BadTelemetrySetting("TRACE_QUESTIONS is true or false.")
    return TelemetrySettings(
        endpoint=endpoint,
        sampled=_number(environment, "OTEL_TRACES_SAMPLER_ARG", 1.0, most=1.0),
        shows_questions=shows == "true",
        wait_seconds=_number(environment, "TRACE_WAIT_MS", 0.0, most=5000.0) / 1000,
    )


def _number(environment: Mapping[str, str], name: str, default: float, most: float) -> float:
    written = environment.get(name, "").strip()
    try:
        number = float(written) if written else default
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:
        raise BadTelemetrySetting(f"{name} is {written!r}; write a number from 0 to {most:g}.")
    return number
