"""Where the receiver listens: told in a file once it does, as the seams tell their ports."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.processes.process_spec import ProcessSpec, base_environment
from sandbox.setup.ports import LOOPBACK
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import State, read_json, write_json

NAME = "telemetry"
TOLD = "telemetry.json"
FORWARD = "COURSEMATCH_OTLP_FORWARD"
"""The environment variable that names another collector (docs/settings.md)."""


class NoCollector(SandboxProblem):
    """The setting that names another collector is no address."""


def collector(written: str) -> str | None:
    """Read the collector's base URL; None where none is named. Raises `NoCollector`."""
    url = written.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # a port that is none, a bracket that is not closed
        usable = False
    if url and not usable:
        raise NoCollector(
            "COURSEMATCH_OTLP_FORWARD is no http(s) URL.", "Write a collector's, like http://127.0.0.1:4318, or none."
        )
    return url or None


def tell_port(run: Path, port: int) -> None:
    """Tell where the receiver of the folder `run` listens."""
    write_json(run / TOLD, {"port": port})


def port_told(run: Path) -> int | None:
    """Read where it listens; None while it does not."""
    told = read_json(run / TOLD)
    return int(told["port"]) if told is not None else None


def otlp_endpoint(run: Path) -> str | None:
    """Give the receiver's URL, as `OTEL_EXPORTER_OTLP_ENDPOINT` wants it; None while it does not listen."""
    port = port_told(run)
    return None if port is None else f"http://{LOOPBACK}:{port}"


def receiver_command(state: State) -> ProcessSpec:
    """Say how to start the receiver of a sandbox. Raises `NoCollector` for a setting that names none."""
    collector(os.environ.get(FORWARD, ""))
    argv = (sys.executable, "-m", "sandbox.telemetry", "--state", str(state.root))
    passed_on = {FORWARD: os.environ[FORWARD]} if FORWARD in os.environ else {}
    return ProcessSpec(NAME, argv, env=base_environment() | passed_on)
