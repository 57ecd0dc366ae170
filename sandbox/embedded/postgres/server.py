"""Run the embedded Postgres: a server from a wheel, its data in the state folder, TCP on loopback.

Every role has a password (scram-sha-256) and there is no Unix socket, so neither the length of the state's path nor
spaces in it matter, and another user of the machine needs the password too. The wheel's own `get_server` is not used:
it trusts every local user, listens on a socket, and opens the folders above the data to everybody.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from dataclasses import dataclass

from sandbox.embedded.postgres.data_folder import check_data, make_cluster, renew_password
from sandbox.embedded.postgres.programs import let_through, program, programs, service_user
from sandbox.embedded.postgres.roles import accepts, make_roles
from sandbox.embedded.start import Start
from sandbox.processes.process_spec import ProcessSpec, base_environment
from sandbox.processes.supervision import until
from sandbox.setup.ports import LOOPBACK

SETTINGS = (
    "-c", f"listen_addresses={LOOPBACK}", "-c", "unix_socket_directories=", "-c", "max_connections=100",
    "-c", "log_statement=none", "-c", "log_min_error_statement=panic",  # statements hold learners' names
    "-c", "log_timezone=UTC", "-c", "timezone=UTC",
)  # fmt: skip


@dataclass(frozen=True)
class Database:
    """The database takes connections, and its roles are there."""

    words: str


async def postgres(start: Start) -> Database:
    """Start the server; make cluster, database and roles where they are missing.

    Raises `PostgresProblem` or `ProcessEnded`. Should the server die later, it recovers by itself from its write-ahead
    log.
    """
    state, credentials, port = start.state, start.credentials, start.ports.postgres
    check_data(state)
    user = service_user(state.postgres)
    if user is not None:
        let_through(state.root, start.note)
        let_through(programs(), start.note)
    new = not state.postgres.exists()
    if new:
        await make_cluster(start.supervisor, state, credentials, user)
    elif start.new_passwords:
        await renew_password(start.supervisor, state, credentials, user)
    child = start.supervisor.add(
        ProcessSpec(
            "postgres",
            (program("postgres"), "-D", str(state.postgres), "-p", str(port), *SETTINGS),
            env=base_environment(),
            cwd=state.root,
            stop_signal=signal.SIGTERM if sys.platform == "win32" else signal.SIGINT,  # SIGINT: «fast» shutdown
            grace_seconds=15,
            user=user,
            ends_last=True,
        )
    )
    await child.start()

    async def ready() -> bool:
        return await asyncio.to_thread(accepts, port, credentials.postgres_admin.value)

    await until(ready, child, seconds=60)
    # Always: it takes 60 ms, and mends a first start that was cut short here.
    await asyncio.to_thread(make_roles, port, credentials)
    start.keeper.keep(child)
    return Database("new database" if new else "data kept")
