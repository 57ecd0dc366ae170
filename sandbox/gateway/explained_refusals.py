"""HTTP/1.1 for the front door: hypercorn's, except that whatever it refuses is explained, and nothing is upgraded.

Hypercorn answers what it cannot read with an empty 400 or 431, and lets a half-sent request go without a word.
"""

from __future__ import annotations

import h11
from hypercorn import protocol
from hypercorn.events import Closed, Event
from hypercorn.protocol.h11 import H11Protocol

from sandbox.gateway.answers import problem

DETAILS = {
    400: "This is not HTTP/1.1 as RFC 9112 has it: one Host, one length, a target without spaces, whole lines.",
    408: "The request's first lines did not come to an end. Send them at once.",
    431: "Send less than 10 kB of address and headers.",
    501: "Of transfer encodings only `chunked` is understood.",
}


class ExplainingProtocol(H11Protocol):
    """A connection that is told why it is refused."""

    async def handle(self, event: Event) -> None:
        """Take what happened on the connection; one that is closed in the middle of a request's head is told so."""
        if isinstance(event, Closed) and self.stream is None and self._head_begun():
            await self._send_error_response(408)
        await super().handle(event)

    def _head_begun(self) -> bool:
        connection = self.connection
        return isinstance(connection, h11.Connection) and (
            connection.our_state is h11.IDLE and bool(connection.trailing_data[0])
        )

    async def _send_error_response(self, status_code: int) -> None:
        headers, body = problem(status_code, DETAILS.get(status_code, DETAILS[400]))
        headers = [header for header in headers if header[0] != b"connection"] + [(b"connection", b"close")]
        await self._send_h11_event(h11.Response(status_code=status_code, headers=headers))
        await self._send_h11_event(h11.Data(data=body))
        await self._send_h11_event(h11.EndOfMessage())

    async def _check_protocol(self, event: h11.Request) -> None:
        """Keep to HTTP/1.1, whatever the request would like to change to: one parser is enough to defend."""


def install() -> None:
    """Serve every later connection with it; hypercorn has no setting for this, so its name for the class is ours."""
    protocol.H11Protocol = ExplainingProtocol  # type: ignore[attr-defined]  # the seam that there is
