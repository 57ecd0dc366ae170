"""The receiver takes OTLP in both forms from this machine, tells it to who knows the key, and keeps only so much."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from sandbox.telemetry.otlp import NotOtlp, read_message, span_rows
from sandbox.telemetry.receiver import Receiver
from sandbox.telemetry.store import Store
from services.telemetry.otlp import as_otlp
from services.telemetry.steps import TRACER, step
from tests.support.collector import recorded

KEY = "the-sandboxes-key"
JSON = "application/json"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "telemetry.duckdb")
    yield made
    made.close()


@pytest.fixture
def receiver(store: Store) -> Receiver:
    return Receiver(store, KEY)


def sent(
    receiver: Receiver, path: str, body: bytes, kind: str = JSON, host: str = "127.0.0.1:1", **headers: str
) -> tuple[int, dict[str, Any]]:
    """Send a message; gives status and answer."""
    events: list[dict[str, Any]] = []
    named = {"host": host, "content-type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: Any) -> None:
        events.append(event)

    scope = {
        "type": "http", "method": "POST", "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }  # fmt: skip
    asyncio.run(receiver(scope, receive, send))
    return events[0]["status"], json.loads(events[1]["body"])


def asked(receiver: Receiver, question: str, **asked: Any) -> dict[str, Any]:
    status, answer = sent(receiver, f"/ask/{question}", json.dumps(asked).encode(), authorization=f"Bearer {KEY}")
    assert status == 200
    return answer


def a_request(route: str = "/coursematch", status: int = 200, keywords: str = "python") -> bytes:
    """Give the message of a service that answered one request."""
    server = TRACER.start_as_current_span(f"GET {route}", kind=SpanKind.SERVER)
    with recorded(shows_questions=True) as spans, server as span:
        span.set_attributes({"http.route": route, "http.response.status_code": status})
        with step("understand", {"coursematch.keywords": keywords}):
            pass
    return json.dumps(as_otlp({"service.name": "coursematch"}, spans)).encode()


def test_takes_what_the_services_send(receiver: Receiver) -> None:
    assert sent(receiver, "/v1/traces", a_request())[0] == 200
    (found,) = asked(receiver, "traces")["traces"]
    assert (found["route"], found["status"], found["keywords"], found["spans"]) == ("/coursematch", 200, "python", 2)
    request, understand = asked(receiver, "trace", trace=found["trace"])["spans"]
    assert understand["parent"] == request["span"]
    assert request["service"] == "coursematch"


def test_takes_what_the_official_sdk_sends(receiver: Receiver) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with provider.get_tracer("theirs").start_as_current_span("outer", attributes={"n": 3, "some": ["a", "b"]}) as span:
        context = span.get_span_context()
    body = encode_spans(exporter.get_finished_spans()).SerializeToString()
    assert (
        sent(receiver, "/v1/traces", gzip.compress(body), "application/x-protobuf", content_encoding="gzip")[0] == 200
    )
    (found,) = asked(receiver, "trace", trace=f"{context.trace_id:032x}")["spans"]
    assert (found["span"], found["facts"]) == (f"{context.span_id:016x}", {"n": 3, "some": ["a", "b"]})


def test_filters_the_list(receiver: Receiver) -> None:
    for route, status in (("/coursematch", 200), ("/coursematch", 503), ("/enrollments", 404), ("/health", 200)):
        sent(receiver, "/v1/traces", a_request(route, status))

    def found(**filters: Any) -> list[tuple[str, int]]:
        return sorted((one["route"], one["status"]) for one in asked(receiver, "traces", **filters)["traces"])

    assert found() == [("/coursematch", 200), ("/coursematch", 503), ("/enrollments", 404)]
    assert found(route="/enrollments") == [("/enrollments", 404)]
    assert found(status="5") == found(status="error") == [("/coursematch", 503)]
    assert found(status="4") == [("/enrollments", 404)]
    assert len(found(probes=True)) == 4
    assert found(least=60_000) == []


def test_counts_requests_and_errors_from_spans(receiver: Receiver) -> None:
    for status in (200, 200, 404):
        sent(receiver, "/v1/traces", a_request(status=status))
    (row,) = asked(receiver, "numbers")["routes"]
    assert (row["route"], row["requests"], row["errors"]) == ("/coursematch", 3, 0)
    assert row["p50"] <= row["p95"] <= row["slowest"]


def test_keeps_the_last_value_of_a_metric(receiver: Receiver, store: Store) -> None:
    now = int(store.now() * 1e9)
    points = [{"timeUnixNano": str(now + number), "asInt": str(number)} for number in (1, 3, 2)]
    body = {"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "restarts", "sum": {"dataPoints": points}}]}]}]}
    assert sent(receiver, "/v1/metrics", json.dumps(body).encode())[0] == 200
    (found,) = asked(receiver, "numbers")["numbers"]
    assert (found["name"], found["value"]) == ("restarts", 3)


def test_tells_nobody_without_the_key(receiver: Receiver) -> None:
    assert sent(receiver, "/ask/traces", b"{}")[0] == 401
    assert sent(receiver, "/ask/traces", b"{}", authorization="Bearer other")[0] == 401


@pytest.mark.parametrize("host", ["evil.example", "192.168.0.7:4318"])
def test_takes_nothing_under_another_name(receiver: Receiver, host: str) -> None:
    assert sent(receiver, "/v1/traces", a_request(), host=host)[0] == 403


def test_takes_nothing_that_a_page_could_send_unasked(receiver: Receiver) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        assert sent(receiver, "/v1/traces", a_request(), kind)[0] == 415


def test_takes_no_bomb(receiver: Receiver) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    assert sent(receiver, "/v1/traces", bomb, content_encoding="gzip")[0] == 413


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["resourceSpans", "scopeSpans", "spans", "traceId", "attributes"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


def rows_of(kind: str, body: bytes) -> list[dict[str, Any]] | None:
    """Read a message's rows; None for a refusal, which is the only error there may be."""
    try:
        return span_rows(read_message("traces", kind, body))
    except NotOtlp:
        return None


@settings(max_examples=200)
@given(json_values)
def test_answers_anything_with_a_refusal_or_rows(value: Any) -> None:
    assert not rows_of(JSON, json.dumps(value).encode())


@given(st.binary(max_size=200))
def test_answers_any_bytes_with_a_refusal_or_rows(body: bytes) -> None:
    assert not rows_of("application/x-protobuf", body)
    assert not rows_of(JSON, body)


def test_forgets_what_is_old_and_what_is_too_much(tmp_path: Path) -> None:
    clock = [1_000_000.0]
    store = Store(tmp_path / "bounded.duckdb", lambda: clock[0], most=10)
    try:
        rows = [
            {"trace": f"{number:032x}", "span": f"{number:016x}", "parent": None, "service": "s", "name": "n",
             "kind": 2, "began": int((clock[0] + number) * 1e9), "ms": 1.0, "failed": False, "facts": "{}"}
            for number in range(100)
        ]  # fmt: skip
        store.add("spans", rows)
        kept = store.ask("SELECT min(began) AS first, count(*) AS rows FROM spans")[0]
        assert kept == {"first": int((clock[0] + 90) * 1e9), "rows": 10}
        clock[0] += 7 * 3600
        store.add("spans", [{**rows[0], "began": int(clock[0] * 1e9)}])
        assert store.ask("SELECT count(*) AS rows FROM spans") == [{"rows": 1}]
    finally:
        store.close()
