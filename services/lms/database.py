"""Connections to PostgreSQL, the schema, and the role that may only read it."""

from __future__ import annotations

import socket
import struct
from typing import Any

from pg8000 import Connection
from pg8000.exceptions import DatabaseError, InterfaceError
from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import Dialect, ExceptionContext

from services.lms.models import Base
from services.web_edge.held_socket import let_go

READER = "coursematch_reader"
BROKEN_OFF = (OSError, ValueError, LookupError, struct.error)
"""What the driver raises where the other side stops in the middle of a word, or speaks another language."""
READABLE = ("learners", "courses", "course_runs", "enrollments")
# Any number, the same everywhere: whoever makes the schema first makes the others wait.
_SCHEMA_LOCK = 7_300_001


def connect(database_url: str, *, pool_size: int = 8, seconds: int = 10) -> Engine:
    """Make an engine for a `postgresql://…` URL, over pg8000. A connection that died is replaced when it is taken.

    `seconds`: for how long the server may be silent. A connection is kept after an error only if it was the server
    that told it: after any other the two may be out of step, and the next reader would get this one's rows.
    """
    url = make_url(database_url)
    folder = url.query.get("host")
    # A database made without a locale would answer in SQL_ASCII, and what is not ASCII could not be read.
    arguments: dict[str, object] = {"timeout": seconds, "startup_params": {"client_encoding": "UTF8"}}
    if isinstance(folder, str) and folder.startswith("/"):
        arguments["unix_sock"] = f"{folder}/.s.PGSQL.{url.query.get('port', '5432')}"
    plain = URL.create("postgresql+pg8000", url.username, url.password, url.host, url.port, url.database)
    engine = create_engine(plain, pool_size=pool_size, max_overflow=0, pool_pre_ping=True, connect_args=arguments)
    event.listen(engine, "do_connect", _connect_on_a_socket_of_ours)
    event.listen(engine, "handle_error", _give_up_what_is_out_of_step)
    return engine


def _connect_on_a_socket_of_ours(_dialect: Dialect, _record: object, _positional: object, named: dict[str, Any]) -> Any:
    """Connect, and leave nothing open where that fails: the driver leaves its socket to the garbage collector."""
    if "unix_sock" in named:
        return None  # SQLAlchemy connects
    address = (named["host"] or "127.0.0.1", named.get("port") or 5432)
    try:
        link = socket.create_connection(address, timeout=named["timeout"])
    except OSError as error:
        raise InterfaceError(f"no connection to {address[0]}:{address[1]} ({type(error).__name__})") from error
    try:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return Connection(**named, sock=link)
    except BaseException as error:
        link.close()
        let_go(error)
        if isinstance(error, BROKEN_OFF):
            raise InterfaceError(f"broken off ({type(error).__name__})") from error
        raise


def _give_up_what_is_out_of_step(error: ExceptionContext) -> None:
    """Discard the connection unless the server itself refused the statement, and has said that it is ready again."""
    if not isinstance(error.original_exception, DatabaseError):
        error.is_disconnect = True
        # The others are well, as far as this error tells; and each is asked before it is used.
        error.invalidate_pool_on_disconnect = False


def create_schema(engine: Engine) -> None:
    """Make the tables that are not there yet. Safe to call from several processes at once."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _SCHEMA_LOCK})
        Base.metadata.create_all(connection)


def drop_schema(engine: Engine) -> None:
    """Remove the tables and all they hold."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _SCHEMA_LOCK})
        Base.metadata.drop_all(connection)


def create_reader(engine: Engine, password: str) -> None:
    """Make (or give a new password to) the Lambdas' role: it may SELECT from the four tables, and nothing else."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _SCHEMA_LOCK})
        exists = connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": READER})
        # Role statements take no parameters, so the server quotes the password itself.
        quoted = connection.scalar(text("SELECT quote_literal(CAST(:password AS text))"), {"password": password})
        verb = "ALTER" if exists else "CREATE"
        connection.exec_driver_sql(
            f"{verb} ROLE {READER} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {quoted}".replace("%", "%%")
        )
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {READER}")
        connection.exec_driver_sql(f"GRANT SELECT ON {', '.join(READABLE)} TO {READER}")
