"""Search servers beside ours over HTTP: one keep-alive client, two facets, highlights, 20 hits; then eight clients.

Ours is started here. A rival is measured where its command is on the PATH, or where a setting names one that runs on
this machine: `FLAPJACK_URL`, `MEILISEARCH_URL`, `TYPESENSE_URL`, with the key in `…_KEY`. One that is not there is
said by name.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import psutil

from benchmarks.search_dialects import DIALECTS, Dialect

CLIENTS = 8
PATIENCE = 600


class Client:
    """One connection, kept open until `close`."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._headers = dict(headers)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def __call__(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Ask, and give the answer's body. Raises RuntimeError for a refusal."""
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        read = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {read[:300].decode(errors='replace')}")
        return read


def measure(
    made: list[dict[str, Any]], queries: Sequence[str], settings: Mapping[str, Any], repeat: int
) -> Iterator[str]:
    """Fill every server that is there, let them take turns query by query, and give a line for each."""
    with ExitStack() as stack:
        there: dict[str, tuple[Dialect, Running]] = {}
        filled: dict[str, float] = {}
        clients: dict[str, Client] = {}
        for dialect in DIALECTS:
            running = stack.enter_context(_running(dialect))
            if running is None:
                yield f"  not measured over HTTP: {dialect.name} (no {dialect.command}, no {dialect.setting}_URL)"
                continue
            began = time.perf_counter()
            clients[dialect.name] = stack.enter_context(closing(Client(running.port, dialect.headers)))
            dialect.fill(clients[dialect.name], made, settings)
            filled[dialect.name] = time.perf_counter() - began
            there[dialect.name] = dialect, running
        quietest = {name: [float("inf")] * len(queries) for name in there}
        for _ in range(repeat):
            for at, query in enumerate(queries):
                for name, (dialect, _) in there.items():
                    began = time.perf_counter()
                    clients[name](*dialect.search(query))
                    quietest[name][at] = min(quietest[name][at], time.perf_counter() - began)
        for name, (dialect, running) in there.items():
            ordered = sorted(seconds * 1000 for seconds in quietest[name])
            began = running.worked()
            alone = _rate(dialect, running.port, queries, 1)
            worked = running.worked() - began
            together = _rate(dialect, running.port, queries, CLIENTS)
            yield (
                f"  over HTTP {name:14} p50 {ordered[len(ordered) // 2]:.2f} "
                f"p99 {ordered[int(len(ordered) * 0.99)]:.2f} ms, {worked * 1000 / len(queries):.2f} ms of processor a "
                f"query, {running.memory() / 1e6:.0f} MB, indexed in {filled[name]:.1f} s, "
                f"{alone:.0f} a second by one client, {together:.0f} by {CLIENTS}"
            )


def _rate(dialect: Dialect, port: int, queries: Sequence[str], number: int) -> float:
    """Give the answers a second that some clients get together."""

    def one(first: int) -> None:
        with closing(Client(port, dialect.headers)) as client:
            for query in queries[first::number]:
                client(*dialect.search(query))

    began = time.perf_counter()
    with ThreadPoolExecutor(number) as pool:
        list(pool.map(one, range(number)))
    return len(queries) / (time.perf_counter() - began)


@dataclass(frozen=True)
class Running:
    """A server: its port, and its process where it was started here."""

    port: int
    process: psutil.Process | None = None

    def _processes(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)] if self.process else []

    def worked(self) -> float:
        """Give the processor seconds that it has taken; nan where it runs elsewhere."""
        times = [one.cpu_times() for one in self._processes()]
        return sum(spent.user + spent.system for spent in times) if times else float("nan")

    def memory(self) -> float:
        """Give the bytes of memory that it holds; nan where it runs elsewhere."""
        return sum(float(one.memory_info().rss) for one in self._processes()) or float("nan")


@contextmanager
def _running(dialect: Dialect) -> Iterator[Running | None]:
    """Give the server that a setting names, or one started for this; None if there is neither."""
    url = os.environ.get(f"{dialect.setting}_URL", "") if dialect.setting else ""
    if url:
        parts = urlsplit(url)
        if parts.hostname not in {"127.0.0.1", "localhost"} or parts.port is None:
            raise SystemExit(f"{dialect.setting}_URL must name a port of this machine, not {url}")
        yield Running(parts.port)
        return
    if dialect.command != sys.executable and shutil.which(dialect.command) is None:
        yield None
        return
    with TemporaryDirectory() as folder:
        port = _free_port()
        with subprocess.Popen(  # noqa: S603 - a search server of this machine
            dialect.start(port, folder),
            env={**os.environ, **dialect.variables(port, folder)},
            cwd=Path.cwd() if dialect.command == sys.executable else folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                _wait(port, dialect)
                yield Running(port, psutil.Process(process.pid))
            finally:
                for child in psutil.Process(process.pid).children(recursive=True):
                    child.terminate()
                process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _wait(port: int, dialect: Dialect) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            with closing(Client(port, dialect.headers)) as client:
                client("GET", dialect.health)
        except (OSError, RuntimeError):
            if time.monotonic() > end:
                raise
            threading.Event().wait(0.1)
        else:
            return
