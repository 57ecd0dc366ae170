"""A server that breaks off in the middle of Postgres's greeting, each time elsewhere."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass

NO_PLACE_LEFT = b"SFATAL\0C53300\0Msorry, too many clients already\0\0"
REFUSAL = b"E" + struct.pack("!I", len(NO_PLACE_LEFT) + 4) + NO_PLACE_LEFT
AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER by which closing resets the connection: what the caller writes next breaks."""


@dataclass(frozen=True)
class BreakingOff:
    """What is said first, what once the caller has asked to begin, and whether the end is a reset."""

    first: bytes
    then: bytes | None = None
    reset: bool = False


WAYS = [
    BreakingOff(b""),
    BreakingOff(b"", reset=True),
    BreakingOff(b"\xff"),
    BreakingOff(b"R"),
    BreakingOff(b"N"),
    BreakingOff(b"N", reset=True),
    BreakingOff(b"N", b"E\0\0\0\5\0"),
    BreakingOff(b"N", b"\0\0\0\0\0\0\0\0"),
    BreakingOff(b"N", REFUSAL),
    BreakingOff(b"N", REFUSAL, reset=True),
]


@contextlib.contextmanager
def broken_postgres(way: BreakingOff) -> Iterator[int]:
    """Serve everybody in one way; yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    caller, _ = server.accept()
                    with caller, contextlib.suppress(OSError):
                        _answer(caller, way)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _answer(caller: socket.socket, way: BreakingOff) -> None:
    caller.settimeout(5)
    caller.recv(8)  # whether TLS is spoken here
    caller.sendall(way.first)
    if way.then is not None:
        caller.recv(4096)
        caller.sendall(way.then)
    if way.reset:
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
