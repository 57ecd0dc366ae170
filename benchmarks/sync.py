"""`python -m benchmarks.sync [--sizes 1000,10000,100000]`: what a sync costs, beside replacing everything.

A small LMS on loopback serves an invented catalogue in the forms of Open edX (a hundred courses a page) and
course-discovery; the Algolia mock runs in a process of its own, durable, as in the sandbox. Operations are counted as
Algolia counts them.

The throttled line is a real run over real HTTP against a server that answers 429 beyond 20 requests a minute. Only its
waiting is simulated: the sync's clock is told to sleep and does not, and the server reads the same clock. Its seconds
are those really spent plus those it would have slept.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import platform
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import urllib3
from rich.console import Console
from rich.table import Table

from infra_pulumi.checkout.version import add_version
from services.catalog_sync.index_lock import IndexLock
from services.catalog_sync.reading.lms_courses import DiscoveryCourses, LmsCourses
from services.catalog_sync.reading.polite_http import PoliteHttp
from services.catalog_sync.reading.service_account import SignedHttp
from services.catalog_sync.run_report import RunReport
from services.catalog_sync.sync import CatalogSync, SyncOptions
from services.catalog_sync.to_records import to_records
from services.index_writer.algolia_client import AlgoliaAccess, algolia_client, official_client
from services.index_writer.course_index import AlgoliaIndex
from services.index_writer.patience import Patience

SIZES = (1_000, 10_000, 100_000)
PAGE = 100
TEXT = """
data learning machine statistics history design python systems energy health market language network climate theory
practice analysis modern global introduction advanced methods tools society
"""
WORDS = TEXT.split()


@dataclass(frozen=True)
class Row:
    """One line of the table. `waited` are seconds that were simulated, not spent."""

    courses: int
    what: str
    writes: int
    reads: int
    requests: int
    lms_requests: int
    seconds: float
    waited: float = 0.0


@dataclass
class SkippingClock:
    """The machine's clock, moved forward by every sleep instead of sleeping."""

    skipped: float = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.skipped)

    def sleep(self, seconds: float) -> None:
        self.skipped += seconds


@dataclass
class Lms:
    """An invented catalogue, served page by page; `changed` courses have another title."""

    size: int
    clock: SkippingClock
    changed: int = 0
    per_minute: int | None = None
    asked: deque[datetime] = field(default_factory=deque)
    details: dict[int, dict[str, Any]] = field(default_factory=dict)

    def page(self, path: str, query: dict[str, list[str]]) -> tuple[int, dict[str, Any], dict[str, str]]:
        if "/api/courses/v1/" in path:
            wait = self._throttled()
            if wait:
                return 429, {"detail": f"Request was throttled. Expected available in {wait} seconds."}, {
                    "Retry-After": str(wait)
                }  # fmt: skip
            number = int(query.get("page", ["1"])[0])
            numbers = range((number - 1) * PAGE, min(number * PAGE, self.size))
            following = f"{path}?page={number + 1}&page_size={PAGE}" if number * PAGE < self.size else None
            pages = math.ceil(self.size / PAGE)
            pagination = {"next": following, "previous": None, "count": self.size, "num_pages": pages}
            return 200, {"results": [self._run(one) for one in numbers], "pagination": pagination}, {}
        offset = int(query.get("offset", ["0"])[0])
        numbers = range(offset, min(offset + PAGE, self.size))
        following = f"{path}?limit={PAGE}&offset={offset + PAGE}" if offset + PAGE < self.size else None
        return 200, {"count": self.size, "next": following, "results": [self._known(one) for one in numbers]}, {}

    def _throttled(self) -> int:
        """Count as Django REST framework's throttle does: a window that slides."""
        if self.per_minute is None:
            return 0
        now = self.clock.now()
        while self.asked and now - self.asked[0] >= timedelta(minutes=1):
            self.asked.popleft()
        if len(self.asked) >= self.per_minute:
            return math.ceil((self.asked[0] + timedelta(minutes=1) - now).total_seconds())
        self.asked.append(now)
        return 0

    def _run(self, number: int) -> dict[str, Any]:
        title = f"{_words(number, 4).title()} {number}{' (new edition)' if number < self.changed else ''}"
        return {
            "id": f"course-v1:BenchX+C{number:06}+2026", "name": title, "org": "BenchX", "number": f"C{number:06}",
            "short_description": _words(number * 3, 12), "start": "2026-01-01T00:00:00Z", "end": None, "hidden": False,
        }  # fmt: skip

    def _known(self, number: int) -> dict[str, Any]:
        """Make a course's details once: making them is no part of what is measured."""
        if number not in self.details:
            self.details[number] = self._course(number)
        return self.details[number]

    def _course(self, number: int) -> dict[str, Any]:
        return {
            "key": f"BenchX+C{number:06}", "full_description": f"<p>{_words(number * 7, 120)}</p>",
            "level_type": ("Introductory", "Intermediate", "Advanced")[number % 3], "enrollment_count": number % 977,
            "subjects": [{"name": _words(number, 1).title()}], "skill_names": _words(number * 5, 4).split(),
            "course_runs": [{"content_language": "en"}],
        }  # fmt: skip


def _words(seed: int, number: int) -> str:
    return " ".join(WORDS[(seed * 31 + step * (7 + seed % 5)) % len(WORDS)] for step in range(number))


@contextlib.contextmanager
def serving(lms: Lms) -> Iterator[str]:
    """Serve the catalogue on a free port of 127.0.0.1; yields the base URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            status, body, headers = lms.page(parts.path, parse_qs(parts.query))
            sent = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(sent))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def algolia(folder: Path) -> Iterator[AlgoliaAccess]:
    """Run the Algolia mock as a process, with its data in a folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "services.mock_algolia", "--port", str(port), "--data", str(folder)]
    environment = os.environ | {"ALGOLIA_APP_ID": "bench", "ALGOLIA_ADMIN_KEY": "bench-key"}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)  # noqa: S603  our own module
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_healthy(f"{url}/_mock/health")
            yield AlgoliaAccess("bench", "bench-key", (url,))
        finally:
            process.terminate()
            process.wait()


def _wait_until_healthy(url: str) -> None:
    """Ask until the server answers; raises the last refusal after a minute."""
    for attempt in range(600):
        try:
            urllib3.request("GET", url, timeout=10, retries=False)
            return
        except urllib3.exceptions.HTTPError:
            if attempt == 599:
                raise
            time.sleep(0.1)


def synced(what: str, lms: Lms, url: str, access: AlgoliaAccess) -> Row:
    """Run the sync once and note what it cost."""
    clock = lms.clock
    client, transporter = algolia_client(access, Patience(), time.sleep)
    index = AlgoliaIndex(client)
    http = PoliteHttp(Patience(), clock.sleep)
    signed = SignedHttp(http, url)
    run = RunReport("bench", "")
    began, skipped = time.perf_counter(), clock.skipped
    CatalogSync(
        courses=LmsCourses(url, signed),
        details=DiscoveryCourses(url, signed),
        index=index,
        lock=IndexLock(index, "courses_sync", f"bench-{began}", "bench", clock),
        clock=clock,
        options=SyncOptions("courses"),
    ).run(run)
    seconds, waited = time.perf_counter() - began, clock.skipped - skipped
    client.close()
    return Row(lms.size, what, index.writes, index.reads, transporter.requests, http.requests, seconds + waited, waited)


def replaced(lms: Lms, url: str, access: AlgoliaAccess) -> Row:
    """Read the same catalogue, and send all of it by the official client's `replace_all_objects`."""
    client, transporter = official_client(access, Patience())
    http = PoliteHttp(Patience(), lms.clock.sleep)
    signed = SignedHttp(http, url)
    began = time.perf_counter()
    runs = LmsCourses(url, signed).read().entries.values()
    details = DiscoveryCourses(url, signed).read().entries
    records = to_records(runs, details, lms.clock.now()).records
    client.replace_all_objects("courses", [record.to_json() for record in records])
    seconds = time.perf_counter() - began
    client.close()
    copies_and_move = 3
    return Row(
        lms.size, "replace everything", len(records) + copies_and_move, 0, transporter.requests, http.requests, seconds
    )


def measure(size: int) -> Iterator[Row]:
    """Measure every case on one catalogue."""
    clock = SkippingClock()
    lms = Lms(size, clock)
    with tempfile.TemporaryDirectory() as folder, algolia(Path(folder)) as access, serving(lms) as url:
        for what in ("first sync", "unchanged", "1 % changed", "unchanged, LMS at 20/min"):
            lms.changed = size // 100 if what == "1 % changed" else lms.changed
            lms.per_minute = 20 if "20/min" in what else None
            yield synced(what, lms, url, access)
        lms.per_minute = None
        yield replaced(lms, url, access)


HEADINGS = ("courses", "run", "write operations", "read operations", "Algolia requests", "LMS requests", "seconds")


def cells(row: Row) -> tuple[str, ...]:
    """Write a row as people read it."""
    numbers = (row.writes, row.reads, row.requests, row.lms_requests)
    waited = f" (of them {row.waited:,.0f} simulated)" if row.waited else ""
    return (f"{row.courses:,}", row.what, *(f"{number:,}" for number in numbers), f"{row.seconds:,.1f}{waited}")


def markdown(rows: Sequence[Row]) -> str:
    """Write the table for docs/benchmarks.md, with its date and machine."""
    lines = [
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} cores ({platform.machine()}), "
        f"CPython {platform.python_version()}, with `python -m benchmarks.sync`.",
        "",
        f"| {' | '.join(HEADINGS)} |",
        f"|{'---|' * len(HEADINGS)}",
        *(f"| {' | '.join(cells(row))} |" for row in rows),
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sync", description=(__doc__ or "").split("\n")[0])
    add_version(parser)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of courses, with commas between")
    parser.add_argument("--markdown", action="store_true", help="print the table as docs/benchmarks.md has it")
    options = parser.parse_args()
    progress, output = Console(stderr=True), Console()
    rows = []
    for size in options.sizes.split(","):
        for row in measure(int(size)):
            rows.append(row)
            progress.print(" · ".join(cells(row)), highlight=False)
    if options.markdown:
        print(markdown(rows))
        return
    table = Table(*HEADINGS, title="What a sync costs")
    for row in rows:
        table.add_row(*cells(row))
    output.print(table)


if __name__ == "__main__":
    main()
