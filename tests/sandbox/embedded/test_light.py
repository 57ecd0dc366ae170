"""A light start leaves out what a small machine can do without."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from sandbox.__main__ import parser
from sandbox.console.traces import NoTraces, Traces
from sandbox.embedded.start import Start
from sandbox.embedded.telemetry import telemetry
from sandbox.setup.state import State


def light_start(state: State) -> Start:
    """A start with nothing but its state: whatever a step asks beyond that is missing."""
    left = dict.fromkeys(
        ("ports", "credentials", "new_passwords", "inputs", "semantic", "aws_keys", "supervisor", "keeper", "deployer",
         "conditions", "closing", "note", "detail")
    )  # fmt: skip
    return Start(state=state, light=True, **cast(dict[str, Any], left))


def test_starts_no_receiver_of_traces_and_names_none(tmp_path: Path) -> None:
    start = light_start(State(tmp_path))
    assert asyncio.run(telemetry(start)).words == "left out"
    assert start.otlp_endpoint == ""


def test_says_in_the_console_that_it_keeps_no_traces(tmp_path: Path) -> None:
    with pytest.raises(NoTraces, match="--light"):
        Traces(State(tmp_path)).ask("traces", {})


def test_is_not_asked_for_together_with_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parser().parse_args(["up", "--light", "--semantic"])
    assert "not allowed with" in capsys.readouterr().err
    assert parser().parse_args(["up", "--light"]).light
