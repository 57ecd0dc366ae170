"""`python -m sandbox.telemetry --state DIR`: receive OTLP/HTTP on loopback, keep the last hours, answer the console."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import socket
from pathlib import Path

from hypercorn.asyncio import serve
from hypercorn.config import Config

from sandbox.setup.credentials import load_credentials
from sandbox.setup.ports import LOOPBACK
from sandbox.setup.state import State
from sandbox.telemetry.address import FORWARD, collector, port_told, tell_port
from sandbox.telemetry.forward import Forward
from sandbox.telemetry.receiver import Receiver
from sandbox.telemetry.store import Store

FILE = "telemetry.duckdb"


async def run(state: State) -> None:
    """Serve until SIGTERM. A process that is started again listens where the one before it did."""
    stop = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # on Windows the process is ended outright
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    url = collector(os.environ.get(FORWARD, ""))
    forward = None if url is None else Forward(url)
    key = load_credentials(state)[0].control_key.value
    with contextlib.closing(Store(state.run / FILE)) as store:
        receiver = Receiver(store, key, forward)
        listening = socket.create_server((LOOPBACK, port_told(state.run) or 0))
        config = Config()
        tell_port(state.run, listening.getsockname()[1])
        config.bind = [f"fd://{listening.detach()}"]  # hypercorn's own from now on
        config.loglevel = "WARNING"
        config.graceful_timeout = 1
        config.keep_alive_timeout = 75
        tasks = [asyncio.ensure_future(receiver.write_for_ever())]
        if forward is not None:
            tasks.append(asyncio.ensure_future(forward.run()))

        async def stopped() -> None:
            await stop.wait()

        try:
            await serve(receiver, config, shutdown_trigger=stopped)  # type: ignore[arg-type]  # hypercorn's ASGI types are narrower than the specification's
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await receiver.write()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m sandbox.telemetry", description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    asyncio.run(run(State(parser.parse_args().state)))
