"""The sandbox's own numbers arrive as the receiver reads them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from sandbox.processes.conditions import Condition
from sandbox.running.measuring import as_otlp, numbers
from sandbox.telemetry.otlp import metric_rows


def test_tells_restarts_states_and_the_last_sync() -> None:
    conditions = {"lms": Condition("Deployment", "ready", restarts=2), "aws": Condition("process", "restarting")}
    start = cast("Any", SimpleNamespace(conditions=conditions, supervisor=SimpleNamespace(children={})))
    report = {"created": 3, "status": "ok", "dry_run": False, "seconds": 1.5}

    rows = metric_rows(as_otlp(numbers(start, report), 7))

    told = {(row["name"], row["facts"]): row["value"] for row in rows}
    assert told[("coursematch.part.restarts", '{"coursematch.part": "lms"}')] == 2
    assert told[("coursematch.part.up", '{"coursematch.part": "aws"}')] == 0
    assert told[("catalog_sync.created", '{"coursematch.part": "the last sync"}')] == 3
    assert not any("dry_run" in name or "status" in name for name, _ in told)
    assert {(row["service"], row["moment"]) for row in rows} == {("sandbox", 7)}
