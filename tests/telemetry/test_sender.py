"""Spans reach a collector as OTLP has them; one that is away costs a request nothing."""

from __future__ import annotations

import time

from services.telemetry.sender import REST_SECONDS, WAITING_BATCHES, Sender
from services.telemetry.steps import call, step
from tests.support.collector import listening, recorded
from tests.support.ports import free_port


def test_sends_what_otlp_describes() -> None:
    with (
        recorded() as spans,
        step("outer"),
        call("inner", {"text": "ü", "number": 3, "share": 0.5, "yes": True, "some": ["a"]}),
    ):
        pass
    with listening() as (url, messages):
        sender = Sender(url + "/otel", {"service.name": "coursematch"})
        sender.take(spans)
        sender.flush(5)
    (message,) = messages
    assert (message["path"], message["type"]) == ("/otel/v1/traces", "application/json")
    (resource,) = message["body"]["resourceSpans"]
    assert resource["resource"]["attributes"] == [{"key": "service.name", "value": {"stringValue": "coursematch"}}]
    inner, outer = resource["scopeSpans"][0]["spans"]
    assert inner["parentSpanId"] == outer["spanId"]
    assert (inner["kind"], outer["kind"]) == (3, 1)
    assert int(inner["startTimeUnixNano"]) <= int(inner["endTimeUnixNano"])
    assert {fact["key"]: fact["value"] for fact in inner["attributes"]} == {
        "text": {"stringValue": "ü"},
        "number": {"intValue": "3"},
        "share": {"doubleValue": 0.5},
        "yes": {"boolValue": True},
        "some": {"arrayValue": {"values": [{"stringValue": "a"}]}},
    }


def test_drops_what_nobody_takes_and_leaves_them_alone() -> None:
    with recorded() as spans, step("one"):
        pass
    sender = Sender(f"http://127.0.0.1:{free_port()}", {})
    began = time.monotonic()
    for _ in range(WAITING_BATCHES):
        sender.take(spans)
    sender.flush(REST_SECONDS)
    assert sender.dropped == WAITING_BATCHES
    assert time.monotonic() - began < REST_SECONDS  # asked once, and not two hundred times


def test_drops_what_a_collector_refuses() -> None:
    with recorded() as spans, step("one"):
        pass
    with listening(status=503) as (url, _):
        sender = Sender(url, {})
        sender.take(spans)
        sender.flush(5)
    assert sender.dropped == 1
