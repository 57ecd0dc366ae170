"""A small web site on loopback: answers what a function says, so that a test can be any LMS or any Algolia."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.loopback_server import answering


@dataclass(frozen=True)
class Asked:
    """One request. `query` has the last value of each parameter."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """One answer; `body` is sent as JSON unless it is bytes."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """A running site: its base URL, and everything it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)


@contextlib.contextmanager
def site(answer: Callable[[Asked], Answer]) -> Iterator[Site]:
    """Serve on a free port of 127.0.0.1 until the block ends."""
    running = Site("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _reply(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
            asked = Asked(self.command, parts.path, query, dict(self.headers), body)
            running.asked.append(asked)
            reply = answer(asked)
            sent = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(sent)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_PUT = do_DELETE = _reply  # noqa: N815  http.server calls these names

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    with answering(Handler) as running.url:
        yield running


def run_item(key: str, run: str = "2026", **fields: Any) -> dict[str, Any]:
    """Build a course run as the LMS lists it."""
    org, number = key.split("+")
    return {
        "id": f"course-v1:{key}+{run}",
        "name": f"Course {number}",
        "org": org,
        "number": number,
        "short_description": "About it.",
        "start": "2026-01-01T00:00:00Z",
        "end": None,
        "hidden": False,
        "media": {"image": {"large": None, "raw": None}},
        **fields,
    }


@dataclass
class FakeLms:
    """The list of an LMS as a site's answer; `items` may change between pages."""

    items: list[dict[str, Any]]
    base: str = "http://elsewhere.example"
    before_page: Callable[[int], None] = lambda _number: None
    count: int | None = None

    def __call__(self, asked: Asked) -> Answer:
        number, size = int(asked.query.get("page", 1)), int(asked.query.get("page_size", 10))
        self.before_page(number)
        pages = max(1, -(-len(self.items) // size))
        if number > pages:
            return Answer({"detail": "Invalid page."}, 404)
        following = f"{self.base}{asked.path}?page={number + 1}&page_size={size}" if number < pages else None
        return Answer(
            {
                "results": self.items[(number - 1) * size : number * size],
                "pagination": {
                    "next": following,
                    "previous": None,
                    "count": len(self.items) if self.count is None else self.count,
                    "num_pages": pages,
                },
            }
        )
