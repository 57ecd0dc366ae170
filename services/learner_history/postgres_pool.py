"""A few connections to Postgres that outlive requests: reopened when they broke, never waited on for long."""

from __future__ import annotations

import socket
import ssl
import struct
import time
from collections.abc import Callable
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from services.telemetry.steps import call, tell
from services.web_edge.call_log import log_call
from services.web_edge.deadline import patience
from services.web_edge.held_socket import let_go

if TYPE_CHECKING:
    from pg8000.native import Connection

Row = TypeVar("Row")

SOCKET_SECONDS = 4.0
"""For connecting and for each answer: past it the database counts as down."""
STATEMENT_MILLISECONDS = 3000
"""The server gives up a statement before the socket does, so that the connection stays usable."""
IDLE_CONNECTIONS = 4
"""A Lambda serves one request at a time and needs one; a threaded server keeps a few."""

BROKEN_OFF = (ValueError, LookupError, struct.error)
"""What the driver raises where the other side stops in the middle of a word, or speaks another language."""


class PostgresUnavailable(Exception):
    """No connection could be made, it broke twice, or a statement failed."""


class PostgresPool:
    """Runs single read-only statements. `url` is asked for each new connection, so a rotated password is noticed."""

    def __init__(self, url: Callable[[], str]) -> None:
        self._url = url
        self._idle: list[Connection] = []
        self._lock = Lock()

    def rows(self, statement: str, **values: Any) -> list[list[Any]]:
        """Run one statement and answer its rows; raises `PostgresUnavailable`.

        An idle connection may have been closed by the other side: then the statement runs once more on a new one. One
        that is only silent is not asked twice: the database hangs, and the request has other things to do.
        """

        def ask(connection: Connection) -> list[list[Any]]:
            return connection.run(statement, **values) or []

        return self._answer(statement, ask)

    def copied(self, statement: str) -> list[bytes]:
        """Run one `COPY … TO STDOUT` and answer its lines; raises `PostgresUnavailable`. Repeated as `rows` is."""

        def ask(connection: Connection) -> list[bytes]:
            stream = BytesIO()  # a new one for each try, so that none holds half of an answer before a whole one
            connection.run(statement, stream=stream)
            return stream.getvalue().splitlines(keepends=True)

        return self._answer(statement, ask)

    def _answer(self, statement: str, ask: Callable[[Connection], list[Row]]) -> list[Row]:
        text = " ".join(statement.split())
        with call("postgres SELECT", {"db.system.name": "postgresql", "db.query.text": text}):
            return self._tried(ask)

    def _tried(self, ask: Callable[[Connection], list[Row]]) -> list[Row]:
        # Here and not above: 0.1 s of import that a search without a learner never needs.
        from pg8000.exceptions import DatabaseError, InterfaceError

        pooled, began = self._take(), time.perf_counter()
        for connection in (pooled, None) if pooled else (None,):
            try:
                open_connection = connection or _connect(self._url())
            except (InterfaceError, DatabaseError, OSError, *BROKEN_OFF) as error:
                raise PostgresUnavailable(f"no connection ({type(error).__name__})") from error
            try:
                _be_patient(open_connection)
                rows = ask(open_connection)
            except DatabaseError as error:  # the server answered: a timeout, or it is going down
                _close(open_connection)
                if connection is None:
                    raise PostgresUnavailable(f"statement failed ({_sql_state(error)})") from error
            except (InterfaceError, OSError) as error:
                _close(open_connection)
                if connection is None or _timed_out(error):
                    raise PostgresUnavailable(f"connection lost ({type(error).__name__})") from error
            except BaseException:
                # Not the database's own: it may have come between question and answer, and then the next question
                # would get the answer to this one.
                _close(open_connection)
                raise
            else:
                self._give_back(open_connection)
                log_call("postgres", began, len(rows))
                tell({"db.response.returned_rows": len(rows), "coursematch.new_connection": connection is None})
                return rows
        raise PostgresUnavailable("connection lost twice")

    def close(self) -> None:
        """Close every idle connection."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            _close(connection)

    def _take(self) -> Connection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _give_back(self, connection: Connection) -> None:
        with self._lock:
            if len(self._idle) < IDLE_CONNECTIONS:
                self._idle.append(connection)
                return
        _close(connection)


def _connect(url: str) -> Connection:
    from pg8000.native import Connection

    parts = urlsplit(url)
    mode = parse_qs(parts.query).get("sslmode", ["prefer"])[-1]
    host, port = parts.hostname or "127.0.0.1", parts.port or 5432
    # Our own socket, because the driver leaves one open where the greeting fails.
    link = socket.create_connection((host, port), timeout=patience(SOCKET_SECONDS))
    try:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return Connection(
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            host=host,
            database=unquote(parts.path.lstrip("/")),
            sock=link,
            ssl_context=_tls(mode),
            application_name="coursematch",
            startup_params={
                "client_encoding": "UTF8",  # a database made without a locale would answer in SQL_ASCII
                "statement_timeout": str(STATEMENT_MILLISECONDS),
                "default_transaction_read_only": "on",
            },
        )
    except BaseException as error:
        link.close()
        let_go(error)
        raise


def _be_patient(connection: Connection) -> None:
    """Give a connection this request's patience: it kept that of the request that opened it, for ever."""
    connection._usock.settimeout(patience(SOCKET_SECONDS))  # the driver names no other way to it


def _tls(mode: str) -> ssl.SSLContext | bool | None:
    """Read libpq's `sslmode` as pg8000 does: None tries TLS and goes on without, True insists but does not verify."""
    if mode in {"verify-ca", "verify-full"}:
        return ssl.create_default_context()
    return {"disable": False, "require": True}.get(mode)


def _close(connection: Connection) -> None:
    from pg8000.exceptions import InterfaceError

    try:
        connection.close()
    except (InterfaceError, OSError):
        return  # it was broken already


def _timed_out(error: Exception) -> bool:
    return isinstance(error, TimeoutError) or isinstance(error.__cause__, TimeoutError)


def _sql_state(error: Exception) -> str:
    fields = error.args[0] if error.args else {}
    return str(fields.get("C", "unknown")) if isinstance(fields, dict) else "unknown"
