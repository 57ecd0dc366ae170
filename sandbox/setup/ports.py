"""Which loopback ports the sandbox listens on, and who holds one that is taken."""

from __future__ import annotations

import socket
import sys
from contextlib import closing
from dataclasses import dataclass

import psutil

from sandbox.setup.problem import SandboxProblem

LOOPBACK = "127.0.0.1"
DEFAULT_BASE = 8080


class PortTaken(SandboxProblem):
    """Something else listens where the sandbox should."""


@dataclass(frozen=True)
class Ports:
    """The five fixed ports, counted from `--port-base` (docs/commands.md)."""

    base: int = DEFAULT_BASE

    def __post_init__(self) -> None:
        if not 1 <= self.base <= 65535 - 4:
            raise SandboxProblem(f"--port-base {self.base} is not a port.", "Choose one between 1024 and 65531.")

    @property
    def front_door(self) -> int:
        return self.base

    @property
    def aws(self) -> int:
        return self.base + 1

    @property
    def algolia(self) -> int:
        return self.base + 2

    @property
    def lms(self) -> int:
        return self.base + 3

    @property
    def postgres(self) -> int:
        return self.base + 4

    def named(self) -> dict[str, int]:
        """Name every port with the part that listens on it."""
        return {
            "front door": self.front_door, "AWS": self.aws, "Algolia": self.algolia,
            "LMS": self.lms, "Postgres": self.postgres,
        }  # fmt: skip


def require_free(ports: Ports) -> None:
    """Raise `PortTaken`, naming every taken port, its holder where the system tells, and a base that is free."""
    taken = {name: port for name, port in ports.named().items() if not is_free(port)}
    if not taken:
        return
    lines = [f"Port {port} ({name}) is taken{_holder(port)}." for name, port in taken.items()]
    raise PortTaken("\n".join(lines), f"Nothing was started. Try `--port-base {free_base(ports.base)}`.")


def is_free(port: int) -> bool:
    """Tell whether a server could listen on 127.0.0.1:`port` now."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as attempt:
        if sys.platform != "win32":  # there it would mean sharing the port, here it means ignoring TIME_WAIT
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((LOOPBACK, port))
            attempt.listen(1)
        except OSError:
            return False
    return True


def free_port() -> int:
    """Find a port that was free a moment ago."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as attempt:
        attempt.bind((LOOPBACK, 0))
        port: int = attempt.getsockname()[1]
        return port


def _holder(port: int) -> str:
    try:
        connections = psutil.net_connections("tcp")
    except (psutil.AccessDenied, OSError):  # macOS shows other users' sockets to root only
        return ""
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port:
            if connection.pid is None:
                return " by another user's process"
            try:
                name = psutil.Process(connection.pid).name()
            except psutil.Error:
                name = "a process"
            return f" by {name} (pid {connection.pid})"
    return ""


def free_base(base: int) -> int:
    """Find a base above `base` whose five ports are free."""
    candidates = (candidate for candidate in range(base + 10, base + 1000, 10) if candidate + 4 <= 65535)
    return next(
        (candidate for candidate in candidates if all(is_free(port) for port in Ports(candidate).named().values())),
        free_port() // 10 * 10,
    )
