"""`python -m benchmarks.tracing [--state DIR] [--pairs N]`: what tracing costs a request, with and without it in turn.

The handlers of coursematch and enrollments run in this process with the settings of a running sandbox's functions, ask
its index and its database, and send their spans to its receiver. Blocks of requests with and without tracing take
turns, so that whatever else the machine does meets both alike. What a thread of its own does to send spans is in the
CPU in all, and no answer waits for it.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from rich.console import Console
from rich.table import Table

from infra_pulumi.checkout.version import add_version
from sandbox.setup.credentials import load_credentials
from sandbox.setup.state import State
from sandbox.setup.tokens import learner_token
from services.telemetry import provider

BLOCK = 10
"""Requests in a row with, or without, tracing."""
LEARNER = "1"
WORDS = ("python", "machine learning", "history of art", "statistics for beginners", "datenbanken")

Json = dict[str, Any]


def main() -> int:
    """Measure both services and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_version(parser)
    parser.add_argument("--state", type=Path, default=Path(".sandbox"), help="a running sandbox's (default: .sandbox)")
    parser.add_argument("--pairs", type=int, default=40, metavar="N", help=f"blocks of {BLOCK} of each kind")
    options = parser.parse_args()
    found = json.loads((options.state / "endpoints.json").read_text("utf-8"))
    token = learner_token(found, load_credentials(State(options.state))[0], LEARNER)
    table = Table("milliseconds of a request", "p50", "with", "ratio", "CPU until it is answered", "with", "ratio",
                  "CPU in all", "with", "ratio", box=None)  # fmt: skip
    for room, path, asked in (
        ("coursematch", "/coursematch", lambda: {"keywords": random.choice(WORDS)}),  # noqa: S311 - no secret
        ("coursematch", "/recommendations", lambda: {"student_id": LEARNER}),
        ("enrollments", "/enrollments", lambda: {"student_id": LEARNER}),
    ):
        events = [_event(path, asked(), token) for _ in range(BLOCK)]
        without, with_it = measured(events, _handler(room, found), options.pairs)
        cells = [
            f"{value:.2f}" for one, other in zip(without, with_it, strict=True) for value in (one, other, other / one)
        ]
        table.add_row(f"GET {path}", *cells)
    Console(width=160).print(table)
    return 0


def measured(
    events: Sequence[Json], handler: Callable[[Json, Any], Json], pairs: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Give, without and with tracing: p50, CPU of the thread that answers, CPU of the process; ms of a request."""
    recording = provider.PROVIDER.sink
    took: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    cost: dict[bool, list[float]] = {False: [], True: []}
    for pair in range(pairs + 1):
        for traced in random.sample((False, True), 2):
            provider.PROVIDER.sink = recording if traced else None
            whole = time.process_time()
            for event in events:
                began, own = time.perf_counter(), time.thread_time()
                answer = handler(event, None)
                took[traced].append((time.perf_counter() - began, time.thread_time() - own))
                if answer["statusCode"] != 200:
                    sys.exit(f"{event['path']} answered {answer['statusCode']}: {answer['body'][:200]}")
            provider.PROVIDER.sink = recording
            provider.flush(5)
            cost[traced].append((time.process_time() - whole) / len(events))
            if not pair:  # the first pair warms up
                took[traced].clear()
                cost[traced].clear()
    without, with_it = (
        tuple(1000 * statistics.median(values) for values in (*zip(*took[one], strict=True), cost[one]))
        for one in (False, True)
    )
    return without, with_it


def _handler(room: str, found: Json) -> Callable[[Json, Any], Json]:
    """Import a function's handler with the settings that it has in the sandbox."""
    keys = found["aws_keys"]
    os.environ |= {
        "AWS_ACCESS_KEY_ID": keys["access_key_id"], "AWS_SECRET_ACCESS_KEY": keys["secret_access_key"],
        "AWS_ENDPOINT_URL": found["aws"], "AWS_DEFAULT_REGION": "us-east-1",
    }  # fmt: skip
    client = boto3.client("lambda", config=Config(proxies={}))
    (name,) = [
        one["FunctionName"] for one in client.list_functions()["Functions"] if one["FunctionName"].endswith(room)
    ]
    os.environ |= client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    handler: Callable[[Json, Any], Json] = importlib.import_module(f"services.{room}.lambda_handler").handler
    return handler


def _event(path: str, asked: Json, token: str) -> Json:
    return {
        "httpMethod": "GET", "path": path, "resource": path, "headers": {"Authorization": f"Bearer {token}"},
        "multiValueQueryStringParameters": {name: [value] for name, value in asked.items()},
        "requestContext": {"path": path, "stage": "live"},
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
