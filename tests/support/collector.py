"""A collector of spans for tests: what the services' own provider records, or what arrives over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from services.telemetry.provider import PROVIDER, record_to
from services.telemetry.settings import TelemetrySettings
from services.telemetry.span import RecordedSpan
from tests.support.loopback_server import answering


@contextmanager
def recorded(*, shows_questions: bool = False, sampled: float = 1.0) -> Iterator[list[RecordedSpan]]:
    """Record what ends inside the block; nothing is recorded before and after."""
    spans: list[RecordedSpan] = []
    before = PROVIDER.sink, PROVIDER.settings
    record_to(spans.extend, TelemetrySettings("http://nobody", sampled, shows_questions))
    try:
        yield spans
    finally:
        PROVIDER.sink, PROVIDER.settings = before


@contextmanager
def listening(status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Listen as a collector does; gives its URL, and the messages that have come."""
    messages: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            messages.append({"path": self.path, "type": self.headers["Content-Type"], "body": json.loads(body)})
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with answering(Handler) as url:
        yield url, messages
