"""The last requests, for `GET /1/logs`, `GET /_mock/requests` and for asserting on them in tests."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.mock_algolia.wire.request import named

KEPT = 1000
SHOWN = 20_000
"""Bytes kept of each body and answer."""
_SECRET = {"x-algolia-api-key", "authorization", "cookie"}


@dataclass(frozen=True)
class Entry:
    """One request and its answer."""

    at: float
    method: str
    url: str
    status: int
    body: bytes
    answer: bytes
    ip: str
    headers: Mapping[str, str]
    """By their WSGI names."""
    index: str | None
    milliseconds: float
    hits: int | None

    def brief(self) -> dict[str, Any]:
        """Show what a test wants to assert on."""
        return {
            "method": self.method,
            "url": _without_key(self.url),
            "status": self.status,
            "index": self.index,
            "body": self.body.decode("utf-8", "replace"),
            "milliseconds": round(self.milliseconds, 3),
        }

    def log(self) -> dict[str, Any]:
        """Show it as `GET /1/logs` does: every value a string, the key obfuscated."""
        shown = {
            "timestamp": datetime.fromtimestamp(self.at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "method": self.method,
            "answer_code": str(self.status),
            "query_body": self.body.decode("utf-8", "replace"),
            "answer": self.answer.decode("utf-8", "replace"),
            "url": _without_key(self.url),
            "ip": self.ip,
            "query_headers": "\n".join(
                f"{name}: {_obfuscated(name, value)}" for name, value in named(self.headers).items()
            ),
            "sha1": hashlib.sha1(self.answer, usedforsecurity=False).hexdigest(),
            "nb_api_calls": "1",
            "processing_time_ms": str(int(self.milliseconds)),
        }
        if self.index is not None:
            shown["index"] = self.index
        if self.hits is not None:
            shown["query_nb_hits"] = str(self.hits)
        return shown


class RequestLog:
    """The last KEPT requests, newest last."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)

    def add(self, entry: Entry) -> None:
        """Remember one request."""
        self._entries.append(entry)

    def entries(self) -> list[Entry]:
        """List what is remembered, oldest first."""
        return list(self._entries.copy())

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()


def _obfuscated(name: str, value: str) -> str:
    return value[:4] + "…" if name.lower() in _SECRET else value


def _without_key(url: str) -> str:
    path, mark, query = url.partition("?")
    kept = [part for part in query.split("&") if not part.lower().startswith("x-algolia-api-key=")]
    return path + (mark + "&".join(kept) if kept and mark else "")
