"""A request's body, read whole before anything is forwarded, as API Gateway does.

A caller who sends half of one holds no connection of the gateway.
"""

from __future__ import annotations

import asyncio

from sandbox.gateway.guard import Receive

BODY_BYTES = 10 * 1024 * 1024
"""As API Gateway has it (quotas of REST APIs: payload size)."""
BODY_SECONDS = 15.0
"""How long a body may take to come."""


class NotWhole(Exception):
    """A body did not come as it should: `status`, and in a sentence for the caller what was wrong."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class CallerLeft(Exception):
    """The caller closed the connection; nobody waits for an answer."""


async def whole_body(receive: Receive) -> bytes:
    """Read the whole body. Raises NotWhole and CallerLeft."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _body(receive)
    except TimeoutError:
        raise NotWhole(408, f"The body did not come whole within {BODY_SECONDS:.0f} s.") from None


async def _body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise CallerLeft
        chunks.append(event.get("body", b""))
        size += len(chunks[-1])
        if size > BODY_BYTES:
            raise NotWhole(413, f"Send less than {BODY_BYTES // 2**20} MB.")
        if not event.get("more_body", False):
            return b"".join(chunks)
