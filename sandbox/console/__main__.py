"""`python -m sandbox.console --port N --target-file FILE --state DIR`: the front door, with the console at its root."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from sandbox.console.console import Console
from sandbox.gateway.front_door import run
from sandbox.setup.state import State
from sandbox.telemetry.tracing import tracer

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m sandbox.console", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--target-file", type=Path, required=True)
    parser.add_argument("--state", type=Path, required=True)
    options = parser.parse_args()
    state = State(options.state)
    asyncio.run(run(options.port, options.target_file, Console(state), tracer("front door", state.run)))
