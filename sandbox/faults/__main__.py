"""`python -m sandbox.faults --run FOLDER --lms PORT --index PORT --database PORT`: the proxies at the seams."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
from contextlib import AsyncExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path

from sandbox.faults.fault import Chance
from sandbox.faults.proxy import LOOPBACK, Proxy, serving
from sandbox.faults.seams import SWITCHED_ON, TRAFFIC, Seams
from sandbox.faults.switched_on import SwitchedOn
from sandbox.faults.switches import BY_NAME
from sandbox.setup.state import write_json

NOBODY = 1
"""No part stands behind the model's seam."""
TELL_SECONDS = 0.5


def chance_at(seam: str, switched_on: SwitchedOn) -> Chance | None:
    """Say what happens at a seam now: the fault that was switched on last."""
    for name, on in reversed(switched_on.now().items()):
        switch = BY_NAME.get(name)
        if switch is not None and switch.seam == seam and switch.fault is not None:
            return Chance(switch.fault, on.rate)
    return None


async def tell_traffic(folder: Path, proxies: dict[str, Proxy]) -> None:
    """Write down how much has passed, whenever it is more than before."""
    told: dict[str, int] = {}
    while True:
        counts = {seam: proxy.messages for seam, proxy in proxies.items()}
        if counts != told:
            write_json(folder / TRAFFIC, counts)
            told = counts
        await asyncio.sleep(TELL_SECONDS)


async def run(folder: Path, upstream: dict[str, int]) -> None:
    """Serve until SIGTERM. A process that is started again listens where the one before it did."""
    switched_on = SwitchedOn(folder / SWITCHED_ON)
    before = Seams.read(folder)
    ports = asdict(before) if before else {}
    proxies = {
        seam: Proxy((LOOPBACK, port), partial(chance_at, seam.partition("_for_")[0], switched_on))
        for seam, port in upstream.items()
    }
    async with AsyncExitStack() as stack:
        listening = {
            seam: await stack.enter_async_context(serving(proxy, ports.get(seam, 0))) for seam, proxy in proxies.items()
        }
        Seams(**listening).write(folder)
        telling = asyncio.ensure_future(tell_traffic(folder, proxies))
        stop = asyncio.Event()
        with contextlib.suppress(NotImplementedError):  # on Windows the process is ended outright
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        await stop.wait()
        telling.cancel()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m sandbox.faults", description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    for name in ("lms", "index", "database"):
        parser.add_argument(f"--{name}", type=int, required=True)
    given = parser.parse_args()
    asyncio.run(
        run(
            given.run,
            {
                "lms": given.lms, "index": given.index, "index_for_sync": given.index, "database": given.database,
                "database_for_lms": given.database, "model": NOBODY,
            },
        )
    )  # fmt: skip
