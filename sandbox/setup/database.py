"""The names of the system's database and its two roles, the same on every substrate that makes one; a way in."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from traceback import clear_frames
from typing import TYPE_CHECKING

from infra_pulumi.secret_text import Secret
from sandbox.setup.credentials import Credentials

if TYPE_CHECKING:
    from pg8000.native import Connection

DATABASE = "coursematch"
OWNER = "coursematch_owner"
READER = "coursematch_reader"
BROKEN = (OSError, ValueError, LookupError, struct.error)
"""What the driver raises, beside its own, where the other side stops in the middle of a word."""


@dataclass(frozen=True)
class DatabaseUrls:
    """How the two roles reach the database."""

    owner: Secret
    reader: Secret


def database_urls(credentials: Credentials, owner_address: str, reader_address: str | None = None) -> DatabaseUrls:
    """Give both roles' URLs; `reader_address` (host:port) where readers stand on another network than the owner."""

    def url(role: str, password: Secret, address: str) -> Secret:
        return Secret(f"postgresql://{role}:{password.value}@{address}/{DATABASE}")

    return DatabaseUrls(
        owner=url(OWNER, credentials.postgres_owner, owner_address),
        reader=url(READER, credentials.postgres_reader, reader_address or owner_address),
    )


@contextmanager
def connected(
    user: str, host: str, database: str, port: int, password: str, *, seconds: float = 10
) -> Iterator[Connection]:
    """Connect for as long as the block lasts, and leave no socket open, wherever the other side breaks off.

    The driver leaves its own to the garbage collector. Raises the driver's errors, or OSError; `seconds` is for how
    long the server may be silent.
    """
    from pg8000.native import Connection, InterfaceError

    with socket.create_connection((host, port), timeout=seconds) as link:
        try:
            connection = Connection(user, host, database, port, password, sock=link)
        except BaseException as error:
            held: BaseException | None = error
            while held is not None:  # the driver's frames hold a file of the socket, and so the socket, in a circle
                clear_frames(held.__traceback__)
                held = held.__cause__ or held.__context__
            if isinstance(error, BROKEN):
                raise InterfaceError(f"broken off ({type(error).__name__})") from error
            raise
        try:
            yield connection
        finally:
            with suppress(InterfaceError, OSError):  # where the server is gone already
                connection.close()
