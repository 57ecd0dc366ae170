"""The telemetry's step of a start: the receiver of spans and metrics, which the program's parts are told."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.embedded.start import Start
from sandbox.processes.supervision import until
from sandbox.telemetry.address import port_told, receiver_command


@dataclass(frozen=True)
class Receiving:
    """The receiver listens; what begins from now on may be told where (`Start.otlp_endpoint`)."""

    words: str = ""


async def telemetry(start: Start) -> Receiving:
    """Start the receiver; one that is started again listens where it did. A light start has none."""
    if start.light:
        return Receiving("left out")
    child = start.supervisor.add(receiver_command(start.state))
    await child.start()

    async def told() -> bool:
        return port_told(start.state.run) is not None

    await until(told, child, seconds=30)
    start.keeper.keep(child)
    return Receiving()
