"""The seams' step of a start: proxies through which the parts call each other, where faults can be switched on."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.embedded.start import Start
from sandbox.faults.seams import Seams, seams_command
from sandbox.processes.supervision import until


@dataclass(frozen=True)
class Listening:
    """The proxies listen; what begins from now on may be told their ports (`Start.seams`)."""

    words: str = ""


async def seams(start: Start) -> Listening:
    """Start the proxies; one that is started again listens where it did."""
    run, ports = start.state.run, start.ports
    child = start.supervisor.add(seams_command(run, lms=ports.lms, index=ports.algolia, database=ports.postgres))
    await child.start()

    async def told() -> bool:
        return Seams.read(run) is not None

    await until(told, child, seconds=30)
    start.keeper.keep(child)
    return Listening()
