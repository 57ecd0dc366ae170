"""Settings of the spans are read strictly, and nothing is recorded where none are given."""

from __future__ import annotations

import pytest

from services.telemetry.settings import NOT_RECORDED, BadTelemetrySetting, TelemetrySettings, telemetry_settings


def test_records_nothing_by_default() -> None:
    assert telemetry_settings({}) == NOT_RECORDED


def test_reads_what_is_given() -> None:
    given = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318/",
        "OTEL_TRACES_SAMPLER_ARG": "0.25",
        "TRACE_QUESTIONS": "true",
        "TRACE_WAIT_MS": "200",
    }
    assert telemetry_settings(given) == TelemetrySettings("http://127.0.0.1:4318", 0.25, True, 0.2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "127.0.0.1:4318"),
        ("OTEL_TRACES_SAMPLER_ARG", "1.5"),
        ("OTEL_TRACES_SAMPLER_ARG", "half"),
        ("OTEL_TRACES_SAMPLER_ARG", "nan"),
        ("TRACE_QUESTIONS", "perhaps"),
        ("TRACE_WAIT_MS", "-1"),
    ],
)
def test_refuses_what_is_none_by_name(name: str, value: str) -> None:
    with pytest.raises(BadTelemetrySetting, match=name):
        telemetry_settings({name: value})
