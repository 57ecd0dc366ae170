"""Sends spans to a collector from a thread of its own: a request never waits for it, and never fails because of it.

What cannot be sent is dropped and counted; a collector that failed is left alone for a while.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlsplit

from services.telemetry.otlp import as_otlp
from services.telemetry.span import RecordedSpan

WAITING_BATCHES = 200
SEND_SECONDS = 1.0
REST_SECONDS = 5.0
"""How long nothing is sent after a failure."""


class Sender:
    """Takes batches of spans and posts them to `endpoint`/v1/traces as OTLP's JSON."""

    def __init__(self, endpoint: str, resource: Mapping[str, Any]) -> None:
        self.dropped = 0
        self._url = urlsplit(endpoint)
        self._resource = resource
        self._queue: queue.Queue[Sequence[RecordedSpan]] = queue.Queue(WAITING_BATCHES)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def take(self, spans: Sequence[RecordedSpan]) -> None:
        """Take a batch; drops it where too many wait already."""
        try:
            self._queue.put_nowait(spans)
        except queue.Full:
            self.dropped += len(spans)
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._send_all, name="telemetry", daemon=True)
                    self._thread.start()

    def flush(self, seconds: float) -> None:
        """Wait until all that was taken is sent or dropped, at most so many seconds."""
        with self._queue.all_tasks_done:
            self._queue.all_tasks_done.wait_for(lambda: not self._queue.unfinished_tasks, seconds)

    def _send_all(self) -> None:
        connection: HTTPConnection | None = None
        rests_until = 0.0
        while True:
            batch = self._queue.get()
            if time.monotonic() < rests_until:
                self.dropped += len(batch)
            else:
                connection = connection or _connection(self._url)
                if not self._sent(connection, batch):
                    self.dropped += len(batch)
                    rests_until = time.monotonic() + REST_SECONDS
                    connection.close()
                    connection = None
            self._queue.task_done()

    def _sent(self, connection: HTTPConnection, batch: Sequence[RecordedSpan]) -> bool:
        body = json.dumps(as_otlp(self._resource, batch), ensure_ascii=False).encode("utf-8", "replace")
        for again in (True, False):
            kept = connection.sock is not None
            try:
                connection.request("POST", f"{self._url.path}/v1/traces", body, {"Content-Type": "application/json"})
                response = connection.getresponse()
                response.read()
            except (OSError, HTTPException):
                connection.close()
                if kept and again:  # the collector closed a connection that was kept: a new one may do
                    continue
                return False
            else:
                return response.status < 300
        return False


def _connection(url: SplitResult) -> HTTPConnection:
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
    return kind(url.hostname or "", url.port, timeout=SEND_SECONDS)
