"""What arrives is passed on to another collector in protobuf; one that is away, hangs or refuses costs nothing."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from sandbox.running.measuring import as_otlp as metrics_as_otlp
from sandbox.setup.credentials import load_credentials
from sandbox.setup.state import State
from sandbox.telemetry.address import FORWARD, NoCollector, collector, otlp_endpoint, receiver_command
from sandbox.telemetry.otlp import read_message, span_rows
from sandbox.telemetry.protobuf import to_protobuf
from services.telemetry.otlp import as_otlp
from services.telemetry.steps import call, step
from tests.support.collector import recorded
from tests.support.ports import free_port
from tests.support.protobuf_collector import collecting
from tests.support.running_sandbox import eventually

JSON, PROTOBUF = "application/json", "application/x-protobuf"


class Receiver:
    """The receiver's process, as the services and the console meet it."""

    def __init__(self, http: httpx.Client, key: str) -> None:
        self._http = http
        self._key = key

    def send(self, kind: str, body: bytes, content_type: str = JSON) -> int:
        answer = self._http.post(f"/v1/{kind}", content=body, headers={"Content-Type": content_type})
        return answer.status_code

    def asked(self, question: str, **asked: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._key}"}
        told: dict[str, Any] = self._http.post(f"/ask/{question}", json=asked, headers=headers).json()
        return told


@contextlib.contextmanager
def receiving(folder: Path, forward: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Run the receiver of a sandbox whose settings name another collector."""
    monkeypatch.setenv(FORWARD, forward)
    state = State(folder)
    state.claim()
    key = load_credentials(state)[0].control_key.value
    spec = receiver_command(state)
    process = subprocess.Popen(spec.argv, env=dict(spec.env), cwd=spec.cwd)  # noqa: S603 - a process of ours
    try:
        eventually(lambda: otlp_endpoint(state.run) or process.poll() is not None)
        url = otlp_endpoint(state.run)
        assert url is not None
        with httpx.Client(base_url=url, trust_env=False, timeout=30) as http:
            yield Receiver(http, key)
    finally:
        process.terminate()
        process.wait(10)


def a_trace() -> tuple[bytes, str]:
    """Give a message of the services, and its trace's id."""
    facts = {"coursematch.candidates": 60, "share": 0.5, "some": ["a", "ü"]}
    with recorded() as spans, step("rank", facts), call("algolia queries"):
        pass
    return json.dumps(as_otlp({"service.name": "coursematch"}, spans)).encode(), f"{spans[0].context.trace_id:032x}"


def test_passes_on_spans_and_metrics_of_both_forms_in_protobuf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body, trace = a_trace()
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with provider.get_tracer("theirs").start_as_current_span("front door"):
        pass
    numbers = metrics_as_otlp([("coursematch.part.restarts", "1", "lms", 2.0)], time.time_ns())
    with collecting() as other, receiving(tmp_path, other.url, monkeypatch) as receiver:
        assert receiver.send("traces", body) == 200
        theirs = encode_spans(exporter.get_finished_spans()).SerializeToString()
        assert receiver.send("traces", theirs, PROTOBUF) == 200
        assert receiver.send("metrics", json.dumps(numbers).encode()) == 200
        eventually(lambda: len(other.took) == 3)
        assert receiver.asked("trace", trace=trace)["forwarded"] == {"sent": 3, "dropped": 0}

    spans = {span.name: span for span in other.spans()}
    assert spans.keys() == {"rank", "algolia queries", "front door"}
    rank, query = spans["rank"], spans["algolia queries"]
    assert rank.trace_id.hex() == query.trace_id.hex() == trace
    assert query.parent_span_id == rank.span_id
    assert (query.kind, rank.start_time_unix_nano > 0) == (3, True)
    facts = {fact.key: fact.value for fact in rank.attributes}
    assert facts["coursematch.candidates"].int_value == 60
    assert [one.string_value for one in facts["some"].array_value.values] == ["a", "ü"]
    (metric,) = other.took[2].resource_metrics[0].scope_metrics[0].metrics
    assert (metric.name, metric.gauge.data_points[0].as_double) == ("coursematch.part.restarts", 2.0)


@pytest.mark.parametrize("trouble", ["away", "hangs", "refuses"])
def test_takes_and_tells_everything_whatever_the_other_collector_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    messages = [a_trace() for _ in range(300)]
    with collecting() as other:
        if trouble == "hangs":
            other.hangs = threading.Event()
        other.status = 503
        url = f"http://127.0.0.1:{free_port()}" if trouble == "away" else other.url
        with receiving(tmp_path, url, monkeypatch) as receiver:
            assert {receiver.send("traces", body) for body, _ in messages} == {200}
            kept = [receiver.asked("trace", trace=trace)["spans"] for _, trace in messages[::50]]
            assert all(len(spans) == 2 for spans in kept)
            eventually(lambda: receiver.asked("trace")["forwarded"] == {"sent": 0, "dropped": len(messages)})
            assert other.asked <= 20  # left alone after a failure, and not asked three hundred times


def test_passes_on_again_once_the_other_collector_is_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting() as other, receiving(tmp_path, other.url, monkeypatch) as receiver:
        other.status = 503
        receiver.send("traces", a_trace()[0])
        eventually(lambda: receiver.asked("trace")["forwarded"]["dropped"] == 1)
        other.status = 200

        def taken() -> bool:
            receiver.send("traces", a_trace()[0])
            return bool(other.took)

        eventually(taken)


def test_a_message_that_cannot_be_written_in_protobuf_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, _ = a_trace()
    odd = json.loads(body)
    odd["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["droppedLinksCount"] = "many"
    with collecting() as other, receiving(tmp_path, other.url, monkeypatch) as receiver:
        assert receiver.send("traces", json.dumps(odd).encode()) == 200
        assert receiver.send("traces", body) == 200
        eventually(lambda: receiver.asked("trace")["forwarded"] == {"sent": 1, "dropped": 1})


def test_reads_what_it_writes() -> None:
    message = json.loads(a_trace()[0])
    again = read_message("traces", PROTOBUF, to_protobuf("traces", json.loads(json.dumps(message))))
    assert span_rows(again) == span_rows(message)


@pytest.mark.parametrize(
    "written", ["127.0.0.1:4318", "ftp://a", "http://", "http://a:port", "http://[::1", "grpc://a:1"]
)
def test_refuses_an_address_that_is_none_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv(FORWARD, written)
    with pytest.raises(NoCollector, match="COURSEMATCH_OTLP_FORWARD"):
        receiver_command(State(tmp_path))


def test_names_no_collector_where_none_is_wanted() -> None:
    assert collector(" ") is None
    assert collector("http://127.0.0.1:4318/") == "http://127.0.0.1:4318"
