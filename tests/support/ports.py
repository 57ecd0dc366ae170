"""Free ports for tests: each worker of a parallel run has a range of its own, so that no two are given the same."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from random import SystemRandom

FIRST, LAST = 20_000, 32_000
"""Below the range that systems lend to outgoing connections, which would take a port while a server starts."""


def worker() -> tuple[int, int]:
    """Give which worker of how many this process is; (0, 1) where there is one only."""
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return int(number), max(int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")), int(number) + 1)


def free_ports(count: int) -> int:
    """Give the first of so many neighbouring loopback ports that nothing listens on now."""
    number, workers = worker()
    width = (LAST - FIRST) // workers
    lowest = FIRST + number * width
    while True:
        first = SystemRandom().randrange(lowest, lowest + width - count)
        with ExitStack() as held:
            try:
                for port in range(first, first + count):
                    held.enter_context(socket.create_server(("127.0.0.1", port)))
            except OSError:
                continue
            return first


def free_port() -> int:
    """Give one of them."""
    return free_ports(1)
