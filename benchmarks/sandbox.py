"""`python -m benchmarks.sandbox [--requests N] [--json FILE]`: how fast the sandbox starts and answers.

Measured from outside, as a person would, and printed beside the targets: `python -m sandbox up` from an empty and a
kept state folder, `GET` through the front door and at the gateway with one client on one connection, each Lambda's
import from its zip alone, the zips' sizes, and the Pulumi program's embedded run. Numbers depend on the machine and on
what else it does, so the load before the start is printed with them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from infra_pulumi.checkout.version import add_version
from sandbox.setup.ports import Ports, free_port, is_free

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = ("python", "machine learning", "history of art", "statistics for beginners", "写程序", "datenbanken")
WARM_UP = 20
LAMBDAS = ("coursematch", "enrollments", "advisor")
SETTINGS = (
    "ALGOLIA_APP_ID", "ALGOLIA_SECRET", "DATABASE_SECRET", "IDENTITY_SECRET", "IDENTITY_ISSUER", "IDENTITY_AUDIENCE",
)  # fmt: skip
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Measured:
    """One number and its target; None: no target is set."""

    what: str
    value: float
    unit: str
    target: float | None = None


def main() -> int:
    """Measure, print a table, and write it as JSON where asked. Exit code 0 also when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_version(parser)
    parser.add_argument("--requests", type=int, default=300, metavar="N", help="requests of each kind (default: 300)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the numbers there")
    options = parser.parse_args()
    console = Console()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    console.print(f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores, load {load:.1f}")
    measured = [*starts_and_answers(options.requests), *packages()]
    table = Table("", "measured", "target", box=None)
    for row in measured:
        missed = row.target is not None and row.value > row.target
        value = f"{row.value:.2f} {row.unit}"
        target = "" if row.target is None else f"≤ {row.target:g} {row.unit}"
        table.add_row(row.what, f"[red]{value}[/red]" if missed else value, target)
    console.print(table)
    if options.json:
        rows = {"load": load, "measured": [asdict(row) for row in measured]}
        options.json.write_text(json.dumps(rows, indent=2), encoding="utf-8")
    return 0


def starts_and_answers(requests: int) -> Iterator[Measured]:
    """Start from nothing, start again on what was kept, and ask."""
    run([sys.executable, "-m", "infra_pulumi.package"])  # a build is not part of a start «from installed»
    with tempfile.TemporaryDirectory() as folder:
        state = ["--state", str(Path(folder) / "state")]
        try:
            seconds, said = start(state)
            yield Measured("start, empty state", seconds, "s", 20)
            yield from steps(said, "  of that, ", ("postgres", "load", "sync"))
            run([*SANDBOX, "sync", *state])  # waits until semantic search is prepared
            run([*SANDBOX, "down", *state])
            seconds, said = start(state)
            yield Measured("start, state kept", seconds, "s", 10)
            yield from steps(said, "  of that, ", ("postgres", "aws", "program", "load", "sync", "answer"))
            endpoints = json.loads((Path(folder) / "state" / "endpoints.json").read_text(encoding="utf-8"))
            for name, base in (("front door", endpoints["api"]), ("gateway", endpoints["gateway"])):
                taken = sorted(ask(base, requests))
                yield Measured(f"GET /coursematch, {name}, p50", statistics.median(taken), "ms", 25)
                yield Measured(f"GET /coursematch, {name}, p99", taken[int(len(taken) * 0.99)], "ms", 100)
            began = time.monotonic()
        finally:
            run([*SANDBOX, "down", *state])
        yield Measured("stop", time.monotonic() - began, "s")


SANDBOX = (sys.executable, "-m", "sandbox")


def start(state: list[str]) -> tuple[float, str]:
    """Measure the seconds from the command to its end when detached (from nothing to ready); and what it said."""
    base = next(
        base for _ in range(1000) if all(map(is_free, Ports(base := free_port() % 60000 + 1024).named().values()))
    )
    began = time.monotonic()
    said = run([*SANDBOX, "up", "--detach", "--port-base", str(base), *state])
    return time.monotonic() - began, said


def steps(said: str, prefix: str, names: tuple[str, ...]) -> Iterator[Measured]:
    """Read the durations that the start printed, of some steps."""
    for name in names:
        found = re.search(rf"^✓ {name}\s+([\d.]+) s", said, re.MULTILINE)
        if found:
            yield Measured(prefix + name, float(found[1]), "s", 6 if name == "program" else None)


def ask(base: str, requests: int) -> Iterator[float]:
    """Measure the milliseconds of each request by one client, after a warm-up."""
    with httpx.Client(timeout=30, trust_env=False) as client:
        for number in range(WARM_UP + requests):
            keywords = QUESTIONS[number % len(QUESTIONS)]
            began = time.perf_counter()
            client.get(f"{base}/coursematch", params={"keywords": keywords}).raise_for_status()
            if number >= WARM_UP:
                yield (time.perf_counter() - began) * 1000


def packages() -> Iterator[Measured]:
    """Measure each zip's size, and the seconds its handler takes to import from it alone (median of five)."""
    for name in LAMBDAS:
        archive = ROOT / "build" / "lambda" / f"{name}.zip"
        if not archive.is_file():
            continue
        yield Measured(f"{name}.zip", archive.stat().st_size / MEGABYTE, "MB", 15)
        with tempfile.TemporaryDirectory() as folder:
            with zipfile.ZipFile(archive) as opened:
                opened.extractall(folder)
            code = f"import sys, time; sys.path.insert(0, {folder!r}); t = time.perf_counter(); " + (
                f"import services.{name}.lambda_handler; print(time.perf_counter() - t)"
            )
            taken = [float(run([sys.executable, "-I", "-c", code])) for _ in range(6)][1:]  # the first one compiles
        yield Measured(f"{name} import", statistics.median(taken), "s", {"coursematch": 0.45, "advisor": 1.5}.get(name))


def run(command: list[str]) -> str:
    """Run to the end and give what it printed; a failure ends the benchmark with what it said."""
    environment = {**dict.fromkeys(SETTINGS, "invented"), **os.environ}  # what a Lambda's import looks for, and no more
    done = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
