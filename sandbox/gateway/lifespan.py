"""The start and the end of an ASGI application that has nothing to do at either."""

from __future__ import annotations

from sandbox.gateway.guard import Receive, Send


async def lifespan(receive: Receive, send: Send) -> None:
    """Answer a server's start and end."""
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return
